#pragma once
// Where a book's exposure lies: gross, by class, sector and currency.

#include <map>
#include <string>

#include "portfolio/book.hpp"

namespace riskcluster {

/// Account currency. Every currency **other than the account's** counts.
struct Exposure {
  double gross = 0;                             ///< Σ |notional|
  std::map<std::string, double> by_asset_class; ///< gross
  std::map<std::string, double> by_sector;      ///< gross; the class where a sector is missing
  std::map<Currency, double> by_currency;       ///< net
};

Exposure exposure_of(const Book& book);

/// Net exposure to one currency: FX base leg +, quote leg -, in account currency; cash instruments in their quote
/// currency at notional; CFDs only by their unrealised P&L.
double net_currency(const Book& book, const Currency& currency);

} // namespace riskcluster
