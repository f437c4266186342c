#include "sizing/sizing.hpp"

namespace riskcluster {

FixedFractionalSized fixed_fractional(const SizingInput& input) {
  FixedFractionalSized result;
  const auto stop = floored_stop(input);
  if (!input.volatility) {
    result.absent_reason = "no 30-day volatility to floor the stop with, or to stand in for it";
    return result;
  }
  result.stop_distance = stop ? *stop : 2 * *input.volatility;
  result.size = input.equity * input.risk_per_trade / result.stop_distance;
  return result;
}

} // namespace riskcluster
