#include "risk/drawdown.hpp"

#include <algorithm>

namespace riskcluster {

Drawdown max_drawdown(const Eigen::Ref<const Eigen::VectorXd>& returns) {
  Drawdown deepest;
  double wealth = 1, high = 1, deepest_high = 1;
  Eigen::Index peak = -1;
  for (Eigen::Index t = 0; t < returns.size(); ++t) {
    wealth *= std::max(0.0, 1.0 + returns[t]); // what is lost stays lost
    if (wealth > high) {
      high = wealth;
      peak = t;
    }
    const double depth = 1.0 - wealth / high;
    if (depth > deepest.max_drawdown) {
      deepest = {depth, peak, t, std::nullopt};
      deepest_high = high;
    } else if (deepest.max_drawdown > 0 && !deepest.recovery && wealth >= deepest_high * (1.0 - 1e-12)) {
      deepest.recovery = t; // a fall and its exact reverse meet again, but for rounding
    }
  }
  return deepest;
}

} // namespace riskcluster
