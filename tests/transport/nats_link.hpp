#pragma once
// A link to a server of a test's own, with times that a test can wait for.

#include <memory>
#include <mutex>
#include <vector>

#include <doctest/doctest.h>

#include "transport/nats_connection.hpp"
#include "transport/nats_server.hpp"
#include "transport/waiting.hpp"

namespace riskcluster::test {

/// What a link has told. Outlives it.
class Notices {
public:
  NatsLink::Notice notice() {
    return [this](const NatsNotice& one) {
      const std::lock_guard lock{mutex_};
      all_.push_back(one);
    };
  }
  std::vector<NatsNotice> all() const {
    const std::lock_guard lock{mutex_};
    return all_;
  }
  std::size_t count(NatsNotice::Kind kind, const std::string& part = {}) const {
    std::size_t found = 0;
    for (const auto& one : all()) found += one.kind == kind && one.text.find(part) != std::string::npos ? 1U : 0U;
    return found;
  }
  bool wait_for(NatsNotice::Kind kind, const std::string& part = {}) const {
    return eventually([&] { return count(kind, part) > 0; });
  }

private:
  mutable std::mutex mutex_;
  std::vector<NatsNotice> all_;
};

inline NatsOptions quick(const std::string& url) {
  using std::chrono::milliseconds;
  return {.url = url,
          .connect_timeout = milliseconds{500},
          .reconnect_wait = milliseconds{10},
          .reconnect_jitter = milliseconds{10},
          .ping_interval = milliseconds{200},
          .publish_deadline = milliseconds{1'000},
          .reopen_wait = milliseconds{50}};
}

inline std::unique_ptr<NatsLink> open_link(const NatsOptions& options, Notices& notices) {
  auto link = NatsLink::open(options, notices.notice());
  REQUIRE_MESSAGE(link, (link ? "" : link.error().message));
  return std::move(*link);
}

/// A server, and a link that has found it.
struct Linked {
  explicit Linked(std::string config = {}) : server{std::move(config)}, link{open_link(quick(server.url()), notices)} {
    REQUIRE(link->connected());
  }
  bool wait_until_connected(bool connected = true) const {
    return eventually([&] { return link->connected() == connected; });
  }

  NatsServer server;
  Notices notices;
  std::unique_ptr<NatsLink> link;
};

} // namespace riskcluster::test
