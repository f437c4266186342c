#include "controls/opening.hpp"

namespace riskcluster {

namespace {

/// Σ |notional| / E over the lines that count, with the trade.
template <class Counts>
Measure gross_measure(const Opening& opening, Counts&& counts) {
  double others = 0;
  for (const auto& line : opening.book.lines())
    if (&line != &opening.line && counts(line)) others += std::abs(line.notional());
  return {.constant = others / opening.equity,
          .weight = 1 / opening.equity,
          .at_zero = opening.line.notional(),
          .slope = opening.direction};
}

} // namespace

SizeControl portfolio_leverage(const Opening& opening) {
  const auto& limit = opening.limits[LimitId::max_portfolio_leverage];
  return {.id = ControlId::portfolio_leverage,
          .limit = limit.value,
          .origin = limit.origin,
          .measures = {gross_measure(opening, [](const BookLine&) { return true; })}};
}

SizeControl class_leverage(const Opening& opening) {
  const auto asset_class = opening.line.asset_class();
  const auto id = class_leverage_limit(asset_class);
  SizeControl control{.id = ControlId::class_leverage};
  control.measures = {gross_measure(opening, [&](const BookLine& line) { return line.asset_class() == asset_class; })};
  if (id) {
    control.limit = opening.limits[*id].value;
    control.origin = opening.limits[*id].origin;
  } else {
    control.reason_code = "UNKNOWN_CLASS";
  }
  return control;
}

} // namespace riskcluster
