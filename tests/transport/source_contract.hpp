#pragma once
// What every source must keep.

#include <doctest/doctest.h>

#include "transport/taken.hpp"

namespace riskcluster::test {

/// A source and its other side.
class SourceStage {
public:
  virtual ~SourceStage() = default;
  virtual Source& source() = 0;
  /// Ends the source and puts a new one in its place, where what was sent is kept by somebody else; else false.
  virtual bool renew() = 0;
  /// start(), and until what is sent from now on is heard.
  virtual Result<bool> start(Source::Take take) { return source().start(std::move(take)); }
  virtual void send(const Delivery& what) = 0;
  /// Nothing is left to be handed out or to be settled.
  virtual bool nothing_owed() = 0;
};

using MakeSource = std::function<std::unique_ptr<SourceStage>(std::size_t credit)>;

inline Delivery sent(const std::string& bytes) { return {.subject = "trading.signals.acme.ann", .bytes = bytes}; }

inline void source_contract(const MakeSource& make) {
  Taken taken;
  SUBCASE("what is sent is taken as it was sent") {
    const auto stage = make(8);
    REQUIRE(stage->start(taken.take()));
    const Delivery whole{.subject = "trading.signals.acme.ann",
                         .bytes = std::string{"\0\xff\r\nbatch", 9},
                         .message_type = "batch",
                         .content_type = "application/json",
                         .traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                         .message_id = "m-1",
                         .reply_to = "_INBOX.somebody"};
    stage->send(whole);
    stage->send(sent(""));
    REQUIRE(taken.wait_for(2));
    CHECK(taken.deliveries()[0] == whole);
    CHECK(taken.deliveries()[1] == sent(""));
  }
  SUBCASE("never more than the credit is unsettled, and each settlement makes place for one") {
    constexpr std::size_t credit = 4, count = 40;
    const auto stage = make(credit);
    REQUIRE(stage->start(taken.take()));
    for (std::size_t i = 0; i < count; ++i) stage->send(sent(std::to_string(i)));
    for (std::size_t settled = 0; settled < count; ++settled) {
      REQUIRE(taken.wait_for(std::min(settled + credit, count)));
      CHECK(taken.kept() <= credit);
      taken.settle(1, Settled::done);
    }
    CHECK(taken.count() == count);
    CHECK_FALSE(taken.ever_two_at_once());
    CHECK(eventually([&] { return stage->nothing_owed(); }));
  }
  SUBCASE("what is settled as done never comes again, in the order it was sent") {
    const auto stage = make(8);
    taken.settle_with(Taken::at_once(Settled::done));
    REQUIRE(stage->start(taken.take()));
    for (int i = 0; i < 100; ++i) stage->send(sent(std::to_string(i)));
    REQUIRE(taken.wait_for(100));
    REQUIRE(eventually([&] { return stage->nothing_owed(); }));
    const auto all = taken.deliveries();
    REQUIRE(all.size() == 100);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i].bytes == std::to_string(i));
  }
  SUBCASE("a retry comes again where the source is durable, and gives its credit back anyway") {
    const auto stage = make(1);
    taken.settle_with([](const Delivery& delivery, const Source::Settle& settle) {
      settle(delivery.deliveries < 3 && delivery.bytes == "again" ? Settled::retry : Settled::done);
    });
    REQUIRE(stage->start(taken.take()));
    stage->send(sent("again"));
    stage->send(sent("other"));
    REQUIRE(taken.wait_for(stage->source().durable() ? 4 : 2));
    REQUIRE(eventually([&] { return stage->nothing_owed(); }));
    CHECK(taken.bodies() == std::map<std::string, int>{{"again", stage->source().durable() ? 3 : 1}, {"other", 1}});
    std::vector<std::uint64_t> counts;
    for (const auto& delivery : taken.deliveries())
      if (delivery.bytes == "again") counts.push_back(delivery.deliveries);
    CHECK(counts == (stage->source().durable() ? std::vector<std::uint64_t>{1, 2, 3} : std::vector<std::uint64_t>{1}));
  }
  SUBCASE("a settlement that nobody calls is a retry") {
    const auto stage = make(1);
    taken.settle_with([](const Delivery& delivery, const Source::Settle& settle) {
      if (delivery.deliveries > 1 || delivery.bytes == "other") settle(Settled::done);
    });
    REQUIRE(stage->start(taken.take()));
    stage->send(sent("dropped"));
    stage->send(sent("other"));
    REQUIRE(taken.wait_for(stage->source().durable() ? 3 : 2));
    CHECK(eventually([&] { return stage->nothing_owed(); }));
  }
  SUBCASE("only the first settlement counts") {
    const auto stage = make(2);
    REQUIRE(stage->start(taken.take()));
    stage->send(sent("one"));
    REQUIRE(taken.wait_for(1));
    const auto settle = taken.let_go(1).front();
    settle(Settled::done);
    settle(Settled::retry);
    const auto copy = settle;
    copy(Settled::retry);
    stage->send(sent("two"));
    REQUIRE(taken.wait_for(2));
    taken.settle(1, Settled::done);
    REQUIRE(eventually([&] { return stage->nothing_owed(); }));
    CHECK(taken.bodies() == std::map<std::string, int>{{"one", 1}, {"two", 1}});
  }
  SUBCASE("after stop nothing is taken, and what is settled then is settled") {
    const auto stage = make(4);
    REQUIRE(stage->start(taken.take()));
    for (int i = 0; i < 20; ++i) stage->send(sent(std::to_string(i)));
    REQUIRE(taken.wait_for(4));
    stage->source().stop();
    taken.close();
    taken.settle(3, Settled::done);
    stage->source().stop();
    const auto unsettled = taken.let_go(1);
    if (stage->renew()) {
      Taken next;
      next.settle_with(Taken::at_once(Settled::done));
      REQUIRE(stage->start(next.take()));
      REQUIRE(next.wait_for(17));
      CHECK(eventually([&] { return stage->nothing_owed(); }));
      CHECK(next.count() == 17);
      CHECK(next.bodies().contains("3"));
      for (const auto* const settled : {"0", "1", "2"}) CHECK_FALSE(next.bodies().contains(settled));
      stage->source().stop();
    }
    unsettled.front()(Settled::done); // its source may be gone
    CHECK_FALSE(taken.came_after_close());
    CHECK(taken.count() == 4);
  }
  SUBCASE("it starts once") {
    const auto stage = make(1);
    REQUIRE(stage->start(taken.take()));
    const auto again = stage->source().start(taken.take());
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::invalid_argument);
  }
}

} // namespace riskcluster::test
