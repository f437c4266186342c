// Positions and reservations in account currency, by pencil: 1 EUR = 1.25 USD = 200 JPY.

#include <cmath>

#include <doctest/doctest.h>

#include "portfolio/build_book.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

const std::vector<Position> five = {position("EURUSD", 1'000, 1.20), position("USDJPY", -1'000, 150),
                                    position("EURJPY", 1'000, 190), position("DE40", 0.5, 19'000),
                                    position("XAUUSD", -0.1, 3'100)};

double notional(const Book& book, const char* symbol) {
  const auto* const line = book.find(Symbol{symbol});
  REQUIRE(line != nullptr);
  return line->notional();
}

double unrealized(const Book& book, const char* symbol) { return book.find(Symbol{symbol})->unrealized_pnl; }

} // namespace

TEST_CASE("notional, unrealised profit and equity are in the account's currency") {
  const auto view = round_market().view();
  struct Line {
    const char* symbol;
    double notional, unrealized;
  };
  const struct {
    const char* account;
    double balance, equity;
    std::vector<Line> lines;
  } table[] = {
      {"USD",
       10'000,
       11'675,                        // 10,000 + 50 - 62.5 + 62.5 + 625 + 1,000
       {{"EURUSD", 1'250, 50},        // 1,000·1.25; 1,000·0.05
        {"USDJPY", -1'000, -62.5},    // -1,000·160/160; -1,000·10/160
        {"EURJPY", 1'250, 62.5},      // 1,000·200/160; 1,000·10/160
        {"DE40", 12'500, 625},        // 0.5·20,000·1.25; 0.5·1,000·1.25
        {"XAUUSD", -30'000, 1'000}}}, // -0.1·3,000·100; -0.1·(-100)·100
      {"EUR",
       10'000,
       11'340,
       {{"EURUSD", 1'000, 40},
        {"USDJPY", -800, -50},
        {"EURJPY", 1'000, 50},
        {"DE40", 10'000, 500},
        {"XAUUSD", -24'000, 800}}},
      {"JPY",
       1'000'000,
       1'268'000,
       {{"EURUSD", 200'000, 8'000},
        {"USDJPY", -160'000, -10'000},
        {"EURJPY", 200'000, 10'000},
        {"DE40", 2'000'000, 100'000},
        {"XAUUSD", -4'800'000, 160'000}}},
  };
  for (const auto& [account, balance, equity, lines] : table) {
    const auto shown_account = account;
    CAPTURE(shown_account);
    const auto made = book(view, account, balance, five);
    CHECK(made.equity() == doctest::Approx(equity));
    for (const auto& line : lines) {
      CAPTURE(line.symbol);
      CHECK(notional(made, line.symbol) == doctest::Approx(line.notional));
      CHECK(unrealized(made, line.symbol) == doctest::Approx(line.unrealized));
    }
    CHECK(made.lines().size() == 5);
    CHECK_FALSE(made.fault(round_market().now()));
    CHECK(made.measurable());
  }
}

TEST_CASE("a measure divides by the class leverage, whatever looser one an instrument names; shares count in full") {
  const auto view = round_market().view();
  const auto made = book(view, "USD", 10'000,
                         {position("EURUSD", -3'000, 1.25), position("DE40", 1, 20'000), position("XAUUSD", 1, 3'000),
                          position("IBM", -4, 250)});
  CHECK(made.find(Symbol{"EURUSD"})->measure() == doctest::Approx(125));    // 3,750 / 30
  CHECK(made.find(Symbol{"DE40"})->measure() == doctest::Approx(1'250));    // 25,000 / 20
  CHECK(made.find(Symbol{"XAUUSD"})->measure() == doctest::Approx(30'000)); // 300,000 / 10, not its 50
  CHECK(made.find(Symbol{"IBM"})->measure() == doctest::Approx(1'000));     // 1,000 / 1
}

TEST_CASE("a closing reservation counts at the last price, an opening one at its own") {
  const auto view = round_market().view();
  const auto made = book(view, "USD", 10'000, {position("EURUSD", 1'000, 1.20)},
                         {reservation("EURUSD", -400, 0, 1.5), reservation("EURUSD", 0, 200, 1.30),
                          reservation("USDJPY", 0, -1'000, 170)});
  CHECK(notional(made, "EURUSD") == doctest::Approx(1'010));    // 600·1.25 + 200·1.30
  CHECK(notional(made, "USDJPY") == doctest::Approx(-1'062.5)); // -1,000·170/160
  CHECK(made.equity() == doctest::Approx(10'050));              // reservations have no profit yet
  CHECK(unrealized(made, "EURUSD") == doctest::Approx(50));     // of all that is filled
}

TEST_CASE("a full close leaves exactly nothing, whatever the quantities") {
  const auto view = round_market().view();
  for (const double quantity : {0.1, 0.3, 1.0 / 3, 1234.567, -0.7, 1e-9, 1e12}) {
    CAPTURE(quantity);
    const auto made =
        book(view, "JPY", 1'000'000, {position("EURUSD", quantity, 1.1)}, {reservation("EURUSD", -quantity, 0, 1.3)});
    CHECK(notional(made, "EURUSD") == 0);
    CHECK(made.weights().isZero(0));
  }
}

TEST_CASE("an order that offsets a position exactly leaves no open line, however the products round") {
  // The same factors multiplied in another order differ in the last bits: a few of these leave 1e-13 of money.
  const auto view = round_market().view();
  int rounded = 0;
  for (int lots = 1; lots <= 500; ++lots) {
    const double quantity = lots / 3.0;
    const auto offset =
        book(view, "JPY", 1'000'000, {position("EURUSD", quantity, 1.25)}, {reservation("EURUSD", 0, -quantity, 1.25)});
    const auto* line = offset.find(Symbol{"EURUSD"});
    if (!line) continue;
    rounded += quantity * line->unit_value + line->opening_notional != 0 ? 1 : 0;
    CHECK(line->notional() == 0);
  }
  CHECK(rounded > 0);
}

TEST_CASE("orders that close on both sides of a flat symbol leave nothing, however they round") {
  // A short was to be closed, became a long by a fill, was to be closed again, and was filled flat meanwhile.
  const auto view = round_market().view();
  const double left = 0.14 - 0.13, taken = 0.03 - 0.02;
  REQUIRE(left != taken);
  const auto made =
      book(view, "JPY", 1'000'000, {}, {reservation("EURUSD", -taken, 0, 1.3), reservation("EURUSD", left, 0, 1.3)});
  CHECK(notional(made, "EURUSD") == 0);
  CHECK(made.weights().isZero(0));
}

TEST_CASE("a reversal is the close at the last price and the rest at its own") {
  const auto view = round_market().view();
  const auto made =
      book(view, "USD", 10'000, {position("EURUSD", 1'000, 1.20)}, {reservation("EURUSD", -1'000, -500, 1.24)});
  CHECK(notional(made, "EURUSD") == doctest::Approx(-620)); // -500·1.24
}

TEST_CASE("reserving adds exactly what was approved") {
  const auto view = round_market().view();
  auto made = book(view, "EUR", 10'000, {});
  auto line = made.line(Symbol{"XAUUSD"});
  REQUIRE(line);
  CHECK((*line)->notional() == 0);
  reserve(**line, 0, 0.02, 3'030);
  CHECK(notional(made, "XAUUSD") == doctest::Approx(4'848)); // 0.02·3,030·100·0.8
  reserve(*made.line(Symbol{"XAUUSD"}).operator*(), -0.01, 0, 0);
  CHECK(notional(made, "XAUUSD") == doctest::Approx(2'448)); // less 0.01·3,000·100·0.8
  CHECK(made.lines().size() == 1);
}

TEST_CASE("lines stay sorted by symbol and are found by it") {
  const auto view = round_market().view();
  auto made = book(view, "USD", 10'000, {position("XAUUSD", 1, 3'000), position("DE40", 1, 20'000)});
  REQUIRE(made.line(Symbol{"IBM"}));
  REQUIRE(made.line(Symbol{"EURUSD"}));
  std::string order;
  for (const auto& line : made.lines()) order += line.symbol.value + " ";
  CHECK(order == "DE40 EURUSD IBM XAUUSD ");
  CHECK(made.find(Symbol{"SAP"}) == nullptr);
  CHECK_FALSE(made.line(Symbol{"GBPUSD"}));
}

TEST_CASE("weights are signed notionals in the model's columns") {
  const auto view = round_market().view();
  const auto made = book(view, "USD", 10'000, five);
  const auto weights = made.weights();
  const auto at = [&](const char* symbol) { return weights[*view.model().column(Symbol{symbol})]; };
  REQUIRE(weights.size() == 7);
  CHECK(at("EURUSD") == doctest::Approx(1'250));
  CHECK(at("USDJPY") == doctest::Approx(-1'000));
  CHECK(at("XAUUSD") == doctest::Approx(-30'000));
  CHECK(at("SAP") == 0);
}

TEST_CASE("a position without a price or without a conversion is a fault, and no line") {
  const auto market = round_market();
  const auto view = market.view();
  auto made = book(view, "USD", 10'000, {position("GBPUSD", 1'000, 1.3), position("EURUSD", 1'000, 1.20)});
  auto fault = made.fault(market.now());
  REQUIRE(fault);
  CHECK(fault->code == "NO_MARKET_DATA");
  CHECK(fault->message == "GBPUSD: no price");
  CHECK_FALSE(made.measurable());
  CHECK(made.lines().size() == 1);
  CHECK(made.equity() == doctest::Approx(10'050));

  made = book(view, "CHF", 10'000, {position("EURUSD", 1'000, 1.20)});
  fault = made.fault(market.now());
  REQUIRE(fault);
  CHECK(fault->code == "NO_MARKET_DATA");
  CHECK(fault->message == "EURUSD: no rate USD to CHF");

  made = book(view, "USD", 10'000, {}, {reservation("GBPUSD", 0, 1'000, 1.3)});
  CHECK(made.fault(market.now())->code == "NO_MARKET_DATA");
}

TEST_CASE("a daily price may be 96 hours old to the millisecond") {
  const auto market = round_market();
  const auto view = market.view();
  const auto made = book(view, "USD", 10'000, {position("IBM", 10, 250)});
  const TimeMs closed = instant("2026-04-01T00:00:00Z");
  CHECK_FALSE(made.fault(closed + 96 * hour_ms));
  const auto fault = made.fault(closed + 96 * hour_ms + 1);
  REQUIRE(fault);
  CHECK(fault->code == "STALE_MARKET_DATA");
  CHECK(fault->message == "IBM: last price of 2026-04-01T00:00:00.000Z is older than 345600 s");
}

TEST_CASE("a stale conversion is a fault even where the symbol's own price is fresh") {
  auto market = round_market();
  auto& closes = market.history.closes[Symbol{"EURUSD"}];
  for (auto& row : closes) row.date.days -= 4;
  auto& jpy = market.history.closes[Symbol{"EURJPY"}];
  for (auto& row : jpy) row.date.days -= 4;
  const auto view = market.view();
  const auto made = book(view, "USD", 10'000, {position("DE40", 1, 20'000)});
  const TimeMs closed = instant("2026-03-28T00:00:00Z"); // of EURUSD
  CHECK_FALSE(made.fault(closed + 96 * hour_ms));
  const auto fault = made.fault(closed + 96 * hour_ms + 1);
  REQUIRE(fault);
  CHECK(fault->code == "STALE_MARKET_DATA");
  CHECK(fault->message.starts_with("EURUSD: last price of 2026-03-28T00:00:00.000Z"));
  // The same position needs no conversion in an account in euros.
  CHECK_FALSE(book(view, "EUR", 10'000, {position("DE40", 1, 20'000)}).fault(closed + 96 * hour_ms + 1));
}

TEST_CASE("a symbol with a price but without returns is a fault and not measurable") {
  auto market = round_market();
  market.history.closes[Symbol{"GBPUSD"}] = {{date("2026-03-31"), 1.5}};
  const auto view = market.view();
  auto made = book(view, "USD", 10'000, {position("GBPUSD", 100, 1.4)});
  const auto fault = made.fault(market.now());
  REQUIRE(fault);
  CHECK(fault->code == "INSUFFICIENT_HISTORY");
  CHECK_FALSE(made.measurable());
  CHECK(notional(made, "GBPUSD") == doctest::Approx(150)); // priced all the same
  CHECK(made.equity() == doctest::Approx(10'010));
  made = book(view, "USD", 10'000, {position("GBPUSD", 100, 1.4)}, {reservation("GBPUSD", -100, 0)});
  CHECK(made.measurable()); // what is flat has no risk
}

TEST_CASE("without a VaR in the model an open book has a fault, an empty one has none") {
  auto market = round_market();
  market.settings.confidence = 0.9999; // would need 10,000 returns
  const auto view = market.view();
  CHECK(book(view, "USD", 10'000, {position("IBM", 1, 250)}).fault(market.now())->code == "INSUFFICIENT_HISTORY");
  CHECK_FALSE(book(view, "USD", 10'000, {}).fault(market.now()));
}
