// The core source: the contract, shared queues, and what happens to those who are too slow.

#include "transport/nats_core_source.hpp"

#include "transport/nats_publisher.hpp"
#include "transport/nats_source_stages.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

TEST_CASE("a core source keeps the contract") {
  if (nats_server_is_missing()) return;
  source_contract([](std::size_t credit) { return std::make_unique<CoreStage>(credit); });
}

TEST_CASE("members of a queue share messages, each goes to one of them") {
  if (nats_server_is_missing()) return;
  Taken here, there;
  CoreStage stage{64};
  Notices notices;
  const auto link = open_link(quick(stage.linked.server.url()), notices);
  NatsCoreSource other{*link, {.name = "other", .subjects = {"trading.signals.>"}}};
  here.settle_with(Taken::at_once(Settled::done));
  there.settle_with(Taken::at_once(Settled::done));
  REQUIRE(stage.start(here.take()));
  REQUIRE(other.start(there.take()));
  REQUIRE(NatsClient::flush(*link->session()));
  constexpr std::size_t count = 400;
  for (std::size_t i = 0; i < count; ++i) stage.send(sent(std::to_string(i)));
  REQUIRE(eventually([&] { return here.count() + there.count() >= count; }));
  MESSAGE(here.count() << " here, " << there.count() << " there");
  auto all = here.bodies();
  for (const auto& [body, times] : there.bodies()) all[body] += times;
  CHECK(all.size() == count);
  for (const auto& [body, times] : all) CHECK(times == 1);
  CHECK(here.count() > count / 8);
  CHECK(there.count() > count / 8);
}

TEST_CASE("several subjects are taken one at a time") {
  if (nats_server_is_missing()) return;
  Taken taken;
  taken.settle_with(Taken::at_once(Settled::done));
  CoreStage stage{8, {.name = "two", .subjects = {"a.>", "b.*"}}};
  REQUIRE(stage.start(taken.take()));
  for (int i = 0; i < 500; ++i) stage.send({.subject = (i % 2 == 0 ? "a.x.y" : "b.x"), .bytes = std::to_string(i)});
  REQUIRE(taken.wait_for(500));
  CHECK_FALSE(taken.ever_two_at_once());
}

TEST_CASE("an answer goes back to who asked, and not where it must not go") {
  if (nats_server_is_missing()) return;
  Taken taken;
  CoreStage stage{8};
  NatsPublisher publisher{*stage.linked.link};
  taken.settle_with([&](const Delivery& delivery, const Source::Settle& settle) {
    if (!delivery.reply_to.empty()) publisher.publish({delivery.reply_to, {}, "answer to " + delivery.bytes});
    settle(Settled::done);
  });
  REQUIRE(stage.start(taken.take()));
  CHECK(stage.client.request(message_of(sent("question"), false)) == "answer to question");
  for (const auto* const elsewhere : {"risk.approved.acme.ann", "$JS.API.STREAM.PURGE.RISK_OUT"}) {
    auto forged = sent("forged");
    forged.reply_to = elsewhere;
    stage.send(forged);
  }
  REQUIRE(taken.wait_for(3));
  CHECK(taken.deliveries()[1].reply_to.empty());
  CHECK(taken.deliveries()[2].reply_to.empty());
  CHECK(stage.linked.link->counters().replies_refused == 2);
}

TEST_CASE("what is not taken fast enough is dropped beyond the bound, counted and told; what fits is taken") {
  if (nats_server_is_missing()) return;
  constexpr int pending = 50, count = 500;
  Taken taken;
  CoreStage stage{1, {.name = "slow", .subjects = {"trading.signals.>"}, .pending_messages_max = pending}};
  REQUIRE(stage.start(taken.take()));
  for (int i = 0; i < count; ++i) stage.send(sent(std::to_string(i)));
  stage.client.flush();
  REQUIRE(stage.linked.notices.wait_for(NatsNotice::Kind::slow_consumer));
  REQUIRE(eventually([&] { return stage.core_source().dropped() >= count - pending - 2; }));
  CHECK(stage.linked.link->counters().slow_consumers > 0);
  const auto dropped = stage.core_source().dropped();
  taken.settle_with(Taken::at_once(Settled::done));
  taken.settle(1, Settled::done);
  REQUIRE(taken.wait_for(count - dropped));
  CHECK(taken.count() == count - dropped);
  CHECK(taken.bodies().contains("0"));
}

TEST_CASE("it hears again when the server is back, and when the driver had given up") {
  if (nats_server_is_missing()) return;
  NatsServer server{"authorization { user: ann, password: one }"};
  Notices notices;
  const auto url = "nats://ann:one@" + server.host_and_port();
  const auto link = open_link(quick(url), notices);
  Taken taken;
  taken.settle_with(Taken::at_once(Settled::done));
  NatsCoreSource source{*link, {.name = "requests", .subjects = {"a"}}};
  REQUIRE(source.start(taken.take()));
  const auto heard = [&](const std::string& bytes) {
    NatsClient client{url};
    return eventually([&] {
      client.publish({"a", {}, bytes});
      return taken.bodies().contains(bytes);
    });
  };
  CHECK(heard("first"));
  server.kill();
  server.start();
  CHECK(heard("second"));
  server.kill();
  server.configure("authorization { user: ann, password: two }");
  server.start();
  REQUIRE(notices.wait_for(NatsNotice::Kind::turned_away));
  server.kill();
  server.configure("authorization { user: ann, password: one }");
  server.start();
  CHECK(heard("third"));
}

TEST_CASE("a source that cannot work says why") {
  if (nats_server_is_missing()) return;
  const Linked linked;
  const NatsCoreOptions bad[] = {{.name = "x"},
                                 {.name = "x", .subjects = {"a b"}},
                                 {.name = "x", .subjects = {"a"}, .queue = "q q"},
                                 {.name = "x", .subjects = {"a"}, .credit = 0},
                                 {.name = "x", .subjects = {"a"}, .pending_messages_max = 0}};
  for (const auto& options : bad) {
    NatsCoreSource source{*linked.link, options};
    const auto started = source.start([](const Delivery&, const Source::Settle&) {});
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::invalid_argument);
  }
}
