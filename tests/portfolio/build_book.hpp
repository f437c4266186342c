#pragma once
// Books on a market of round prices: EURUSD 1.25, USDJPY 160, EURJPY 200, so that 1 EUR = 1.25 USD = 200 JPY exactly.

#include <vector>

#include "market/small_market.hpp"
#include "portfolio/book.hpp"

namespace riskcluster::test {

inline Instrument cash(const char* symbol, const char* quote) {
  auto instrument = cfd(symbol, AssetClass::equity, quote);
  instrument.settlement = Settlement::cash;
  instrument.sector = "TECH";
  return instrument;
}

inline SmallMarket round_market() {
  SmallMarket market;
  market.pair("EURUSD", 1.25).pair("USDJPY", 160).pair("EURJPY", 200);
  auto de40 = cfd("DE40", AssetClass::index, "EUR");
  de40.sector = "EU_EQUITY";
  auto gold = cfd("XAUUSD", AssetClass::commodity, "USD", 100);
  gold.leverage = 50;
  market.add(de40, 20'000).add(gold, 3'000).add(cash("SAP", "EUR"), 240).add(cash("IBM", "USD"), 250);
  return market;
}

/// FX 30, INDEX 20, COMMODITY 10; what EQUITY and CRYPTO say must not matter to a measure.
inline constexpr ClassLeverage leverage{1, 30, 20, 10, 5, 2};

inline Position position(const char* symbol, double quantity, double average_price) {
  return {.symbol = Symbol{symbol}, .quantity = quantity, .average_price = average_price};
}

inline Reservation reservation(const char* symbol, double closing, double opening, double price = 0) {
  return {.symbol = Symbol{symbol}, .closing_quantity = closing, .opening_quantity = opening, .price = price};
}

inline Book book(const MarketView& view, const char* account, double balance, const std::vector<Position>& positions,
                 const std::vector<Reservation>& reservations = {}) {
  return {view, Currency{account}, balance, leverage, positions, reservations};
}

} // namespace riskcluster::test
