#pragma once
// Inputs of the sizing tests in round numbers.

#include "sizing/sizing.hpp"

namespace riskcluster::test {

/// E 10,000, σ 1 %, stop 2 %, target 4 %, confidence 0.6, the limits' defaults.
inline SizingInput input() {
  return {.equity = 10'000, .volatility = 0.01, .stop_distance = 0.02, .target_distance = 0.04, .confidence = 0.6};
}

} // namespace riskcluster::test
