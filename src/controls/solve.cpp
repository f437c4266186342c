#include "controls/solve.hpp"

#include <algorithm>
#include <cmath>

namespace riskcluster {

double Measure::at(double size) const {
  return constant + weight * std::abs(at_zero + slope * size) + (size > 0 ? step : 0);
}

bool sound(double measure_at_size, double measure_before, double limit) {
  const double bound = std::max(limit, measure_before);
  return measure_at_size <= bound + measure_tolerance * std::abs(bound);
}

double allowed_size(const Measure& measure, double limit) {
  if (measure.step > 0) return sound(measure.constant + measure.step, 0, limit) ? unlimited : 0;
  if (measure.slope == 0 || measure.weight == 0) return unlimited;
  const double reach = (limit - measure.constant) / measure.weight; // |at_zero + slope·n| may go so far
  const double start = std::abs(measure.at_zero);
  const double steepness = std::abs(measure.slope);
  const bool lowers = measure.at_zero * measure.slope < 0;
  if (!lowers) return std::max(0.0, (reach - start) / steepness);
  // Down to zero first, then up again on the other side.
  if (reach >= 0) return (start + reach) / steepness;
  return start / steepness;
}

double SizeControl::allowed() const {
  double least = unlimited;
  for (const auto& measure : measures) least = std::min(least, allowed_size(measure, limit));
  return least;
}

double SizeControl::value_at(double size) const {
  double largest = 0;
  for (const auto& measure : measures) largest = std::max(largest, measure.at(size));
  return largest;
}

bool SizeControl::sound_at(double size) const {
  return std::all_of(measures.begin(), measures.end(),
                     [&](const Measure& measure) { return sound(measure.at(size), measure.at(0), limit); });
}

} // namespace riskcluster
