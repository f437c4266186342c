// The link: there before its server, back after it, quiet about its credentials.

#include "transport/nats_connection.hpp"

#include <fstream>

#include "transport/nats_client.hpp"
#include "transport/nats_link.hpp"
#include "transport/nats_options.hpp"
#include "transport/nats_publisher.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using Kind = NatsNotice::Kind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST_CASE("a link finds its server, names it, and goes") {
  if (nats_server_is_missing()) return;
  const Linked linked;
  CHECK(linked.link->generation() == 1);
  CHECK(linked.link->address() == linked.server.url());
  CHECK(linked.notices.wait_for(Kind::connected, linked.server.url()));
  CHECK(linked.link->counters().reconnects == 0);
}

TEST_CASE("a server that is not there yet is waited for") {
  if (nats_server_is_missing()) return;
  NatsServer server;
  server.kill();
  Notices notices;
  const auto link = open_link(quick(server.url()), notices);
  CHECK_FALSE(link->connected());
  CHECK(link->generation() == 0);
  server.start();
  CHECK(eventually([&] { return link->connected(); }));
  CHECK(link->generation() == 1);
}

TEST_CASE("who does not want to wait is told that there is no server, and where") {
  if (nats_server_is_missing()) return;
  NatsServer server;
  server.kill();
  auto options = quick("nats://ann:wonderland@" + server.host_and_port());
  options.retry_on_failed_connect = false;
  const auto link = NatsLink::open(options);
  REQUIRE_FALSE(link);
  CHECK(link.error().code == Errc::unavailable);
  CHECK(link.error().message.find(server.url()) != std::string::npos);
  CHECK(link.error().message.find("wonderland") == std::string::npos);
}

TEST_CASE("a server that was killed and is back is found again, and each connection counts") {
  if (nats_server_is_missing()) return;
  Linked linked;
  for (std::uint64_t times = 1; times <= 3; ++times) {
    linked.server.kill();
    REQUIRE(linked.wait_until_connected(false));
    linked.server.start();
    REQUIRE(linked.wait_until_connected());
    CHECK(linked.link->generation() == 1 + times);
    CHECK(linked.link->counters().reconnects == times);
  }
  CHECK(eventually([&] { return linked.notices.count(Kind::connected) == 4; }));
  CHECK(linked.notices.count(Kind::disconnected) == 3);
}

TEST_CASE("a server that says nothing is given up after its pings, and found when it speaks again") {
  if (nats_server_is_missing()) return;
  Linked linked;
  const auto begin = steady_clock::now();
  linked.server.freeze();
  REQUIRE(linked.wait_until_connected(false));
  CHECK(steady_clock::now() - begin > milliseconds{400}); // two pings of 200 ms were allowed to be late
  linked.server.thaw();
  CHECK(linked.wait_until_connected());
}

TEST_CASE("a watcher hears of every change, and nothing after it has gone") {
  if (nats_server_is_missing()) return;
  Linked linked;
  std::atomic<int> calls{0};
  auto watch = linked.link->watch([&] { ++calls; });
  linked.server.kill();
  REQUIRE(eventually([&] { return calls > 0 && !linked.link->connected(); }));
  watch.reset();
  const int before = calls;
  linked.server.start();
  REQUIRE(linked.wait_until_connected());
  REQUIRE(eventually([&] { return linked.notices.count(Kind::connected) == 2; }));
  CHECK(calls == before);
}

TEST_CASE("a server that refuses the password is asked again until it takes it, and no notice has the password") {
  if (nats_server_is_missing()) return;
  // One user's password is changed by a restart with another configuration: here by another server on the same port.
  NatsServer server{"authorization { user: ann, password: wonderland }"};
  Notices notices;
  const auto link = open_link(quick("nats://ann:looking-glass@" + server.host_and_port()), notices);
  REQUIRE(notices.wait_for(Kind::turned_away, "Authorization Violation"));
  CHECK_FALSE(link->connected());
  server.kill();
  server.configure("authorization { user: ann, password: looking-glass }");
  server.start();
  CHECK(eventually([&] { return link->connected(); }));
  CHECK(link->address() == server.url());
  for (const auto& notice : notices.all()) {
    CHECK(notice.text.find("looking-glass") == std::string::npos);
    CHECK(notice.text.find("ann") == std::string::npos);
  }
}

TEST_CASE("a link that was turned away serves its doors again when it is let in") {
  if (nats_server_is_missing()) return;
  NatsServer server{"authorization { user: ann, password: one }"};
  Notices notices;
  const auto link = open_link(quick("nats://ann:one@" + server.host_and_port()), notices);
  NatsPublisher publisher{*link};
  server.kill();
  server.configure("authorization { user: ann, password: two }");
  server.start();
  REQUIRE(notices.wait_for(Kind::turned_away));
  server.kill();
  server.configure("authorization { user: ann, password: one }");
  server.start();
  REQUIRE(eventually([&] { return link->connected(); }));
  NatsClient client{"nats://ann:one@" + server.host_and_port()};
  client.listen("a");
  REQUIRE(publisher.publish({"a", {}, "b"}));
  CHECK(eventually([&] { return client.heard().size() == 1; }));
}

TEST_CASE("options that cannot work are all named") {
  NatsOptions options{.url = " , ",
                      .credentials_file = "/nowhere/a.creds",
                      .certificate_file = "/nowhere/b.pem",
                      .ping_interval = milliseconds{0},
                      .pings_out_max = 0};
  const auto link = NatsLink::open(options);
  REQUIRE_FALSE(link);
  CHECK(link.error().code == Errc::invalid_argument);
  for (const auto* const fault : {"no url", "ping_interval is 0 ms", "pings_out_max is 0", "/nowhere/a.creds",
                                  "/nowhere/b.pem", "certificate_file and key_file go together"})
    CHECK_MESSAGE(link.error().message.find(fault) != std::string::npos, link.error().message);
}

TEST_CASE("an address has neither user nor password nor token") {
  CHECK(without_credentials("nats://127.0.0.1:4222") == "nats://127.0.0.1:4222");
  CHECK(without_credentials("nats://ann:pass@host:1, tls://token@[::1]:2") == "nats://host:1,tls://[::1]:2");
  CHECK(without_credentials("ann:p@ss@host") == "host");
}
