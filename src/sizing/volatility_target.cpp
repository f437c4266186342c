#include "sizing/sizing.hpp"

namespace riskcluster {

Sized volatility_target(const SizingInput& input) {
  if (!input.volatility) return {std::nullopt, "no 30-day volatility"};
  return {input.equity * input.target_volatility / *input.volatility, ""};
}

} // namespace riskcluster
