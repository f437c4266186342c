#pragma once
// The node's small HTTP port: a few fixed paths, for probes, scrapers and people.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "api/http_answer.hpp"
#include "core/result.hpp"

namespace riskcluster {

inline constexpr std::size_t http_head_bytes_max = 8'192; ///< request line and headers: 431 beyond
inline constexpr std::size_t http_drop_bytes_max =
    262'144; ///< of a body, which nobody reads, before the connection ends

struct HttpOptions {
  std::string host = "127.0.0.1"; ///< a name or an address, of IPv4 or IPv6
  std::uint16_t port = 8'005;     ///< 0: any free one
  /// At a time; each has a thread while it lasts, and one more is told 503. So a client that is slow on purpose takes
  /// one of many places, and no client waits behind it.
  std::size_t max_connections = 64;
  std::chrono::milliseconds read_max{2'000};  ///< for the whole head, however its bytes trickle: then 408
  std::chrono::milliseconds write_max{5'000}; ///< for the whole answer: then the connection is cut
  std::chrono::milliseconds linger_max{500};  ///< for the other side to close, once it is answered
  std::chrono::milliseconds stop_max{1'000};  ///< for answers under way when the server stops: then they are cut
};

/// A connection carries one request: an idle one would only hold a place. Exceptions of routes and of httplib stay
/// inside.
class HttpServer {
public:
  /// Listens when it returns. Error: unavailable, "host:port: why", e.g. that it is taken.
  static Result<std::unique_ptr<HttpServer>> start(HttpOptions options, HttpRoutes routes);
  /// Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const noexcept;

  /// Takes no connection more; requests that have not arrived are dropped, answers under way are finished. Returns
  /// after stop_max, or when the last route that runs has returned. Once, from one thread; again it does nothing.
  void stop();

private:
  class Listener;
  explicit HttpServer(std::unique_ptr<Listener> listener);
  std::unique_ptr<Listener> listener_;
};

} // namespace riskcluster
