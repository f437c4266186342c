#include "portfolio/exposure.hpp"

namespace riskcluster {

namespace {

/// Calls visit(currency, amount) for every leg of a line.
template <class Visit>
void for_each_leg(const BookLine& line, Visit&& visit) {
  const auto& instrument = line.view->instrument;
  if (instrument.asset_class == AssetClass::fx) {
    visit(instrument.base, line.base_notional());
    visit(instrument.quote, -line.notional());
  } else if (instrument.settlement == Settlement::cfd) {
    visit(instrument.quote, line.unrealized_pnl);
  } else {
    visit(instrument.quote, line.notional());
  }
}

} // namespace

Exposure exposure_of(const Book& book) {
  Exposure exposure;
  for (const auto& line : book.lines()) {
    const double size = std::abs(line.notional());
    exposure.gross += size;
    if (size > 0) {
      exposure.by_asset_class[std::string{name(line.asset_class())}] += size;
      exposure.by_sector[std::string{line.view->instrument.sector_or_class()}] += size;
    }
    for_each_leg(line, [&](const Currency& currency, double amount) {
      if (currency != book.account() && amount != 0) exposure.by_currency[currency] += amount;
    });
  }
  return exposure;
}

double net_currency(const Book& book, const Currency& currency) {
  double net = 0;
  for (const auto& line : book.lines())
    for_each_leg(line, [&](const Currency& leg, double amount) {
      if (leg == currency) net += amount;
    });
  return net;
}

} // namespace riskcluster
