// Sources of prices: counted, cut off when they send nonsense, tried again, and at most sixteen.

#include <doctest/doctest.h>

#include "market/feed_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

const FeedRules rules{.breaker = {.failures = 3, .window = 1'000, .cool_down = 5'000, .probes = 2}};

/// Three jumps at noon: "main" is cut off.
LiveMarket with_main_cut_off() {
  auto feed = live(feed_market(), rules);
  feed.take(tick("EURUSD", 1.2), feed_noon);
  for (int i = 0; i < 3; ++i) CHECK(feed.take(tick("US30", 4e5), feed_noon) == FeedVerdict::jump);
  return feed;
}

BreakerState state(const LiveMarket& feed, TimeMs now) { return feed.sources().status(now).front().breaker; }

} // namespace

TEST_CASE("of a source that is cut off neither ticks nor bars are looked at, of others they are") {
  auto feed = with_main_cut_off();
  CHECK(state(feed, feed_noon) == BreakerState::open);
  CHECK(feed.take(tick("USDJPY", 151), feed_noon + 1) == FeedVerdict::source_off);
  CHECK(feed.take(bar("USDJPY", "2026-04-01", 151), feed_noon + 1) == FeedVerdict::source_off);
  CHECK(feed.take(tick("USDJPY", 151, feed_noon, "other"), feed_noon + 1) == FeedVerdict::taken);
  CHECK(feed.take(bar("USDJPY", "2026-04-01", 151, "other"), feed_noon + 1) == FeedVerdict::taken);
}

TEST_CASE("the last price of a source that is cut off is a fallback, as old as a live one may be") {
  auto feed = with_main_cut_off();
  auto quote = quote_at(feed, "EURUSD", feed_noon);
  CHECK(quote.source == DataSource::fallback);
  CHECK(quote.price == 1.2);
  CHECK(quote.age_max() == minute_ms);
  CHECK(quote_at(feed, "USDJPY", feed_noon).source == DataSource::cache);
  // Another source knows better.
  feed.take(tick("EURUSD", 1.21, feed_noon + 1, "other"), feed_noon + 1);
  CHECK(quote_at(feed, "EURUSD", feed_noon + 1).source == DataSource::real_time);
}

TEST_CASE("a breaker that opens makes a view due when it concerns a quote") {
  const auto cut_off_main = [](LiveMarket& feed, TimeMs now) {
    view_at(feed, now);
    for (int i = 0; i < 3; ++i) feed.take(tick("US30", 4e5, now), now);
    REQUIRE(feed.sources().status(now).back().breaker == BreakerState::open);
    return feed.due(now);
  };
  auto quoted = live(feed_market(), rules);
  quoted.take(tick("EURUSD", 1.2), feed_noon);
  CHECK(cut_off_main(quoted, feed_noon));
  auto silent = live(feed_market(), rules);
  CHECK_FALSE(cut_off_main(silent, feed_noon));
  auto other = live(feed_market(), rules);
  other.take(tick("EURUSD", 1.2, feed_noon, "other"), feed_noon);
  CHECK_FALSE(cut_off_main(other, feed_noon));
  auto long_ago = live(feed_market(), rules);
  long_ago.take(tick("EURUSD", 1.2), feed_noon);
  CHECK_FALSE(cut_off_main(long_ago, feed_noon + 96 * hour_ms + 1));
}

TEST_CASE("after the cool-down a source is tried, and its prices are real again when the probes were good") {
  auto feed = with_main_cut_off();
  const TimeMs later = feed_noon + 5'000;
  CHECK(feed.take(tick("EURUSD", 1.21, later), later) == FeedVerdict::taken);
  CHECK(state(feed, later) == BreakerState::half_open);
  CHECK(quote_at(feed, "EURUSD", later).source == DataSource::fallback);          // not trusted yet
  CHECK(feed.take(tick("EURUSD", 1.21, later), later) == FeedVerdict::duplicate); // says nothing either way
  CHECK(feed.take(tick("EURUSD", 1.22, later + 1), later) == FeedVerdict::taken);
  CHECK(state(feed, later) == BreakerState::closed);
  CHECK(feed.due(later));
  CHECK(quote_at(feed, "EURUSD", later).source == DataSource::real_time);
}

TEST_CASE("one bad probe cuts it off again") {
  auto feed = with_main_cut_off();
  const TimeMs later = feed_noon + 5'000;
  CHECK(feed.take(tick("EURUSD", 1.21, later), later) == FeedVerdict::taken);
  CHECK(feed.take(tick("EURUSD", 12.1, later + 1), later) == FeedVerdict::jump);
  CHECK(feed.take(tick("EURUSD", 1.21, later + 2), later) == FeedVerdict::source_off);
  CHECK(feed.sources().status(later).front().openings == 2);
}

TEST_CASE("each kind of nonsense counts against a source, repeats and latecomers do not") {
  const Tick bad[] = {tick("EURUSD", -1),
                      tick("EURUSD", 11),
                      tick("EURUSD", 1.1, feed_noon + day_ms),
                      {.symbol = Symbol{"EURUSD"}, .bid = 2, .ask = 1, .at = feed_noon, .source = SourceId{"main"}}};
  for (const auto& one : bad) {
    auto feed = live(feed_market(), rules);
    for (int i = 0; i < 3; ++i) CHECK(is_failure(feed.take(one, feed_noon)));
    CHECK(feed.take(tick("EURUSD", 1.1), feed_noon) == FeedVerdict::source_off);
  }
  auto feed = live(feed_market(), rules);
  feed.take(tick("EURUSD", 1.1), feed_noon);
  for (int i = 0; i < 50; ++i) {
    CHECK(feed.take(tick("EURUSD", 1.1), feed_noon) == FeedVerdict::duplicate);
    CHECK(feed.take(tick("EURUSD", 1.2, feed_noon - 1), feed_noon) == FeedVerdict::out_of_order);
    CHECK(feed.take(bar("EURUSD", "2026-03-30", 1.1), feed_noon) == FeedVerdict::out_of_order);
    CHECK(feed.take(tick("NOSUCH", 1.1), feed_noon) == FeedVerdict::unknown_symbol);
  }
  CHECK(state(feed, feed_noon) == BreakerState::closed);
}

TEST_CASE("a bad bar counts against its source as a bad tick does") {
  auto feed = live(feed_market(), rules);
  CHECK(feed.take(bar("EURUSD", "2026-04-01", 0), feed_noon) == FeedVerdict::not_a_price);
  CHECK(feed.take(bar("EURUSD", "2026-04-01", 11), feed_noon) == FeedVerdict::jump);
  CHECK(feed.take(tick("EURUSD", 11), feed_noon) == FeedVerdict::jump);
  CHECK(feed.take(bar("EURUSD", "2026-04-01", 1.1), feed_noon) == FeedVerdict::source_off);
}

TEST_CASE("verdicts are counted by source") {
  auto feed = live();
  feed.take(tick("EURUSD", 1.2), feed_noon);
  feed.take(tick("EURUSD", 1.2), feed_noon);
  feed.take(tick("EURUSD", 12), feed_noon);
  feed.take(tick("EURUSD", 12, feed_noon + 1), feed_noon);
  feed.take(bar("US30", "2026-04-01", 40'000), feed_noon);
  feed.take(tick("US30", 40'001, feed_noon, "other"), feed_noon);
  CHECK(feed.sources().status(feed_noon).size() == 2);
  CHECK(feed.sources().status(feed_noon)[1].source == SourceId{"other"});
  CHECK(count(feed, FeedVerdict::taken) == 2);
  CHECK(count(feed, FeedVerdict::duplicate) == 1);
  CHECK(count(feed, FeedVerdict::jump) == 2);
  CHECK(count(feed, FeedVerdict::crossed) == 0);
  CHECK(count(feed, FeedVerdict::taken, 1) == 1);
  auto cut = with_main_cut_off();
  for (int i = 0; i < 4; ++i) cut.take(tick("US30", 40'000), feed_noon);
  CHECK(count(cut, FeedVerdict::source_off) == 4);
}

TEST_CASE("a seventeenth source is refused, and the sixteen go on") {
  auto feed = live();
  for (std::size_t i = 0; i < feed_sources_max; ++i)
    CHECK(feed.take(tick("EURUSD", 1.1 + 0.001 * static_cast<double>(i), feed_noon, std::to_string(i).c_str()),
                    feed_noon) == FeedVerdict::taken);
  CHECK(feed.take(tick("EURUSD", 1.2, feed_noon, "16"), feed_noon) == FeedVerdict::too_many_sources);
  CHECK(feed.take(bar("EURUSD", "2026-04-01", 1.2, "17"), feed_noon) == FeedVerdict::too_many_sources);
  CHECK(feed.take(tick("EURUSD", 1.2, feed_noon, "15"), feed_noon) == FeedVerdict::taken);
  CHECK(feed.sources().too_many() == 2);
  CHECK(feed.sources().status(feed_noon).size() == 16);
}

TEST_CASE("a stranger's symbols take no memory") {
  auto feed = live();
  for (int i = 0; i < 1'000; ++i) feed.take(tick(("S" + std::to_string(i)).c_str(), 1), feed_noon);
  CHECK(feed.symbols().empty());
  CHECK(count(feed, FeedVerdict::unknown_symbol) == 1'000);
}
