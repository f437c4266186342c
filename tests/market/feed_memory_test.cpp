// A restart: what was remembered is told again to a market made from the folder, and nothing is different.

#include <doctest/doctest.h>

#include "market/feed_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

constexpr auto next_noon_after = day_ms;

/// A day of ticks and bars.
LiveMarket busy() {
  auto feed = live();
  feed.take(tick("EURUSD", 1.2), feed_noon);
  feed.take(tick("VIX", 37), feed_noon);
  const TimeMs now = feed_noon + next_noon_after;
  for (const auto& [symbol, close] : {std::pair{"EURUSD", 1.21}, {"USDJPY", 151}, {"US30", 40'100}})
    feed.take(bar(symbol, "2026-04-01", close), now);
  feed.take(bar("VIX", "2026-04-01", 38), now);
  feed.take(tick("US30", 40'200, now, "other"), now);
  return feed;
}

void restore_all(LiveMarket& feed, const LiveMarket& from) {
  for (const auto& [symbol, ignored] : from.symbols())
    if (const auto memory = from.memory(symbol)) REQUIRE(feed.restore(*memory));
}

std::string fault(LiveMarket& feed, const FeedMemory& memory) {
  const auto restored = feed.restore(memory);
  return restored ? std::string{} : restored.error().message;
}

const Symbol eurusd{"EURUSD"};

} // namespace

TEST_CASE("after a restart the view is the same, and so is what may come next") {
  auto before = busy();
  auto after = live();
  restore_all(after, before);
  const TimeMs now = feed_noon + next_noon_after;
  CHECK(view_at(after, now)->id() == view_at(before, now)->id());
  for (const auto& next : {tick("US30", 40'200, now), tick("US30", 40'300, now - 1), tick("US30", 4e5, now + 1),
                           tick("VIX", 370, now), tick("EURUSD", 1.2, feed_noon), tick("EURUSD", 1.9, now)})
    CHECK(before.take(next, now) == after.take(next, now));
  CHECK(before.take(bar("EURUSD", "2026-04-01", 1.21), now) == after.take(bar("EURUSD", "2026-04-01", 1.21), now));
  for (const auto& [symbol, ignored] : before.symbols()) CHECK(before.memory(symbol) == after.memory(symbol));
}

TEST_CASE("the memory of a symbol is its last tick and the bars that the folder does not have") {
  const auto feed = busy();
  const auto memory = feed.memory(eurusd);
  REQUIRE(memory);
  CHECK(*memory == FeedMemory{eurusd, LastTick{1.2, feed_noon, SourceId{"main"}}, {{date("2026-04-01"), 1.21}}});
  CHECK(feed.memory(Symbol{"VIX"})->bars.size() == 1);
  CHECK_FALSE(feed.memory(Symbol{"USDJPY"})->tick);
  CHECK_FALSE(feed.memory(Symbol{"GBPUSD"}));
  CHECK_FALSE(feed.memory(Symbol{"NOSUCH"}));
}

TEST_CASE("after a restart prices are held against the newer of the last tick and the last close") {
  const TimeMs now = feed_noon + next_noon_after;
  const auto next = [&](const char* symbol, double price) {
    auto feed = live();
    restore_all(feed, busy());
    return feed.take(tick(symbol, price, now + 1), now);
  };
  CHECK(next("US30", 40'200 * 1.499) == FeedVerdict::taken); // the tick; from the close it would be a jump
  CHECK(next("US30", 40'200 * 1.501) == FeedVerdict::jump);
  CHECK(next("EURUSD", 1.21 * 1.499) == FeedVerdict::taken); // the close of the tick's day
  CHECK(next("EURUSD", 1.21 * 1.501) == FeedVerdict::jump);
}

TEST_CASE("a memory that comes after a view makes another one due") {
  auto feed = live();
  const TimeMs now = feed_noon + next_noon_after;
  view_at(feed, now);
  REQUIRE(feed.restore({eurusd, LastTick{1.2, now, {}}, {}}));
  CHECK(quote_at(feed, "EURUSD", now).price == 1.2);
  REQUIRE(feed.restore({Symbol{"USDJPY"}, {}, {{date("2026-04-01"), 152}}}));
  CHECK(quote_at(feed, "USDJPY", now).price == 152);
}

TEST_CASE("what a feed said is worth nothing where it was refused") {
  auto feed = live();
  feed.take(tick("EURUSD", 12), feed_noon);
  feed.take(bar("EURUSD", "2026-03-31", 12), feed_noon);
  CHECK_FALSE(feed.memory(eurusd));
  CHECK(feed.take_changed().empty());
}

TEST_CASE("the symbols that changed are told once") {
  auto feed = busy();
  CHECK(feed.take_changed() == std::vector{eurusd, Symbol{"US30"}, Symbol{"USDJPY"}, Symbol{"VIX"}});
  CHECK(feed.take_changed().empty());
  feed.take(tick("US30", 40'200, feed_noon, "other"), feed_noon); // late
  CHECK(feed.take_changed().empty());
  feed.take(tick("US30", 40'201, feed_noon + day_ms), feed_noon + day_ms);
  CHECK(feed.take_changed() == std::vector{Symbol{"US30"}});
  auto restored = live();
  restore_all(restored, feed);
  CHECK(restored.take_changed().empty());
}

TEST_CASE("a row of the folder wins over a remembered bar of its day or of one before it") {
  auto market = feed_market();
  auto& closes = market.history.closes[eurusd];
  const double last = closes.back().close;
  auto feed = live(market);
  const FeedMemory memory{
      eurusd, {}, {{date("2026-03-29"), 1.3}, {date("2026-03-31"), 1.4}, {date("2026-04-01"), 1.12}}};
  REQUIRE(feed.restore(memory));
  CHECK(feed.memory(eurusd)->bars == std::vector<DailyClose>{{date("2026-04-01"), 1.12}});
  CHECK(quote_at(feed, "EURUSD", feed_noon).price == last);
  CHECK(quote_at(feed, "EURUSD", feed_noon + day_ms).price == 1.12);
}

TEST_CASE("a folder that has caught up leaves nothing to remember") {
  auto market = feed_market();
  market.history.closes[eurusd].push_back({date("2026-04-01"), 1.13});
  auto feed = live(market);
  REQUIRE(feed.restore({eurusd, {}, {{date("2026-04-01"), 1.12}}}));
  CHECK_FALSE(feed.memory(eurusd));
  CHECK(quote_at(feed, "EURUSD", feed_noon + day_ms).price == 1.13);
}

TEST_CASE("400 bars are kept, and a market that ran through is no different from one that was restarted") {
  auto market = feed_market();
  market.history.closes = {{eurusd, market.history.closes[eurusd]}};
  auto feed = live(market);
  Date day = date("2026-03-31");
  for (int i = 0; i < 450; ++i) {
    ++day.days;
    const Bar next{.symbol = eurusd, .date = day, .close = 1.1 + 0.001 * (i % 17), .source = SourceId{"main"}};
    REQUIRE(feed.take(next, day.end_ms()) == FeedVerdict::taken);
  }
  const auto memory = *feed.memory(eurusd);
  REQUIRE(memory.bars.size() == 400);
  CHECK(memory.bars.back().date == day);
  CHECK(memory.bars.front().date.days == day.days - 399);
  auto after = live(market);
  REQUIRE(after.restore(memory));
  CHECK(view_at(after, day.end_ms())->id() == view_at(feed, day.end_ms())->id());
}

TEST_CASE("400 bars of a symbol that the folder does not have give it returns") {
  auto market = feed_market();
  const auto closes = market.history.closes[eurusd];
  market.history.closes.erase(eurusd);
  auto feed = live(market);
  REQUIRE(feed.restore({eurusd, {}, closes}));
  CHECK(view_at(feed, feed_noon)->id() == feed_market().view().id());
}

TEST_CASE("a memory that cannot be is named, and what is good in it counts") {
  const LastTick good{1.2, feed_noon, SourceId{"main"}};
  const DailyClose row{date("2026-04-01"), 1.12};
  auto feed = live();
  CHECK(fault(feed, {Symbol{"NOSUCH"}, good, {}}) == "NOSUCH: not a symbol of ours");
  for (const LastTick& tick : {LastTick{0, feed_noon, {}}, LastTick{1.2, 0, {}}, LastTick{12, feed_noon, {}}}) {
    feed = live();
    CHECK(fault(feed, {eurusd, tick, {row}}) == "EURUSD: tick: not a price, or too far from the last close");
    CHECK(feed.memory(eurusd) == FeedMemory{eurusd, {}, {row}});
  }
  feed = live();
  CHECK(fault(feed, {eurusd, good, {row, {date("2026-04-02"), 11.2}}}) ==
        "EURUSD: bar of 2026-04-02: too far from the close before it");
  CHECK(feed.memory(eurusd) == FeedMemory{eurusd, good, {row}});
  feed = live();
  CHECK(fault(feed, {eurusd, good, {{row.date, -1}}}) == "EURUSD: bar of 2026-04-01: not a price");
  feed = live();
  CHECK(fault(feed, {eurusd, {}, std::vector<DailyClose>(401)}) == "EURUSD: more than 400 bars");
}

TEST_CASE("a memory comes before the first input, not after it") {
  auto feed = live();
  feed.take(tick("EURUSD", 1.2), feed_noon);
  const auto memory = *feed.memory(eurusd);
  CHECK(fault(feed, memory) == "EURUSD: its feed has spoken already");
  feed = live();
  feed.take(tick("EURUSD", 12), feed_noon); // refused, so it said nothing
  CHECK(fault(feed, memory).empty());
}
