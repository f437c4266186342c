#include "controls/opening.hpp"

namespace riskcluster {

SizeControl var_per_trade(const Opening& opening, double unit_var) {
  const auto& limit = opening.limits[LimitId::max_var_per_trade];
  return {.id = ControlId::var_per_trade,
          .limit = limit.value,
          .origin = limit.origin,
          .measures = {{.weight = unit_var, .slope = 1}}};
}

} // namespace riskcluster
