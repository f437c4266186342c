// What an instrument must be to be usable, and which pairs need no entry.

#include <cmath>
#include <functional>
#include <limits>

#include <doctest/doctest.h>

#include "market/small_market.hpp"

using namespace riskcluster;
using riskcluster::test::cfd;

TEST_CASE("six letters of two known currencies are a pair of one unit, without an entry") {
  const InstrumentTable table;
  const auto pair = table.find(Symbol{"EURJPY"});
  REQUIRE(pair);
  CHECK(pair->asset_class == AssetClass::fx);
  CHECK(pair->base.value == "EUR");
  CHECK(pair->quote.value == "JPY");
  CHECK(pair->contract_size == 1);
  CHECK(pair->lot_step == 1);
  CHECK(pair->sector_or_class() == "FX");
  CHECK(pair->trading_hours.empty());
}

TEST_CASE("anything else needs an entry") {
  const InstrumentTable table;
  for (const char* const symbol : {"US30", "XAUUSD", "BTCUSDT", "BTCUSD", "eurusd", "EURUSD1", "EURUS", "EUREUR",
                                   "EUR-USD", "USD", "", "GOOGLE"}) {
    CAPTURE(symbol);
    CHECK_FALSE(table.find(Symbol{symbol}));
  }
}

TEST_CASE("an entry comes before the built-in pair") {
  InstrumentTable table;
  auto mini = *table.find(Symbol{"EURUSD"});
  mini.contract_size = 10'000;
  table.add(mini);
  CHECK(table.find(Symbol{"EURUSD"})->contract_size == 10'000);
  mini.contract_size = 1'000;
  table.add(mini);
  CHECK(table.find(Symbol{"EURUSD"})->contract_size == 1'000);
  CHECK(table.entries().size() == 1);
}

TEST_CASE("the codes of ISO 4217 that are traded are currencies; metals and coins are not") {
  for (const char* const code :
       {"USD", "EUR", "JPY", "GBP", "CHF", "AUD", "CAD", "NZD", "SEK", "NOK", "CNH", "ZAR", "AED"})
    CHECK(is_currency(code));
  for (const char* const code : {"XAU", "BTC", "usd", "US", "USDT", "", "ZZZ", "AAA"}) CHECK_FALSE(is_currency(code));
}

TEST_CASE("a usable instrument has no fault, and its hours are parsed") {
  auto us30 = cfd("US30", AssetClass::index, "USD");
  us30.trading_hours_text = {"Mon-Fri 09:30-16:00", "Sat 10:00-12:00"};
  CHECK(complete(us30).empty());
  REQUIRE(us30.trading_hours.size() == 2);
  CHECK(us30.trading_hours[1] == *parse_session("Sat 10:00-12:00"));
  CHECK(complete(us30).empty()); // again changes nothing
  CHECK(us30.trading_hours.size() == 2);
}

TEST_CASE("each thing that makes an instrument unusable is a fault of its own") {
  const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
  const auto pair = *InstrumentTable{}.find(Symbol{"EURUSD"});
  const std::function<void(Instrument&)> breaks[] = {
      [](Instrument& i) { i.symbol = Symbol{"EUR USD"}; },
      [](Instrument& i) { i.symbol = Symbol{}; },
      [](Instrument& i) { i.asset_class = AssetClass::unspecified; },
      [](Instrument& i) { i.base = Currency{}; },
      [](Instrument& i) { i.base = i.quote; },
      [](Instrument& i) { i.contract_size = 0; },
      [](Instrument& i) { i.contract_size = -1; },
      [=](Instrument& i) { i.contract_size = nan; },
      [=](Instrument& i) { i.contract_size = inf; },
      [](Instrument& i) { i.lot_step = 0; },
      [=](Instrument& i) { i.lot_step = nan; },
      [](Instrument& i) { i.min_quantity = -1; },
      [=](Instrument& i) { i.min_quantity = nan; },
      [](Instrument& i) { i.leverage = 0.5; },
      [](Instrument& i) { i.leverage = 0; },
      [=](Instrument& i) { i.leverage = inf; },
      [](Instrument& i) { i.trading_hours_text = {"Mon-Fri 9:30-16:00"}; },
  };
  std::size_t index = 0;
  for (const auto& change : breaks) {
    CAPTURE(index++);
    auto broken = pair;
    change(broken);
    CHECK(complete(broken).size() == 1);
  }
  auto no_quote = pair;
  no_quote.quote = Currency{};
  CHECK_FALSE(complete(no_quote).empty());
}

TEST_CASE("all faults are reported at once") {
  Instrument empty;
  empty.contract_size = 0;
  empty.lot_step = 0;
  empty.trading_hours_text = {"always", "never"};
  CHECK(complete(empty).size() == 7); // symbol, class, quote, contract_size, lot_step, two hours
}

TEST_CASE("a missing sector is the class; classes are named and found by name") {
  auto gold = cfd("XAUUSD", AssetClass::commodity, "USD");
  CHECK(gold.sector_or_class() == "COMMODITY");
  gold.sector = "METALS";
  CHECK(gold.sector_or_class() == "METALS");
  for (const auto asset_class :
       {AssetClass::fx, AssetClass::index, AssetClass::commodity, AssetClass::equity, AssetClass::crypto})
    CHECK(asset_class_named(name(asset_class)) == asset_class);
  for (const char* const text : {"", "fx", "UNSPECIFIED", "BOND"}) CHECK_FALSE(asset_class_named(text));
}
