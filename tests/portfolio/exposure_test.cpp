// Where a book's exposure lies, by pencil: 1 EUR = 1.25 USD = 200 JPY.

#include <doctest/doctest.h>

#include "portfolio/build_book.hpp"
#include "portfolio/exposure.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

double of(const std::map<Currency, double>& amounts, const char* currency) {
  const auto found = amounts.find(Currency{currency});
  return found == amounts.end() ? 0 : found->second;
}

} // namespace

TEST_CASE("gross exposure adds sizes, by class and by sector; a missing sector is the class") {
  const auto view = round_market().view();
  const auto exposure =
      exposure_of(book(view, "USD", 10'000,
                       {position("EURUSD", 1'000, 1.2), position("USDJPY", -1'000, 150), position("DE40", 0.5, 19'000),
                        position("SAP", -10, 200), position("IBM", 4, 200)}));
  CHECK(exposure.gross == doctest::Approx(18'750)); // 1,250 + 1,000 + 12,500 + 3,000 + 1,000
  REQUIRE(exposure.by_asset_class.size() == 3);
  CHECK(exposure.by_asset_class.at("FX") == doctest::Approx(2'250));
  CHECK(exposure.by_asset_class.at("INDEX") == doctest::Approx(12'500));
  CHECK(exposure.by_asset_class.at("EQUITY") == doctest::Approx(4'000));
  REQUIRE(exposure.by_sector.size() == 3);
  CHECK(exposure.by_sector.at("FX") == doctest::Approx(2'250));
  CHECK(exposure.by_sector.at("EU_EQUITY") == doctest::Approx(12'500));
  CHECK(exposure.by_sector.at("TECH") == doctest::Approx(4'000));
}

TEST_CASE("an FX pair is long its base and short its quote; the account's own currency is no exposure") {
  const auto view = round_market().view();
  const std::vector<Position> pairs = {position("EURUSD", 1'000, 1.2), position("USDJPY", -1'000, 150),
                                       position("EURJPY", 400, 190)};
  const auto dollars = exposure_of(book(view, "USD", 10'000, pairs));
  CHECK(dollars.by_currency.size() == 2);
  CHECK(of(dollars.by_currency, "EUR") == doctest::Approx(1'750)); // 1,250 + 400·1.25
  CHECK(of(dollars.by_currency, "JPY") == doctest::Approx(500));   // 1,000 - 500
  const auto euros = exposure_of(book(view, "EUR", 10'000, pairs));
  CHECK(euros.by_currency.size() == 2);
  CHECK(of(euros.by_currency, "USD") == doctest::Approx(-1'800)); // -1,000 - 800
  CHECK(of(euros.by_currency, "JPY") == doctest::Approx(400));    // 800 - 400
  const auto yen = exposure_of(book(view, "JPY", 1'000'000, pairs));
  CHECK(of(yen.by_currency, "EUR") == doctest::Approx(280'000));  // 200,000 + 80,000
  CHECK(of(yen.by_currency, "USD") == doctest::Approx(-360'000)); // -200,000 - 160,000
}

TEST_CASE("a closed triangle of pairs has no currency exposure, but a gross one") {
  const auto view = round_market().view();
  const auto exposure =
      exposure_of(book(view, "USD", 10'000,
                       {position("EURUSD", 800, 1.25), position("USDJPY", 1'000, 160), position("EURJPY", -800, 200)}));
  CHECK(of(exposure.by_currency, "EUR") == doctest::Approx(0));
  CHECK(of(exposure.by_currency, "JPY") == doctest::Approx(0));
  CHECK(exposure.gross == doctest::Approx(3'000));
}

TEST_CASE("a cash instrument exposes its quote currency with its notional, a CFD with its profit alone") {
  const auto view = round_market().view();
  const auto made = book(view, "USD", 10'000, {position("SAP", 10, 200), position("DE40", -0.5, 20'100)});
  CHECK(net_currency(made, Currency{"EUR"}) == doctest::Approx(3'062.5)); // 10·240·1.25 + 0.5·100·1.25
  CHECK(of(exposure_of(made).by_currency, "EUR") == doctest::Approx(3'062.5));
  // In euros neither counts: it is the account's own.
  CHECK(exposure_of(book(view, "EUR", 10'000, {position("SAP", 10, 200), position("DE40", 1, 19'000)}))
            .by_currency.empty());
  const auto gold = book(view, "EUR", 10'000, {position("XAUUSD", -0.1, 3'100)});
  CHECK(of(exposure_of(gold).by_currency, "USD") == doctest::Approx(800)); // 0.1·100·100·0.8
}

TEST_CASE("an opening reservation counts in both legs, a closing one takes away") {
  const auto view = round_market().view();
  const auto made = book(view, "JPY", 1'000'000, {position("EURUSD", 1'000, 1.2)},
                         {reservation("EURUSD", -600, 0), reservation("EURUSD", 0, 100, 1.5)});
  // EUR: 500 at 200. USD: 400·1.25 at the last price and 100·1.5 at the order's, times 160.
  CHECK(net_currency(made, Currency{"EUR"}) == doctest::Approx(100'000));
  CHECK(net_currency(made, Currency{"USD"}) == doctest::Approx(-104'000));
  CHECK(net_currency(made, Currency{"CHF"}) == 0);
}

TEST_CASE("a flat line is in no class and no sector") {
  const auto view = round_market().view();
  const auto exposure =
      exposure_of(book(view, "USD", 10'000, {position("EURJPY", 1'000, 190)}, {reservation("EURJPY", -1'000, 0)}));
  CHECK(exposure.gross == 0);
  CHECK(exposure.by_asset_class.empty());
  CHECK(exposure.by_sector.empty());
  CHECK(exposure.by_currency.empty());
}
