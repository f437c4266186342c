// A feed on the wrong scale must not win by insisting; and what the gate for market data makes of the quotes.

#include <doctest/doctest.h>

#include "controls/gates.hpp"
#include "market/feed_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

/// What an increase in a symbol meets at `now`: empty when it may pass.
std::string gate(const MarketView& view, const char* symbol, TimeMs now) {
  const Book book{view, Currency{"USD"}, 100'000, class_leverages({}), {}, {}};
  const auto result = market_data_gate(view.find(Symbol{symbol}), book, now);
  return result.passed ? std::string{} : std::string{result.reason_code};
}

} // namespace

TEST_CASE("a live price passes for a minute, then increases are refused") {
  auto feed = live();
  feed.take(tick("EURUSD", 1.2), feed_noon);
  const auto view = view_at(feed, feed_noon);
  CHECK(gate(*view, "EURUSD", feed_noon).empty());
  CHECK(gate(*view, "EURUSD", feed_noon + 60'000).empty());
  CHECK(gate(*view, "EURUSD", feed_noon + 60'001) == "STALE_MARKET_DATA");
}

TEST_CASE("a symbol that only has daily closes passes for 96 hours") {
  auto feed = live();
  const TimeMs day_end = instant("2026-04-01T00:00:00Z");
  const TimeMs later = day_end + 96 * hour_ms;
  CHECK(gate(*view_at(feed, feed_noon), "US30", feed_noon).empty());
  CHECK(gate(*view_at(feed, later), "US30", later).empty());
  CHECK(gate(*view_at(feed, later + 1), "US30", later + 1) == "STALE_MARKET_DATA");
}

TEST_CASE("once it had ticks its daily close does not excuse it, until there was none for 96 hours") {
  auto feed = live();
  TimeMs now = feed_noon;
  feed.take(tick("EURUSD", 1.2), now);
  const char* const days[] = {"2026-04-01", "2026-04-02", "2026-04-03", "2026-04-04"};
  for (const char* day : days) {
    now += day_ms;
    for (const auto& [symbol, close] : {std::pair{"EURUSD", 1.2}, {"USDJPY", 150}, {"US30", 40'000}})
      CHECK(feed.take(bar(symbol, day, close), now) == FeedVerdict::taken);
    CHECK(gate(*view_at(feed, now), "EURUSD", now) == "STALE_MARKET_DATA");
    CHECK(gate(*view_at(feed, now), "US30", now).empty());
  }
  CHECK(gate(*view_at(feed, now + 1), "EURUSD", now + 1).empty());
}

TEST_CASE("a fallback passes for a minute from its tick, and no longer") {
  auto feed = live(feed_market(), {.breaker = {.failures = 1}});
  feed.take(tick("EURUSD", 1.2), feed_noon);
  feed.take(tick("US30", 4e5), feed_noon);
  const auto view = view_at(feed, feed_noon);
  REQUIRE(view->find(Symbol{"EURUSD"})->quote.source == DataSource::fallback);
  CHECK(gate(*view, "EURUSD", feed_noon + 60'000).empty());
  CHECK(gate(*view, "EURUSD", feed_noon + 60'001) == "STALE_MARKET_DATA");
}

TEST_CASE("a stale leg of the conversion refuses a symbol that is fresh itself") {
  auto feed = live();
  feed.take(tick("EURUSD", 1.2), feed_noon);
  const TimeMs later = feed_noon + 60'001;
  feed.take(tick("USDJPY", 151, later), later);
  CHECK(gate(*view_at(feed, later), "USDJPY", later).empty());
  feed.take(tick("EURJPY", 181, later), later); // fresh, but it has no returns
  CHECK(gate(*view_at(feed, later), "EURJPY", later) == "INSUFFICIENT_HISTORY");
  feed.take(tick("EURUSD", 1.2, later), later);
  CHECK(gate(*view_at(feed, later + 60'000), "USDJPY", later + 60'000).empty());
  feed.take(tick("EURUSD", 1.2, later + 60'001), later + 60'001);
  CHECK(gate(*view_at(feed, later + 60'001), "EURUSD", later + 60'001).empty());
  CHECK(gate(*view_at(feed, later + 60'001), "USDJPY", later + 60'001) == "STALE_MARKET_DATA");
}

TEST_CASE("an hour on the wrong scale never moves a price: it goes stale by itself") {
  for (const double factor : {10.0, 0.1, 100.0, 2.0}) {
    CAPTURE(factor);
    // Once with a breaker that looks at everything, so that the jump alone has to hold.
    for (const FeedRules& rules : {FeedRules{}, FeedRules{.breaker = {.failures = 1'000, .window = 1}}}) {
      auto feed = live(feed_market(), rules);
      feed.take(tick("EURUSD", 1.2), feed_noon);
      std::uint64_t looked_at = 0;
      for (int second = 1; second <= 3'600; ++second) {
        const TimeMs now = feed_noon + second * second_ms;
        const auto verdict = feed.take(tick("EURUSD", 1.2 * factor, now), now);
        REQUIRE((verdict == FeedVerdict::jump || verdict == FeedVerdict::source_off));
        looked_at += verdict == FeedVerdict::jump;
        REQUIRE(quote_at(feed, "EURUSD", now).price == 1.2);
        REQUIRE(gate(*view_at(feed, now), "EURUSD", now).empty() == (second <= 60));
      }
      CHECK(looked_at == count(feed, FeedVerdict::jump));
      if (rules.breaker.failures == 10) CHECK(looked_at < 10 + 3'600 / 30 + 1);
    }
  }
}

TEST_CASE("bars on the wrong scale never reach the model") {
  auto feed = live();
  const auto before = view_at(feed, feed_noon);
  for (const char* day : {"2026-04-01", "2026-04-02", "2026-04-03"}) {
    const TimeMs now = date(day).end_ms();
    for (const auto& [symbol, close] : {std::pair{"EURUSD", 11.0}, {"USDJPY", 1'500}, {"US30", 4'000}})
      CHECK(feed.take(bar(symbol, day, close), now) == FeedVerdict::jump);
  }
  CHECK(view_at(feed, date("2026-04-03").end_ms())->model().hash == before->model().hash);
}

TEST_CASE("an accepted bar is what later ticks are held against") {
  auto feed = live();
  for (const auto& [day, close] : {std::pair{"2026-04-01", 1.5}, {"2026-04-02", 2.1}})
    CHECK(feed.take(bar("EURUSD", day, close), feed_noon + day_ms) == FeedVerdict::taken);
  CHECK(feed.take(tick("EURUSD", 1.1, feed_noon + day_ms), feed_noon + day_ms) == FeedVerdict::jump);
  CHECK(feed.take(tick("EURUSD", 2.5, feed_noon + day_ms), feed_noon + day_ms) == FeedVerdict::taken);
}

TEST_CASE("a first tick on the wrong scale is healed by the first bar") {
  auto market = feed_market();
  market.history.closes.erase(Symbol{"EURUSD"});
  auto feed = live(market);
  CHECK(feed.take(tick("EURUSD", 110), feed_noon) == FeedVerdict::taken); // nothing to hold it against
  CHECK(feed.take(tick("EURUSD", 1.1, feed_noon + 1), feed_noon) == FeedVerdict::jump);
  CHECK(feed.take(bar("EURUSD", "2026-03-31", 1.1), feed_noon) == FeedVerdict::taken);
  CHECK(feed.take(tick("EURUSD", 1.1, feed_noon + 2), feed_noon) == FeedVerdict::taken);
  CHECK(feed.take(tick("EURUSD", 110, feed_noon + 3), feed_noon) == FeedVerdict::jump);
}
