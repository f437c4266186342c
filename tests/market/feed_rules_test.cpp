// One tick or bar against what is known of its symbol: every verdict, and which of two wrongs is named.

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "market/feed_rules.hpp"
#include "market/market_view.hpp"
#include "market/small_market.hpp"

using namespace riskcluster;
using riskcluster::test::date;

namespace {

const TimeMs feed_noon = test::instant("2026-04-01T12:00:00Z");
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr auto taken = FeedVerdict::taken;
constexpr auto duplicate = FeedVerdict::duplicate;
constexpr auto out_of_order = FeedVerdict::out_of_order;
constexpr auto not_a_price = FeedVerdict::not_a_price;
constexpr auto crossed = FeedVerdict::crossed;
constexpr auto future = FeedVerdict::future;
constexpr auto jump = FeedVerdict::jump;

/// The last tick: 100, a second before noon.
const LastTick last_tick{100, feed_noon - 1'000, SourceId{"main"}};

FeedVerdict judged(double bid, double ask, double last, TimeMs at = feed_noon, const char* symbol = "US30") {
  return judge({.symbol = Symbol{symbol}, .bid = bid, .ask = ask, .last = last, .at = at}, last_tick, 100, {},
               feed_noon);
}

struct Prices {
  double bid, ask, last;
  FeedVerdict verdict;
};

struct BarCase {
  double open, high, low, close, volume;
  FeedVerdict verdict;
};

/// The last row: 100 on 2026-03-31.
FeedVerdict judged(Bar bar, TimeMs now = feed_noon) {
  const DailyClose last{date("2026-03-31"), 100};
  return judge(bar, &last, {}, now);
}

FeedVerdict judged_bar(const char* day, double close, const char* symbol = "US30") {
  return judged({.symbol = Symbol{symbol}, .date = date(day), .close = close});
}

} // namespace

TEST_CASE("a tick's price is the middle where both sides are given, else the last trade") {
  CHECK(price_of({.bid = 1, .ask = 3, .last = 7}) == 2);
  CHECK(price_of({.ask = 3, .last = 7}) == 7);
  CHECK(price_of({.bid = 1, .last = 7}) == 7);
  CHECK(price_of({.bid = 1}) == 0);
}

TEST_CASE("what is no price is refused, whichever of the three it is") {
  const Prices cases[] = {
      {99, 101, 0, taken},
      {0, 0, 100, taken},
      {99, 101, 5, taken},
      {99, 0, 100, taken},
      {100, 100, 0, taken},
      {-0.0, 0, 100, taken},
      {0, 0, 0, not_a_price},
      {99, 0, 0, not_a_price},
      {0, 101, 0, not_a_price},
      {0, 0, -100, not_a_price},
      {0, 0, not_a_number, not_a_price},
      {0, 0, infinite, not_a_price},
      {0, 0, -infinite, not_a_price},
      {not_a_number, 101, 100, not_a_price},
      {99, infinite, 0, not_a_price},
      {-99, 101, 100, not_a_price},
      {99, 101, not_a_number, not_a_price},
      {0, 0, 1e-10, not_a_price},
      {0, 0, 1e13, not_a_price},
      {99, 101, -1, not_a_price},
      {101, 99, 0, crossed},
      {101, 99, 100, crossed},
      {101, -99, 0, not_a_price},
      {1'010, 990, 0, crossed},
  };
  for (const auto& [bid, ask, last, verdict] : cases) {
    CAPTURE(bid);
    CAPTURE(ask);
    CAPTURE(last);
    CHECK(name(judged(bid, ask, last)) == name(verdict));
  }
}

TEST_CASE("half as much again, or two thirds, is the farthest that a price may move at once") {
  for (const double price : {100.0, 150.0, 66.67, 149.99}) CHECK(judged(0, 0, price) == taken);
  for (const double price : {150.01, 66.66, 1'000.0, 10.0, 200.0, 50.0, 1e12, 1e-9}) CHECK(judged(0, 0, price) == jump);
  CHECK(judged(10, 500, 0) == jump); // a side that is far off moves the middle
}

TEST_CASE("the VIX may multiply by five, as it has more than doubled in a day, but not by ten") {
  for (const double price : {215.6, 64.2, 500.0, 20.0}) CHECK(judged(0, 0, price, feed_noon, "VIX") == taken);
  for (const double price : {501.0, 19.9, 1'000.0, 10.0}) CHECK(judged(0, 0, price, feed_noon, "VIX") == jump);
}

TEST_CASE("time goes forward: older is out of order, the same again a duplicate, and our clock bounds the future") {
  CHECK(judged(0, 0, 100, feed_noon - 1'000) == duplicate);
  CHECK(judged(99, 101, 0, feed_noon - 1'000) == duplicate); // the same price, said otherwise
  CHECK(judged(0, 0, 101, feed_noon - 1'000) == taken);      // two trades within a millisecond
  CHECK(judged(0, 0, 100, feed_noon - 999) == taken);
  CHECK(judged(0, 0, 101, feed_noon - 1'001) == out_of_order);
  CHECK(judged(0, 0, 100, feed_noon + 5'000) == taken);
  CHECK(judged(0, 0, 100, feed_noon + 5'001) == future);
}

TEST_CASE("a first tick may be as old as a live price may ever be") {
  const auto first_at = [](TimeMs at) {
    return judge(Tick{.symbol = Symbol{"US30"}, .last = 100, .at = at}, std::nullopt, 0, {}, feed_noon);
  };
  CHECK(first_at(feed_noon - 96 * hour_ms) == taken);
  CHECK(first_at(feed_noon - 96 * hour_ms - 1) == out_of_order);
  CHECK(first_at(0) == out_of_order);
  CHECK(first_at(feed_noon / 1'000) == out_of_order); // seconds
  CHECK(first_at(feed_noon * 1'000) == future);       // microseconds
  CHECK(first_at(std::numeric_limits<TimeMs>::min()) == out_of_order);
  CHECK(first_at(std::numeric_limits<TimeMs>::max()) == future);
}

TEST_CASE("a price without an anchor cannot jump") {
  CHECK(judge(Tick{.last = 1e9, .at = feed_noon}, std::nullopt, 0, {}, feed_noon) == taken);
  CHECK(judge(Bar{.date = date("2026-03-31"), .close = 1e9}, nullptr, {}, feed_noon) == taken);
}

TEST_CASE("of two wrongs of a tick the one is named that says more about its source") {
  CHECK(judged(0, 0, 1'000, feed_noon - 2'000) == out_of_order); // late, so its distance means nothing
  CHECK(judged(0, 0, 1'000, feed_noon + 9'000) == future);
  CHECK(judged(0, 0, not_a_number, feed_noon + 9'000) == not_a_price);
  CHECK(judged(1'010, 990, 0, feed_noon + 9'000) == crossed);
}

TEST_CASE("a bar needs a close; what else it gives must fit around it") {
  const BarCase cases[] = {
      {0, 0, 0, 101, 0, taken},
      {100, 102, 99, 101, 5e6, taken},
      {0, 101, 0, 101, 0, taken},
      {0, 0, 101, 101, 0, taken},
      {100, 102, 99, 0, 0, not_a_price},
      {0, 0, 0, -101, 0, not_a_price},
      {0, 0, 0, not_a_number, 0, not_a_price},
      {0, 0, 0, infinite, 0, not_a_price},
      {not_a_number, 0, 0, 101, 0, not_a_price},
      {0, -1, 0, 101, 0, not_a_price},
      {0, 0, infinite, 101, 0, not_a_price},
      {0, 0, 0, 101, -1, not_a_price},
      {0, 0, 0, 101, not_a_number, not_a_price},
      {0, 0, 0, 101, infinite, not_a_price},
      {100, 99, 102, 101, 0, crossed},
      {100, 100, 99, 101, 0, crossed},
      {0, 100, 0, 101, 0, crossed},
      {0, 0, 102, 101, 0, crossed},
      {100, 102, 101.5, 101, 0, crossed},
  };
  for (const auto& [open, high, low, close, volume, verdict] : cases) {
    CAPTURE(high);
    CAPTURE(low);
    CAPTURE(close);
    const auto said = judged({.symbol = Symbol{"US30"},
                              .date = date("2026-04-01"),
                              .open = open,
                              .high = high,
                              .low = low,
                              .close = close,
                              .volume = volume});
    CHECK(name(said) == name(verdict));
  }
}

TEST_CASE("a bar is of a day after the last one, and not after today") {
  CHECK(judged_bar("2026-04-01", 101) == taken);
  CHECK(judged_bar("2026-04-02", 101) == future);
  CHECK(judged_bar("2026-03-31", 100) == duplicate);
  CHECK(judged_bar("2026-03-31", 101) == out_of_order); // a day has one close
  CHECK(judged_bar("2026-03-30", 100) == out_of_order);
  CHECK(judged_bar("2026-03-30", 1'000) == out_of_order);
  CHECK(judged({.date = date("2026-04-01"), .close = 101, .at = feed_noon + 5'000}) == taken);
  CHECK(judged({.date = date("2026-04-01"), .close = 101, .at = feed_noon + 5'001}) == future);
}

TEST_CASE("a bar is as near to the last close as a tick to the last price") {
  CHECK(judged_bar("2026-04-01", 150) == taken);
  CHECK(judged_bar("2026-04-01", 150.01) == jump);
  CHECK(judged_bar("2026-04-01", 66.66) == jump);
  CHECK(judged_bar("2026-04-01", 215.6) == jump);
  CHECK(judged_bar("2026-04-01", 215.6, "VIX") == taken);
  CHECK(judged_bar("2026-04-01", 1'000, "VIX") == jump);
}

TEST_CASE("repeats, latecomers and strangers do not speak against their source, nonsense does") {
  for (std::size_t i = 0; i < feed_verdict_count; ++i) {
    const auto verdict = static_cast<FeedVerdict>(i);
    const bool expected = verdict == not_a_price || verdict == crossed || verdict == jump || verdict == future;
    CHECK(is_failure(verdict) == expected);
  }
}

TEST_CASE("verdicts have stable names") {
  const char* const names[] = {"TAKEN",   "DUPLICATE", "OUT_OF_ORDER", "UNKNOWN_SYMBOL", "NOT_A_PRICE",
                               "CROSSED", "FUTURE",    "JUMP",         "SOURCE_OFF",     "TOO_MANY_SOURCES"};
  for (std::size_t i = 0; i < feed_verdict_count; ++i) CHECK(name(static_cast<FeedVerdict>(i)) == names[i]);
}

TEST_CASE("rules that cannot be are refused with their values") {
  CHECK(faults_of(FeedRules{}).empty());
  CHECK(faults_of(FeedRules{.tick_jump_max_pct = 0}).size() == 1);
  CHECK(faults_of(FeedRules{.tick_jump_max_pct = not_a_number}).size() == 1);
  CHECK(faults_of(FeedRules{.tick_jump_max_pct = 800.5}).front() ==
        "tick_jump_max_pct: must be > 0, at most 800, not 800.500000");
  CHECK(faults_of(FeedRules{.vix_jump_max_pct = -1}).size() == 1);
  CHECK(faults_of(FeedRules{.clock_skew_max = -1}).size() == 1);
  CHECK(faults_of(FeedRules{.clock_skew_max = 60'001}).front() == "clock_skew_max: must be 0 to 60000 ms, not 60001");
  CHECK(faults_of(FeedRules{.breaker = {.probes = 0}}).front() == "breaker.probes: must be 1 to 1000, not 0");
}

TEST_CASE("a source that is cut off by default comes back before its last prices are stale") {
  CHECK(FeedRules{}.breaker.cool_down < tick_age_max);
}
