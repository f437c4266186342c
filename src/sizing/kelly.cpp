#include <algorithm>

#include "sizing/sizing.hpp"

namespace riskcluster {

double full_kelly(double probability, double ratio) { return probability - (1 - probability) / ratio; }

std::optional<double> floored_stop(const SizingInput& input) {
  if (!input.stop_distance || !input.volatility) return std::nullopt;
  return std::max(*input.stop_distance, 0.25 * *input.volatility);
}

KellySized kelly(const SizingInput& input) {
  KellySized result;
  const auto stop = floored_stop(input);
  if (input.stop_distance && !stop) {
    result.absent_reason = "no 30-day volatility to floor the stop distance with";
    return result;
  }
  if (input.own_probability && input.own_ratio) {
    result.own_statistics = true;
    result.probability = *input.own_probability;
    result.ratio = *input.own_ratio;
  } else if (stop && input.target_distance) {
    result.probability = input.confidence;
    result.ratio = *input.target_distance / *stop;
  } else {
    result.absent_reason = "fewer than 30 own trades (5 wins, 5 losses), and no stop and target to take the odds from";
    return result;
  }
  result.full_kelly = full_kelly(result.probability, result.ratio);
  result.fraction = std::clamp(result.full_kelly, 0.0, 1.0) * input.kelly_fraction;
  result.size = input.equity * result.fraction / stop.value_or(1);
  return result;
}

} // namespace riskcluster
