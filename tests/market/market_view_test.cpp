// What a decision sees of a day: last closes as quotes, and a name that is the hash of all of it.

#include <functional>

#include <doctest/doctest.h>

#include "files/trading_calendar.hpp"
#include "market/small_market.hpp"

using namespace riskcluster;
using riskcluster::test::cfd;
using riskcluster::test::date;
using riskcluster::test::instant;
using riskcluster::test::SmallMarket;

namespace {

SmallMarket market() {
  SmallMarket made;
  made.pair("EURUSD", 1.1).pair("USDJPY", 150).add(cfd("US30", AssetClass::index, "USD"), 40'000);
  return made;
}

} // namespace

TEST_CASE("a daily close is a quote of the instant when its day ends in UTC") {
  const auto view = market().view();
  const auto* const quoted = view.find(Symbol{"EURUSD"});
  REQUIRE(quoted);
  CHECK(quoted->quote.price == doctest::Approx(1.1));
  CHECK(quoted->quote.at == instant("2026-04-01T00:00:00Z"));
  CHECK(quoted->quote.source == DataSource::cache);
  CHECK(quoted->quote.age_max() == 96 * hour_ms);
  CHECK(quoted->column == 0);
  CHECK(view.find(Symbol{"US30"})->column == 1);
  CHECK(view.find(Symbol{"USDJPY"})->column == 2);
}

TEST_CASE("the quote is the last close before the view's day, even when it is old") {
  auto made = market();
  made.history.closes[Symbol{"EURUSD"}].push_back({date("2026-04-01"), 2.2}); // the day itself is not known yet
  made.history.closes[Symbol{"EURUSD"}].push_back({date("2026-04-02"), 3.3});
  made.history.closes[Symbol{"GBPUSD"}] = {{date("2026-01-02"), 1.3}};
  auto view = made.view();
  CHECK(view.find(Symbol{"EURUSD"})->quote.price == doctest::Approx(1.1));
  CHECK(view.find(Symbol{"GBPUSD"})->quote.price == 1.3);
  CHECK(view.find(Symbol{"GBPUSD"})->quote.at == instant("2026-01-03T00:00:00Z"));
  CHECK_FALSE(view.find(Symbol{"GBPUSD"})->column); // a price, but no returns
  made.before = date("2026-04-02");
  view = made.view();
  CHECK(view.find(Symbol{"EURUSD"})->quote.price == 2.2);
}

TEST_CASE("a symbol without a price before the day, or without an instrument, has no quote") {
  auto made = market();
  made.history.closes[Symbol{"GBPUSD"}] = {{date("2026-04-01"), 1.3}};
  made.history.closes[Symbol{"AUDUSD"}] = {};
  made.history.closes[Symbol{"GOLD"}] = made.history.closes[Symbol{"EURUSD"}];
  made.history.closes[Symbol{"VIX"}] = made.history.closes[Symbol{"EURUSD"}];
  const auto view = made.view();
  for (const char* const symbol : {"GBPUSD", "AUDUSD", "GOLD", "VIX", "AAA", "ZZZ"})
    CHECK_FALSE(view.find(Symbol{symbol}));
  CHECK(view.symbols().size() == 3);
  CHECK(view.instrument(Symbol{"GBPUSD"})); // known, but not priced
  CHECK_FALSE(view.instrument(Symbol{"GOLD"}));
}

TEST_CASE("a live price may be a minute old, a daily close 96 hours") {
  CHECK(Quote{.source = DataSource::real_time}.age_max() == 60'000);
  CHECK(Quote{.source = DataSource::fallback}.age_max() == 60'000); // it was live once
  CHECK(Quote{.source = DataSource::cache}.age_max() == 345'600'000);
  CHECK(name(DataSource::real_time) == "real_time");
  CHECK(name(DataSource::cache) == "cache");
  CHECK(name(DataSource::fallback) == "fallback");
}

TEST_CASE("the same content has the same view id, and any change another") {
  const auto base = market().view();
  CHECK(base.id().size() == 32);
  CHECK(market().view().id() == base.id());
  CHECK(market().view().seed() == base.seed());

  const auto edited = [](const std::function<void(Instrument&)>& edit) {
    return [edit](SmallMarket& m) {
      auto instrument = m.instruments.entries().at(Symbol{"US30"});
      edit(instrument);
      m.instruments.add(instrument);
    };
  };
  const std::function<void(SmallMarket&)> changes[] = {
      [](SmallMarket& m) { m.history.closes[Symbol{"EURUSD"}].back().close = 1.10001; },
      [](SmallMarket& m) { m.history.closes[Symbol{"EURUSD"}][5].close += 1e-9; },
      [](SmallMarket& m) { m.history.closes.erase(Symbol{"USDJPY"}); },
      [](SmallMarket& m) {
        m.history.closes[Symbol{"GBPUSD"}] = {{date("2026-03-31"), 1.3}};
      },
      [](SmallMarket& m) { m.seed = 1; },
      [](SmallMarket& m) { m.settings.confidence = 0.99; },
      [](SmallMarket& m) { m.settings.horizon_days = 2; },
      [](SmallMarket& m) { m.settings.paths = 9'999; },
      [](SmallMarket& m) { m.before = date("2026-03-31"); },
      [](SmallMarket& m) { m.instruments.add(cfd("XAUUSD", AssetClass::commodity, "USD", 100)); }, // not priced
      edited([](Instrument& i) { i.sector = "US_EQUITY"; }),
      edited([](Instrument& i) { i.asset_class = AssetClass::equity; }),
      edited([](Instrument& i) { i.quote = Currency{"EUR"}; }),
      edited([](Instrument& i) { i.contract_size = 2; }),
      edited([](Instrument& i) { i.lot_step = 0.1; }),
      edited([](Instrument& i) { i.min_quantity = 5; }),
      edited([](Instrument& i) { i.settlement = Settlement::cash; }),
      edited([](Instrument& i) { i.leverage = 20; }),
      edited([](Instrument& i) { i.trading_hours_text = {"Mon-Fri 09:30-16:00"}; }),
      edited([](Instrument& i) { i.time_zone = "America/New_York"; }),
      edited([](Instrument& i) { i.major_index = true; }),
  };
  std::vector<std::string> ids = {base.id()};
  for (const auto& change : changes) {
    auto other = market();
    change(other);
    ids.push_back(other.view().id());
  }
  std::sort(ids.begin(), ids.end());
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

TEST_CASE("a weekend's views have the same prices but other hours, and so other ids") {
  auto made = market();
  auto us30 = made.instruments.entries().at(Symbol{"US30"});
  us30.trading_hours_text = {"Mon-Fri 09:30-16:00"};
  us30.time_zone = "America/New_York";
  REQUIRE(complete(us30).empty());
  made.instruments.add(us30);
  const auto view_of = [&](const char* day) {
    made.before = date(day);
    return made.view([&](const Instrument& instrument) { return open_intervals(instrument, made.before); });
  };
  const auto saturday = view_of("2026-04-04"), monday = view_of("2026-04-06");
  const auto at_noon = instant("2026-04-06T16:00:00Z");
  CHECK(contains(monday.find(Symbol{"US30"})->open_intervals, at_noon));
  CHECK_FALSE(contains(saturday.find(Symbol{"US30"})->open_intervals, at_noon));
  CHECK(saturday.find(Symbol{"US30"})->quote.price == monday.find(Symbol{"US30"})->quote.price);
  CHECK(saturday.id() != monday.id());
  CHECK(saturday.seed() == monday.seed()); // the model is the same
}
