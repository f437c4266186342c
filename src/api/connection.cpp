#include "api/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace riskcluster {

namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

constexpr int backlog_max = 128; ///< connections that the system keeps until they are accepted

/// Waits until the socket can be read or written, is closed or broken; false when the deadline came first.
bool wait_for(int socket, short events, Deadline deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waited{.fd = socket, .events = events, .revents = 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

bool try_again() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

/// -1 with errno set.
Descriptor bound_to(const addrinfo& address) {
  Descriptor socket{::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const int yes = 1;
  // A port that another process listens at stays taken; connections of an earlier life of ours do not hold it.
  if (socket.number() < 0 || ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      ::bind(socket.number(), address.ai_addr, address.ai_addrlen) != 0 || ::listen(socket.number(), backlog_max) != 0)
    return {};
  return socket;
}

} // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

void Descriptor::close() {
  if (number_ < 0) return;
  const int before = errno; // of what failed, not of this
  ::close(std::exchange(number_, -1));
  errno = before;
}

Result<Descriptor> listen_at(const std::string& host, std::uint16_t port) {
  const bool has_colons = host.find(':') != std::string::npos;
  const std::string place = (has_colons ? "[" + host + "]" : host) + ":" + std::to_string(port);
  const addrinfo wished{.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  const int status = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wished, &found);
  if (status != 0) return Error{Errc::unavailable, place + ": " + ::gai_strerror(status)};
  const Addresses addresses{found, &::freeaddrinfo};
  int reason = 0;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    auto socket = bound_to(*address);
    if (socket.number() >= 0) return socket;
    reason = errno;
  }
  return Error{Errc::unavailable, place + ": " + std::strerror(reason)};
}

std::uint16_t port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

RequestHead read_head(int socket, std::size_t bytes_max, Deadline deadline) {
  using End = RequestHead::End;
  constexpr std::string_view empty_line = "\r\n\r\n";
  RequestHead head;
  std::array<char, 1'024> part{};
  for (;;) {
    if (!wait_for(socket, POLLIN, deadline)) return {.end = End::too_slow, .bytes = {}};
    const auto size = ::recv(socket, part.data(), part.size(), MSG_DONTWAIT);
    if (size < 0 && try_again()) continue;
    if (size <= 0) return {.end = End::closed, .bytes = {}};
    const std::size_t known = head.bytes.size();
    head.bytes.append(part.data(), static_cast<std::size_t>(size));
    const auto end = head.bytes.find(empty_line, known < empty_line.size() ? 0 : known - empty_line.size());
    if (end != std::string::npos) head.bytes.resize(end + empty_line.size());
    if (head.bytes.size() > bytes_max) return {.end = End::too_long, .bytes = {}};
    if (end == std::string::npos) continue;
    head.end = End::complete;
    return head;
  }
}

bool send_all(int socket, std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    if (!wait_for(socket, POLLOUT, deadline)) return false;
    const auto size = ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size < 0 && try_again()) continue;
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

void end_gently(int socket, std::size_t drop_bytes_max, Deadline deadline) {
  ::shutdown(socket, SHUT_WR);
  std::array<char, 4'096> part{};
  for (std::size_t dropped = 0; dropped < drop_bytes_max && wait_for(socket, POLLIN, deadline);) {
    const auto size = ::recv(socket, part.data(), part.size(), MSG_DONTWAIT);
    if (size < 0 && try_again()) continue;
    if (size <= 0) return;
    dropped += static_cast<std::size_t>(size);
  }
}

} // namespace riskcluster
