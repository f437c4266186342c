// The stream source: the contract, what it makes on the server, and what it refuses.

#include "transport/nats_stream_source.hpp"

#include <thread>

#include "transport/nats_source_stages.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using Kind = NatsNotice::Kind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST_CASE("a stream source keeps the contract") {
  if (nats_server_is_missing()) return;
  source_contract([](std::size_t credit) { return std::make_unique<StreamStage>(quick_stream(credit)); });
}

TEST_CASE("it makes its stream and its consumer, says so, and finds them the next time") {
  if (nats_server_is_missing()) return;
  Taken taken;
  StreamStage stage{quick_stream(8)};
  REQUIRE(stage.start(taken.take()));
  CHECK(stage.client.has_stream("RISK_SIGNALS_IN"));
  CHECK(stage.client.has_consumer("RISK_SIGNALS_IN", "riskd"));
  CHECK(stage.linked.notices.wait_for(Kind::repaired, "stream RISK_SIGNALS_IN was made"));
  CHECK(stage.linked.notices.wait_for(Kind::repaired, "consumer riskd of RISK_SIGNALS_IN was made"));
  stage.renew();
  REQUIRE(stage.start(taken.take()));
  stage.send(sent("x"));
  REQUIRE(taken.wait_for(1));
  CHECK(stage.linked.notices.count(Kind::repaired) == 2);
}

TEST_CASE("a stream or a consumer that does not fit is refused, saying what differs") {
  if (nats_server_is_missing()) return;
  Taken taken;
  StreamStage stage{quick_stream(64)};
  const auto refused = [&](const char* part) {
    stage.renew();
    const auto started = stage.start(taken.take());
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::invalid_argument);
    CHECK_MESSAGE(started.error().message.find(part) != std::string::npos, started.error().message);
  };
  SUBCASE("other subjects") {
    stage.client.make_stream("RISK_SIGNALS_IN", {"trading.signals.>", "trading.other.>"});
    refused("trading.other.> trading.signals.>, not trading.signals.> trading.strategies.>");
  }
  SUBCASE("a stream of another name has the subjects") {
    stage.client.make_stream("OTHER", {"trading.>"});
    refused("subjects overlap");
  }
  SUBCASE("fewer unsettled messages than the credit") {
    stage.client.make_stream("RISK_SIGNALS_IN", {"trading.strategies.>", "trading.signals.>"});
    stage.client.make_consumer("RISK_SIGNALS_IN", "riskd", 63);
    refused("allows 63 unsettled messages");
  }
}

TEST_CASE("a stream whose subjects are in another order fits") {
  if (nats_server_is_missing()) return;
  Taken taken;
  StreamStage stage{quick_stream(64)};
  stage.client.make_stream("RISK_SIGNALS_IN", {"trading.strategies.>", "trading.signals.>"});
  CHECK(stage.start(taken.take()));
}

TEST_CASE("options that cannot work are refused") {
  if (nats_server_is_missing()) return;
  const Linked linked;
  const auto refused = [&](auto change) {
    auto options = quick_stream(8);
    change(options);
    NatsStreamSource source{*linked.link, options};
    const auto started = source.start([](const Delivery&, const Source::Settle&) {});
    return !started && started.error().code == Errc::invalid_argument;
  };
  CHECK(refused([](NatsStreamOptions& options) { options.credit = 0; }));
  CHECK(refused([](NatsStreamOptions& options) { options.credit = stream_credit_max + 1; }));
  CHECK(refused([](NatsStreamOptions& options) { options.ack_pending_max = 7; }));
  CHECK(refused([](NatsStreamOptions& options) { options.durable = "a.b"; }));
  CHECK(refused([](NatsStreamOptions& options) { options.stream.name = "a b"; }));
  CHECK(refused([](NatsStreamOptions& options) { options.settle_linger = milliseconds{-1}; }));
  CHECK(refused([](NatsStreamOptions& options) { options.ack_wait = milliseconds{0}; }));
  CHECK(refused([](NatsStreamOptions& options) { options.request_expires = options.idle_heartbeat; }));
}

TEST_CASE("what was settled leaves the stream; what was not stays, however long") {
  if (nats_server_is_missing()) return;
  Taken taken;
  StreamStage stage{quick_stream(8)};
  REQUIRE(stage.start(taken.take()));
  stage.send(sent("one"));
  stage.send(sent("two"));
  REQUIRE(taken.wait_for(2));
  taken.settle(1, Settled::done);
  REQUIRE(eventually([&] { return stage.client.count_of("RISK_SIGNALS_IN") == 1; }));
  CHECK(stage.client.all_of("RISK_SIGNALS_IN").front().bytes == "two");
}

TEST_CASE("what is settled alone waits for others, but neither for half of the credit nor for the end of the source") {
  if (nats_server_is_missing()) return;
  Taken taken;
  auto options = quick_stream(4);
  options.settle_linger = std::chrono::hours{1};
  StreamStage stage{options};
  REQUIRE(stage.start(taken.take()));
  const auto left = [&](std::uint64_t count) {
    return eventually([&] { return stage.client.count_of("RISK_SIGNALS_IN") == count; });
  };
  stage.send(sent("one"));
  stage.send(sent("two"));
  REQUIRE(taken.wait_for(2));
  taken.settle(1, Settled::done);
  CHECK(left(1));
  taken.settle(1, Settled::done);
  CHECK(stage.stream_source().unsettled() == 0);
  stage.renew();
  CHECK(left(0));
}

TEST_CASE("a full stream tells its sender, and takes again when there is place") {
  if (nats_server_is_missing()) return;
  Taken taken;
  auto options = quick_stream(8);
  options.stream.bytes_max = 4'096;
  StreamStage stage{options};
  REQUIRE(stage.start(taken.take()));
  const auto store = [&](const std::string& bytes) {
    return stage.client.store({"trading.signals.acme.ann", {}, bytes});
  };
  int stored = 0;
  while (stored < 100 && store(std::string(1'000, 'x'))) ++stored;
  CHECK(stored == 3);
  REQUIRE(taken.wait_for(3));
  taken.settle(3, Settled::done);
  CHECK(eventually([&] { return store("again"); }));
}

TEST_CASE("an answer goes where the sender's header says, if that is an inbox") {
  if (nats_server_is_missing()) return;
  Taken taken;
  StreamStage stage{quick_stream(8)};
  REQUIRE(stage.start(taken.take()));
  for (const auto* const reply : {"_INBOX.abc", "risk.approved.acme.ann", "$JS.API.STREAM.DELETE.RISK_OUT"}) {
    auto delivery = sent("x");
    delivery.reply_to = reply;
    stage.send(delivery);
  }
  REQUIRE(taken.wait_for(3));
  CHECK(taken.deliveries()[0].reply_to == "_INBOX.abc");
  CHECK(taken.deliveries()[1].reply_to.empty());
  CHECK(taken.deliveries()[2].reply_to.empty());
  CHECK(stage.linked.link->counters().replies_refused == 2);
}

// The driver's own reading takes such a message for a word of the server, drops it, and gets it again for ever.
TEST_CASE("a message that looks like a word of the server is a message") {
  if (nats_server_is_missing()) return;
  Taken taken;
  taken.settle_with(Taken::at_once(Settled::done));
  StreamStage stage{quick_stream(8)};
  REQUIRE(stage.start(taken.take()));
  for (const auto* const status : {"503", "409", "408", "100"})
    REQUIRE(stage.client.store({"trading.signals.acme.ann", {{"Status", status}, {"Nats-Pending-Messages", "8"}}, ""}));
  stage.send(sent("honest"));
  REQUIRE(taken.wait_for(5));
  CHECK(eventually([&] { return stage.nothing_owed(); }));
  CHECK(taken.count() == 5);
  CHECK(stage.linked.notices.count(Kind::failed) == 0);
}

TEST_CASE("a message that takes longer than the server waits is not handed out twice") {
  if (nats_server_is_missing()) return;
  Taken taken;
  auto options = quick_stream(8);
  options.ack_wait = milliseconds{400};
  StreamStage stage{options};
  REQUIRE(stage.start(taken.take()));
  stage.send(sent("long"));
  REQUIRE(taken.wait_for(1));
  // That something does not happen takes the time in which it would have happened, four times over.
  const auto begin = steady_clock::now();
  REQUIRE(eventually([&] { return taken.count() > 1 || steady_clock::now() - begin > 4 * options.ack_wait; }));
  CHECK(taken.count() == 1);
  CHECK(stage.stream_source().copies() == 0);
  taken.settle(1, Settled::done);
  CHECK(eventually([&] { return stage.nothing_owed(); }));
  CHECK(taken.count() == 1);
}

TEST_CASE("a server that sends more than it was asked for does not exceed the credit") {
  if (nats_server_is_missing()) return;
  constexpr std::size_t credit = 4, count = 30;
  Taken taken;
  StreamStage stage{quick_stream(credit)};
  const std::string requests = "$JS.API.CONSUMER.MSG.NEXT.RISK_SIGNALS_IN.riskd";
  stage.client.listen(requests);
  REQUIRE(stage.start(taken.take()));
  REQUIRE(eventually([&] { return !stage.client.heard_replies().empty(); }));
  // Somebody asks in its name.
  stage.client.publish({requests, {}, "100"}, stage.client.heard_replies().front());
  for (std::size_t i = 0; i < count; ++i) stage.send(sent(std::to_string(i)));
  REQUIRE(eventually([&] { return stage.client.owed_by("RISK_SIGNALS_IN", "riskd") == count; }));
  for (std::size_t settled = 0; settled < count; ++settled) {
    REQUIRE(taken.wait_for(std::min(settled + credit, count)));
    CHECK(taken.kept() <= credit);
    taken.settle(1, Settled::done);
  }
  CHECK(eventually([&] { return stage.nothing_owed(); }));
  CHECK(taken.count() == count);
}

TEST_CASE("requests that nothing came of are renewed") {
  if (nats_server_is_missing()) return;
  Taken taken;
  taken.settle_with(Taken::at_once(Settled::done));
  auto options = quick_stream(8);
  options.request_expires = milliseconds{200};
  options.idle_heartbeat = milliseconds{100};
  StreamStage stage{options};
  REQUIRE(stage.start(taken.take()));
  const auto begin = steady_clock::now();
  REQUIRE(eventually([&] { return steady_clock::now() - begin > 5 * options.request_expires; }));
  for (int i = 0; i < 20; ++i) stage.send(sent(std::to_string(i)));
  REQUIRE(taken.wait_for(20));
  CHECK(eventually([&] { return stage.nothing_owed(); }));
  CHECK(taken.count() == 20);
  CHECK(stage.linked.notices.count(Kind::failed) == 0);
}

TEST_CASE("what somebody took and died with comes to another one") {
  if (nats_server_is_missing()) return;
  Taken taken;
  auto options = quick_stream(8);
  options.ack_wait = milliseconds{500};
  StreamStage stage{options};
  REQUIRE(stage.start(taken.take()));
  stage.renew(); // it has made the consumer
  stage.send(sent("orphan"));
  REQUIRE(stage.client.take_and_die(stage.linked.server.url(), "RISK_SIGNALS_IN", "riskd") == "orphan");
  REQUIRE(stage.start(taken.take()));
  REQUIRE(taken.wait_for(1));
  CHECK(taken.deliveries()[0].bytes == "orphan");
  CHECK(taken.deliveries()[0].deliveries == 2);
}

TEST_CASE("two sources of one durable share its messages, and none comes to both") {
  if (nats_server_is_missing()) return;
  Taken here, there;
  StreamStage stage{quick_stream(32)};
  Notices notices;
  const auto link = open_link(quick(stage.linked.server.url()), notices);
  here.settle_with(Taken::at_once(Settled::done));
  there.settle_with(Taken::at_once(Settled::done));
  REQUIRE(stage.start(here.take()));
  NatsStreamSource other{*link, quick_stream(32)};
  REQUIRE(other.start(there.take()));
  constexpr std::size_t count = 1'000;
  for (std::size_t i = 0; i < count; ++i) stage.send(sent(std::to_string(i)));
  REQUIRE(eventually([&] { return here.count() + there.count() >= count; }));
  REQUIRE(eventually([&] { return stage.nothing_owed(); }));
  MESSAGE(here.count() << " here, " << there.count() << " there");
  CHECK(here.count() + there.count() == count);
  CHECK(here.count() > count / 8);
  CHECK(there.count() > count / 8);
}

TEST_CASE("a node that goes hands its messages on at once") {
  if (nats_server_is_missing()) return;
  Taken here, there;
  auto options = quick_stream(8);
  options.ack_wait = milliseconds{60'000};
  StreamStage stage{options};
  REQUIRE(stage.start(here.take()));
  for (int i = 0; i < 20; ++i) stage.send(sent(std::to_string(i)));
  REQUIRE(here.wait_for(8));
  there.settle_with(Taken::at_once(Settled::done));
  stage.renew();
  REQUIRE(stage.start(there.take()));
  REQUIRE(there.wait_for(20));
  CHECK(there.bodies().size() == 20);
}

TEST_CASE("what had come and was not taken when it stopped goes on at once") {
  if (nats_server_is_missing()) return;
  std::atomic<bool> inside{false}, released{false};
  Taken next;
  next.settle_with(Taken::at_once(Settled::done));
  auto options = quick_stream(16);
  options.ack_wait = milliseconds{60'000};
  StreamStage stage{options};
  // The first one is being taken while the others arrive.
  REQUIRE(stage.start([&](const Delivery&, const Source::Settle& settle) {
    inside = true;
    eventually([&] { return released.load(); });
    settle(Settled::done);
  }));
  for (int i = 0; i < 8; ++i) stage.send(sent(std::to_string(i)));
  REQUIRE(eventually([&] { return inside.load(); }));
  std::thread stopper{[&] { stage.source().stop(); }};
  REQUIRE(eventually([&] { return stage.client.requests_at("RISK_SIGNALS_IN", "riskd") == 0; }));
  released = true;
  stopper.join();
  stage.renew();
  REQUIRE(stage.start(next.take()));
  CHECK(eventually([&] { return stage.nothing_owed(); }));
  CHECK(next.bodies().size() == 7);
}
