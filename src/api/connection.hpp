#pragma once
// Sockets of the HTTP port: what waits has a deadline, what is read has a bound, and nothing blocks beyond either.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.hpp"

namespace riskcluster {

using Deadline = std::chrono::steady_clock::time_point;

/// A file descriptor that closes with its owner.
class Descriptor {
public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_{number} {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  int number() const { return number_; } ///< -1: none
  void close();

private:
  int number_ = -1;
};

/// Listens at the first address of `host` that can be had. Error: unavailable, "host:port: why".
Result<Descriptor> listen_at(const std::string& host, std::uint16_t port);

/// The port that a socket is bound to.
std::uint16_t port_of(int socket);

struct RequestHead {
  enum class End : std::uint8_t {
    complete, ///< bytes up to and with the empty line; what came behind it is dropped
    closed,   ///< the other side has gone
    too_long,
    too_slow
  };
  End end = End::closed;
  std::string bytes;
};

/// Reads to the end of a request's head, however its bytes come.
RequestHead read_head(int socket, std::size_t bytes_max, Deadline deadline);

/// False when the other side did not take it all in time.
bool send_all(int socket, std::string_view bytes, Deadline deadline);

/// Says that nothing more comes, and lets the other side read it: what it still sends is dropped, until it closes as
/// well. A socket closed with unread bytes would be reset, and the answer could be lost on its way.
void end_gently(int socket, std::size_t drop_bytes_max, Deadline deadline);

} // namespace riskcluster
