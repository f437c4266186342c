#include "controls/opening.hpp"

namespace riskcluster {

namespace {

/// Correlation of the two positions' P&L: ρ x side x side. Without enough data: +1 within a class, whatever the
/// sides, and across classes if either is crypto; else 0.
double signed_correlation(const MarketModel& model, const BookLine& a, double side_a, const BookLine& b,
                          double side_b) {
  if (model.has_correlation && a.view->column && b.view->column)
    return model.correlation(*a.view->column, *b.view->column) * side_a * side_b;
  const bool crypto = a.asset_class() == AssetClass::crypto || b.asset_class() == AssetClass::crypto;
  return a.asset_class() == b.asset_class() || crypto ? 1 : 0;
}

} // namespace

CorrelationGroup correlation_group(const Opening& opening) {
  CorrelationGroup group;
  const double limit = opening.limits[LimitId::max_correlation].value;
  bool first = true;
  for (const auto& line : opening.book.lines()) {
    if (&line == &opening.line || line.notional() == 0) continue;
    const double side = line.notional() > 0 ? 1 : -1;
    const double rho = signed_correlation(opening.book.view().model(), opening.line, opening.direction, line, side);
    if (first || rho > group.max_signed_correlation) group.max_signed_correlation = rho;
    first = false;
    if (!(rho > limit)) continue;
    group.others.push_back(line.symbol);
    group.others_measure += line.measure();
  }
  return group;
}

SizeControl correlation(const Opening& opening, const CorrelationGroup& group) {
  const auto& limit = opening.limits[LimitId::max_correlated_exposure_pct];
  const double per_cent = opening.per_cent_of_equity();
  return {.id = ControlId::correlation,
          .limit = limit.value,
          .origin = limit.origin,
          .measures = {{.constant = per_cent * group.others_measure,
                        .weight = per_cent / opening.line.class_leverage,
                        .at_zero = opening.line.notional(),
                        .slope = opening.direction}}};
}

} // namespace riskcluster
