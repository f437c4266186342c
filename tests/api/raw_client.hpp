#pragma once
// A client that behaves as badly as a test wants: it connects, sends bytes when told, and reads what comes.

#include <cstdint>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace riskcluster::test {

inline constexpr int answer_wait_ms = 20'000; ///< far beyond any bound of the server: a test that waits so long fails

class RawClient {
public:
  RawClient() : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    REQUIRE(socket_ >= 0);
    const int receive_bytes = 4'096; // so that a long answer does not fit into the socket
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  }
  explicit RawClient(std::uint16_t port) : RawClient{} { connected_ = connect(port); }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connect(std::uint16_t port) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  bool connected() const { return connected_; }

  /// False when the other side has closed.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }
  /// Whether something has come, or the other side has gone, before so long.
  bool readable_within(int wait_ms) const {
    pollfd waited{.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&waited, 1, wait_ms) == 1;
  }
  /// What comes next; nothing when the other side has ended or reset the connection.
  std::string read_part() const {
    char part[4'096];
    REQUIRE(readable_within(answer_wait_ms));
    const auto size = ::recv(socket_, part, sizeof part, 0);
    return size <= 0 ? std::string{} : std::string(part, static_cast<std::size_t>(size));
  }
  std::string read_all() const {
    std::string all;
    for (auto part = read_part(); !part.empty(); part = read_part()) all += part;
    return all;
  }

private:
  int socket_;
  bool connected_ = false;
};

} // namespace riskcluster::test
