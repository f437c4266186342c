#include "controls/opening.hpp"

namespace riskcluster {

namespace {

/// The symbol's notional after the trade, times a scale.
Measure symbol_measure(const Opening& opening, double scale) {
  return {.weight = scale, .at_zero = opening.line.notional(), .slope = opening.direction};
}

} // namespace

SizeControl max_position_size(const Opening& opening) {
  const auto& limit = opening.limits[LimitId::max_position_size_notional];
  return {.id = ControlId::max_position_size,
          .limit = limit.value,
          .origin = limit.origin,
          .measures = {symbol_measure(opening, 1)},
          .is_static = true};
}

SizeControl order_size(const Opening& opening) {
  const auto& limit = opening.limits[LimitId::max_order_size_pct];
  return {.id = ControlId::order_size,
          .limit = limit.value,
          .origin = limit.origin,
          .measures = {{.weight = opening.per_cent_of_equity() / opening.line.class_leverage, .slope = 1}},
          .is_static = true};
}

SizeControl position_concentration(const Opening& opening) {
  const auto& limit = opening.limits[LimitId::max_position_concentration_pct];
  return {.id = ControlId::position_concentration,
          .limit = limit.value,
          .origin = limit.origin,
          .measures = {symbol_measure(opening, opening.per_cent_of_equity() / opening.line.class_leverage)}};
}

} // namespace riskcluster
