// Converting money over the priced pairs. Expected rates: products and quotients of the quotes, by pencil.

#include <algorithm>

#include <doctest/doctest.h>

#include "market/small_market.hpp"

using namespace riskcluster;

namespace {

struct Pair {
  const char* symbol;
  double price;
  TimeMs at = 1'000'000;
  DataSource source = DataSource::cache;
};

MarketView view_of(const std::vector<Pair>& pairs, std::vector<ViewSymbol> others = {}) {
  const InstrumentTable table;
  for (const auto& pair : pairs) {
    ViewSymbol entry;
    entry.instrument = *table.find(Symbol{pair.symbol});
    entry.quote = {.price = pair.price, .at = pair.at, .source = pair.source};
    others.push_back(entry);
  }
  return {std::make_shared<const MarketModel>(), std::make_shared<const InstrumentTable>(table), std::move(others)};
}

std::optional<double> rate(const MarketView& view, const char* from, const char* to) {
  const auto found = view.fx(Currency{from}, Currency{to});
  return found ? std::optional{found->rate} : std::nullopt;
}

} // namespace

TEST_CASE("a currency is worth itself, priced or not") {
  CHECK(rate(view_of({}), "USD", "USD") == 1.0);
  CHECK(rate(view_of({}), "XYZ", "XYZ") == 1.0);
}

TEST_CASE("a pair converts its base directly and its quote by the inverse") {
  const auto view = view_of({{"EURUSD", 1.25}, {"USDJPY", 160}});
  CHECK(*rate(view, "EUR", "USD") == 1.25);
  CHECK(*rate(view, "USD", "EUR") == 0.8);
  CHECK(*rate(view, "USD", "JPY") == 160);
  CHECK(*rate(view, "JPY", "USD") == 0.00625);
}

TEST_CASE("without a pair the way leads through USD") {
  const auto view = view_of({{"EURUSD", 1.25}, {"USDJPY", 160}, {"USDCHF", 0.8}, {"GBPUSD", 1.5}});
  CHECK(*rate(view, "EUR", "JPY") == doctest::Approx(200));   // 1.25 · 160
  CHECK(*rate(view, "JPY", "EUR") == doctest::Approx(0.005)); // 1/200
  CHECK(*rate(view, "GBP", "EUR") == doctest::Approx(1.2));   // 1.5 / 1.25
  CHECK(*rate(view, "CHF", "JPY") == doctest::Approx(200));   // 160 / 0.8
  CHECK(*rate(view, "JPY", "CHF") == doctest::Approx(0.005));
}

TEST_CASE("USD bridges before EUR, EUR before any other, and a direct pair before all") {
  // From GBP to JPY: over USD 1.5·160 = 240, over EUR 1.2·210 = 252, over AUD 2·130 = 260, direct 300.
  const std::vector<Pair> aud = {{"GBPAUD", 2}, {"AUDJPY", 130}};
  std::vector<Pair> eur = aud, usd, direct;
  eur.insert(eur.end(), {{"EURGBP", 1 / 1.2}, {"EURJPY", 210}});
  usd = eur;
  usd.insert(usd.end(), {{"GBPUSD", 1.5}, {"USDJPY", 160}});
  direct = usd;
  direct.push_back({"GBPJPY", 300});
  CHECK(*rate(view_of(aud), "GBP", "JPY") == doctest::Approx(260));
  CHECK(*rate(view_of(eur), "GBP", "JPY") == doctest::Approx(252));
  CHECK(*rate(view_of(usd), "GBP", "JPY") == doctest::Approx(240));
  CHECK(*rate(view_of(direct), "GBP", "JPY") == 300);
  CHECK(*rate(view_of(direct), "JPY", "GBP") == doctest::Approx(1.0 / 300));
}

TEST_CASE("EUR serves where USD does not reach") {
  const auto view = view_of({{"EURPLN", 4}, {"EURHUF", 400}, {"USDJPY", 160}});
  CHECK(*rate(view, "PLN", "HUF") == doctest::Approx(100));
  CHECK(*rate(view, "HUF", "PLN") == doctest::Approx(0.01));
}

TEST_CASE("two bridges serve where one does not") {
  const auto view = view_of({{"EURPLN", 4}, {"EURUSD", 1.25}, {"USDJPY", 160}});
  CHECK(*rate(view, "PLN", "JPY") == doctest::Approx(50)); // 1.25 · 160 / 4
}

TEST_CASE("where no way leads there is no rate") {
  const auto view = view_of({{"EURUSD", 1.25}, {"GBPJPY", 200}});
  CHECK_FALSE(rate(view, "EUR", "JPY"));
  CHECK_FALSE(rate(view, "USD", "GBP"));
  CHECK_FALSE(rate(view, "USD", "CHF"));
  CHECK_FALSE(rate(view, "XYZ", "USD"));
  CHECK_FALSE(rate(view_of({}), "EUR", "USD"));
}

TEST_CASE("only FX pairs convert: gold in dollars is no currency") {
  ViewSymbol gold;
  gold.instrument = test::cfd("XAUUSD", AssetClass::commodity, "USD", 100);
  gold.instrument.base = Currency{"XAU"};
  gold.quote = {.price = 3'000, .at = 1};
  const auto view = view_of({{"EURUSD", 1.25}}, {gold});
  CHECK_FALSE(rate(view, "XAU", "USD"));
}

TEST_CASE("of two pairs of the same currencies the first symbol's converts, whichever way it is quoted") {
  const auto pair = [](const char* symbol, const char* base, const char* quote, double price) {
    ViewSymbol entry;
    entry.instrument = {
        .symbol = Symbol{symbol}, .asset_class = AssetClass::fx, .base = Currency{base}, .quote = Currency{quote}};
    entry.quote = {.price = price, .at = 1};
    return entry;
  };
  const auto view = view_of({}, {pair("B", "USD", "EUR", 0.5), pair("C", "EUR", "USD", 3), pair("A", "EUR", "USD", 4)});
  CHECK(*rate(view, "EUR", "USD") == 4);
  CHECK(*rate(view, "USD", "EUR") == 0.25);
  const auto inverse = view_of({}, {pair("B", "USD", "EUR", 0.5), pair("C", "EUR", "USD", 3)});
  CHECK(*rate(inverse, "EUR", "USD") == 2);
  CHECK(*rate(inverse, "USD", "EUR") == 0.5);
}

TEST_CASE("there and back is 1, over any way") {
  const auto view =
      view_of({{"EURUSD", 1.1684}, {"USDJPY", 159.83}, {"GBPUSD", 1.342}, {"USDCHF", 0.791}, {"EURPLN", 4.25}});
  const char* const currencies[] = {"EUR", "USD", "JPY", "GBP", "CHF", "PLN"};
  for (const auto* const a : currencies)
    for (const auto* const b : currencies)
      CHECK(*rate(view, a, b) * *rate(view, b, a) == doctest::Approx(1).epsilon(1e-14));
}

TEST_CASE("a rate is as old as the quote on its way that goes stale first") {
  const auto view = view_of({{"EURUSD", 1.25, 5'000}, {"USDJPY", 160, 3'000}, {"USDCHF", 0.8, 9'000}});
  CHECK(view.fx(Currency{"EUR"}, Currency{"USD"})->at == 5'000);
  CHECK(view.fx(Currency{"EUR"}, Currency{"JPY"})->at == 3'000);
  CHECK(view.fx(Currency{"EUR"}, Currency{"CHF"})->at == 5'000);
  CHECK(view.fx(Currency{"EUR"}, Currency{"JPY"})->age_max == 96 * hour_ms);
  CHECK(view.fx(Currency{"USD"}, Currency{"USD"})->at == time_max_ms);
}

TEST_CASE("a live leg beside a daily one is judged by its own minute, the daily one by its 96 hours") {
  const TimeMs day = 100 * day_ms;
  const auto live = DataSource::real_time;
  // A close from 20 hours ago and a tick of now: good for another minute.
  const auto fresh = view_of({{"EURUSD", 1.25, day}, {"USDJPY", 160, day + 20 * hour_ms, live}});
  auto rate = fresh.fx(Currency{"EUR"}, Currency{"JPY"});
  CHECK(day + 20 * hour_ms + 30'000 - rate->at <= rate->age_max);
  CHECK(day + 20 * hour_ms + 60'001 - rate->at > rate->age_max);
  // A close that runs out before the tick does.
  const auto old = view_of({{"EURUSD", 1.25, day}, {"USDJPY", 160, day + 96 * hour_ms, live}});
  rate = old.fx(Currency{"EUR"}, Currency{"JPY"});
  CHECK(day + 96 * hour_ms - rate->at <= rate->age_max);
  CHECK(day + 96 * hour_ms + 1 - rate->at > rate->age_max);
}
