// Ticks and bars into views: what changes a quote, what changes the model, and when a new view is due.

#include <random>

#include <doctest/doctest.h>

#include "files/daily_views.hpp"
#include "files/trading_calendar.hpp"
#include "market/feed_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

TEST_CASE("without a feed the view is the folder's") {
  const auto market = feed_market();
  auto feed = live(market);
  DailyViews folder{market.history, market.instruments, market.settings, market.seed, std::nullopt};
  CHECK(view_at(feed, feed_noon)->id() == (*folder.at(feed_noon))->id());
}

TEST_CASE("fed bar by bar, in any order of symbols, the view is that of the whole folder") {
  const auto market = feed_market();
  auto shorter = market;
  const int days = 12;
  for (auto& [symbol, closes] : shorter.history.closes) closes.resize(closes.size() - days);
  shorter.history.closes.erase(Symbol{"USDJPY"}); // one that the folder does not have at all
  auto feed = live(shorter);
  view_at(feed, feed_noon);
  for (const auto* symbol : {"USDJPY", "US30", "EURUSD"}) {
    const auto& closes = market.history.closes.at(Symbol{symbol});
    const auto& known = shorter.history.closes[Symbol{symbol}];
    for (std::size_t i = known.size(); i < closes.size(); ++i)
      REQUIRE(feed.take(bar(symbol, closes[i].date.iso().c_str(), closes[i].close), feed_noon) == FeedVerdict::taken);
  }
  CHECK(view_at(feed, feed_noon)->id() == market.view().id());
}

TEST_CASE("a tick is the new quote and its time, and leaves the model as it is") {
  auto feed = live();
  const auto before = view_at(feed, feed_noon);
  CHECK(feed.take(tick("EURUSD", 1.2, feed_noon + 7), feed_noon) == FeedVerdict::taken);
  const auto after = view_at(feed, feed_noon);
  const auto& quote = after->find(Symbol{"EURUSD"})->quote;
  CHECK(quote.price == 1.2);
  CHECK(quote.at == feed_noon + 7);
  CHECK(quote.source == DataSource::real_time);
  CHECK(after->id() != before->id());
  CHECK(&after->model() == &before->model());
  CHECK(after->seed() == before->seed());
  CHECK(after->find(Symbol{"EURUSD"})->column == 0);
  CHECK(after->symbols().size() == 3);
  CHECK(after->find(Symbol{"USDJPY"})->quote.source == DataSource::cache);
  CHECK(before->find(Symbol{"EURUSD"})->quote.price == doctest::Approx(1.1)); // views are never changed
}

TEST_CASE("a view is good for the day of its instant") {
  auto feed = live();
  const auto made = dated(feed, feed_noon);
  CHECK(made.from_ms == instant("2026-04-01T00:00:00Z"));
  CHECK(made.until_ms == instant("2026-04-02T00:00:00Z"));
}

TEST_CASE("many ticks cost one view, and a view that is not due is the last one") {
  auto feed = live();
  for (int i = 0; i < 100; ++i) feed.take(tick("EURUSD", 1.1 + 0.0001 * i, feed_noon + i), feed_noon);
  CHECK(feed.due(feed_noon));
  const auto made = view_at(feed, feed_noon);
  CHECK_FALSE(feed.due(feed_noon));
  CHECK(view_at(feed, feed_noon + hour_ms) == made);
  CHECK(made->find(Symbol{"EURUSD"})->quote.price == doctest::Approx(1.1099));
}

TEST_CASE("a bar changes the model once every symbol has the day, and at once the quote") {
  auto market = feed_market();
  market.before = date("2026-04-03");
  auto feed = live(market);
  const TimeMs now = instant("2026-04-02T12:00:00Z");
  const auto before = view_at(feed, now);
  REQUIRE(feed.take(bar("EURUSD", "2026-04-01", 1.11), now) == FeedVerdict::taken);
  const auto between = view_at(feed, now);
  CHECK(between->find(Symbol{"EURUSD"})->quote.price == 1.11);
  CHECK(between->find(Symbol{"EURUSD"})->quote.at == instant("2026-04-02T00:00:00Z"));
  CHECK(between->find(Symbol{"EURUSD"})->quote.source == DataSource::cache);
  CHECK(between->model().hash == before->model().hash); // no common day yet
  feed.take(bar("USDJPY", "2026-04-01", 151), now);
  feed.take(bar("US30", "2026-04-01", 40'100), now);
  const auto after = view_at(feed, now);
  CHECK(after->model().hash != before->model().hash);
  CHECK(after->model().dates.back() == date("2026-04-01"));
}

TEST_CASE("a bar of today is not seen before tomorrow, and then without having been sent again") {
  auto feed = live();
  const auto before = view_at(feed, feed_noon);
  for (const auto& [symbol, close] : {std::pair{"EURUSD", 1.11}, {"USDJPY", 151}, {"US30", 40'100}})
    CHECK(feed.take(bar(symbol, "2026-04-01", close), feed_noon) == FeedVerdict::taken);
  CHECK_FALSE(feed.due(feed_noon + 11 * hour_ms));
  CHECK(feed.due(feed_noon + 12 * hour_ms));
  const auto after = view_at(feed, feed_noon + 12 * hour_ms);
  CHECK(after->find(Symbol{"EURUSD"})->quote.price == 1.11);
  CHECK(after->model().hash != before->model().hash);
}

TEST_CASE("the model is rebuilt for a bar and for a day, for nothing else") {
  auto feed = live();
  const auto* const first = &view_at(feed, feed_noon)->model();
  feed.take(tick("EURUSD", 1.2), feed_noon);
  feed.take(tick("NOSUCH", 1.2), feed_noon);
  feed.take(tick("US30", 400'000), feed_noon);
  feed.take(bar("EURUSD", "2026-03-31", 9), feed_noon);
  feed.take(bar("EURUSD", "2026-04-01", 1.1), feed_noon); // today's
  const auto same = view_at(feed, feed_noon + 1);
  CHECK(&same->model() == first);
  const TimeMs tomorrow = feed_noon + day_ms;
  const auto next_day = view_at(feed, tomorrow);
  CHECK(&next_day->model() != first);
  feed.take(bar("US30", "2026-04-01", 40'100), tomorrow);
  const auto with_bar = view_at(feed, tomorrow);
  CHECK(&with_bar->model() != &next_day->model());
}

TEST_CASE("trading hours are those of the view's day") {
  auto market = feed_market();
  auto us30 = market.instruments.entries().at(Symbol{"US30"});
  us30.trading_hours_text = {"Mon-Fri 09:30-16:00"};
  us30.time_zone = "America/New_York";
  REQUIRE(complete(us30).empty());
  market.instruments.add(us30);
  auto feed = live(market, {}, open_intervals);
  const TimeMs monday = instant("2026-04-06T15:00:00Z");
  CHECK(contains(view_at(feed, monday)->find(Symbol{"US30"})->open_intervals, monday));
  feed.take(tick("US30", 40'100, monday), monday);
  CHECK(contains(view_at(feed, monday)->find(Symbol{"US30"})->open_intervals, monday));
  const TimeMs saturday = instant("2026-04-11T15:00:00Z");
  CHECK_FALSE(contains(view_at(feed, saturday)->find(Symbol{"US30"})->open_intervals, saturday));
}

TEST_CASE("a known symbol without any close is quoted by its ticks, but has no returns") {
  auto market = feed_market();
  auto gold = cfd("XAUUSD", AssetClass::commodity, "USD", 100);
  gold.trading_hours_text = {"Mon-Fri 00:00-24:00"};
  REQUIRE(complete(gold).empty());
  market.instruments.add(gold);
  auto feed = live(market, {}, open_intervals);
  CHECK_FALSE(view_at(feed, feed_noon)->find(Symbol{"XAUUSD"}));
  feed.take(tick("XAUUSD", 3'000), feed_noon);
  feed.take(tick("EURPLN", 4.25), feed_noon); // of the built-in table
  const auto view = view_at(feed, feed_noon);
  REQUIRE(view->find(Symbol{"XAUUSD"}));
  CHECK(view->find(Symbol{"XAUUSD"})->quote.price == 3'000);
  CHECK_FALSE(view->find(Symbol{"XAUUSD"})->column);
  CHECK(contains(view->find(Symbol{"XAUUSD"})->open_intervals, feed_noon));
  CHECK(view->fx(Currency{"PLN"}, Currency{"EUR"})->rate == doctest::Approx(1 / 4.25));
  CHECK(view->symbols().size() == 5);
  CHECK_FALSE(view_at(feed, feed_noon + 96 * hour_ms + 1)->find(Symbol{"XAUUSD"})); // nothing left to quote it by
}

TEST_CASE("money is converted at live quotes, and a rate is as old as its live leg") {
  auto feed = live();
  feed.take(tick("EURUSD", 1.2, feed_noon), feed_noon);
  const auto view = view_at(feed, feed_noon);
  const auto rate = view->fx(Currency{"EUR"}, Currency{"JPY"});
  CHECK(rate->rate == doctest::Approx(1.2 * 150));
  CHECK(rate->at == feed_noon);
  CHECK(rate->age_max == minute_ms);
  CHECK(view->fx(Currency{"USD"}, Currency{"JPY"})->age_max == 96 * hour_ms);
}

TEST_CASE("a symbol without a tick for 96 hours is a daily symbol again") {
  auto feed = live();
  feed.take(tick("EURUSD", 1.2, feed_noon), feed_noon);
  auto quote = quote_at(feed, "EURUSD", feed_noon + 96 * hour_ms);
  CHECK(quote.price == 1.2);
  CHECK(quote.age_max() == minute_ms);
  CHECK(feed.due(feed_noon + 96 * hour_ms + 1));
  quote = quote_at(feed, "EURUSD", feed_noon + 96 * hour_ms + 1);
  CHECK(quote.price == doctest::Approx(1.1));
  CHECK(quote.source == DataSource::cache);
  CHECK_FALSE(feed.due(feed_noon + 96 * hour_ms + 2));
}

TEST_CASE("a view that is not due would be the same, and one that is due is hardly ever") {
  constexpr std::uint64_t seed = 44;
  MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  auto feed = live(feed_market(), {.breaker = {.failures = 2, .window = minute_ms, .probes = 1}});
  TimeMs now = feed_noon;
  auto last = dated(feed, now);
  const char* const symbols[] = {"EURUSD", "USDJPY", "GBPUSD", "VIX", "NOSUCH"};
  int due_count = 0, needless = 0;
  for (int i = 0; i < 3'000; ++i) {
    now += static_cast<TimeMs>(random() % 100 == 0 ? random() % (100 * hour_ms) : random() % 9'000);
    const double price = random() % 8 == 0 ? 1e5 : 1.1 * (1 + 0.0001 * static_cast<double>(random() % 4));
    const TimeMs at = now - static_cast<TimeMs>(random() % 4) * 3'000;
    feed.take(tick(symbols[random() % 5], price, at, random() % 2 == 0 ? "main" : "other"), now);
    const bool due = feed.due(now);
    auto copy = feed;
    const auto fresh = dated(copy, now);
    const bool same = fresh.view->id() == last.view->id() && fresh.from_ms == last.from_ms;
    REQUIRE((due || same));
    needless += due && same; // a breaker that opened, and closed by a probe that no view shows
    if (random() % 3 == 0) last = dated(feed, now);
    due_count += due;
  }
  CHECK(due_count > 500);
  CHECK(due_count < 2'500);
  CHECK(needless < due_count / 50);
  CHECK(feed.sources().status(now).front().openings > 50);
}

TEST_CASE("the same ticks give the same view, whatever else was refused between them") {
  auto one = live(), other = live();
  one.take(tick("EURUSD", 1.2), feed_noon);
  other.take(tick("EURUSD", 12), feed_noon);
  other.take(tick("EURUSD", 1.2), feed_noon);
  other.take(tick("EURUSD", 1.3, feed_noon - 1), feed_noon);
  CHECK(view_at(one, feed_noon)->id() == view_at(other, feed_noon)->id());
}

TEST_CASE("the VIX is taken as tick and bar, is in no view, and makes none due") {
  auto feed = live();
  view_at(feed, feed_noon);
  CHECK(feed.take(tick("VIX", 17.3), feed_noon) == FeedVerdict::taken);
  CHECK(feed.take(tick("VIX", 37.3, feed_noon + 1), feed_noon) == FeedVerdict::taken);
  CHECK(feed.take(tick("VIX", 373, feed_noon + 2), feed_noon) == FeedVerdict::jump);
  CHECK(feed.take(bar("VIX", "2026-03-31", 20), feed_noon) == FeedVerdict::taken);
  CHECK_FALSE(feed.due(feed_noon));
  CHECK(feed.symbols().at(Symbol{"VIX"}).tick->price == 37.3);
  CHECK_FALSE(view_at(feed, feed_noon + day_ms)->find(Symbol{"VIX"}));
  CHECK(feed.take(tick("VIX2", 17.3), feed_noon) == FeedVerdict::unknown_symbol);
}

TEST_CASE("settings that cannot be make no view, however often it is asked for") {
  auto market = feed_market();
  market.settings.confidence = 1;
  auto feed = live(market);
  CHECK_FALSE(feed.view(feed_noon));
  CHECK(feed.due(feed_noon));
  CHECK_FALSE(feed.view(feed_noon));
}
