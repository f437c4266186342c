#pragma once
// A server on a free port of this machine, routes that a test can hold up, and a well-behaved client.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include <httplib.h>

#include "api/http_server.hpp"
#include "api/raw_client.hpp"

namespace riskcluster::test {

inline constexpr const char* get_hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
inline constexpr const char* get_large = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
inline constexpr const char* get_gate = "GET /gate HTTP/1.1\r\nHost: a\r\n\r\n";
inline constexpr std::size_t large_bytes = 32U << 20U; ///< more than the sockets on both sides hold

/// A door that routes wait at until it is opened.
class Gate {
public:
  void wait() {
    std::unique_lock lock{mutex_};
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::scoped_lock lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }
  void wait_for_arrivals(std::size_t count) {
    std::unique_lock lock{mutex_};
    REQUIRE(changed_.wait_for(lock, std::chrono::milliseconds{answer_wait_ms}, [&] { return arrived_ >= count; }));
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t arrived_ = 0;
  bool open_ = false;
};

inline HttpRoutes routes(const std::shared_ptr<Gate>& gate = std::make_shared<Gate>()) {
  const auto text = [](std::string body) { return HttpAnswer{.content_type = "text/plain", .body = std::move(body)}; };
  return {{"/hello", [text] { return text("hello\n"); }},
          {"/large", [text] { return text(std::string(large_bytes, 'x')); }},
          {"/gate", [text, gate] {
             gate->wait();
             return text("through\n");
           }}};
}

inline std::unique_ptr<HttpServer> started(HttpOptions options = {}, HttpRoutes served = routes()) {
  options.port = 0;
  auto server = HttpServer::start(std::move(options), std::move(served));
  if (!server) FAIL(server.error().message);
  return std::move(*server);
}

/// "200 hello\n", or "no answer".
inline std::string get(const HttpServer& server, const std::string& path = "/hello") {
  httplib::Client client{"127.0.0.1", server.port()};
  client.set_read_timeout(std::chrono::milliseconds{answer_wait_ms});
  const auto answer = client.Get(path);
  return answer ? std::to_string(answer->status) + " " + answer->body : "no answer";
}

inline std::string status_of(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

/// Polls until it holds; fails when it does not in time.
inline void eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{answer_wait_ms};
  while (!holds()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::yield();
  }
}

} // namespace riskcluster::test
