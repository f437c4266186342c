#include "risk/value_at_risk.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/check.hpp"
#include "risk/normal.hpp"

namespace riskcluster {

Result<bool> validate(const VarSettings& settings) {
  if (!(settings.confidence > 0 && settings.confidence < 1)) // NaN is outside, too
    return invalid("confidence must lie in (0, 1), got " + std::to_string(settings.confidence));
  if (settings.horizon_days < 1)
    return invalid("horizon_days must be at least 1, got " + std::to_string(settings.horizon_days));
  if (settings.paths < 1) return invalid("paths must be at least 1, got " + std::to_string(settings.paths));
  if (settings.window_days < 2)
    return invalid("window_days must be at least 2, got " + std::to_string(settings.window_days));
  return true;
}

bool enough_observations(Eigen::Index observations, double confidence) {
  return observations >= 30 && static_cast<double>(observations) >= 1.0 / (1.0 - confidence) - 1e-6;
}

QuantilePosition quantile_position(Eigen::Index n, double confidence) {
  check(n >= 1 && confidence > 0 && confidence < 1, "a quantile needs outcomes and a confidence in (0, 1)");
  const double h = static_cast<double>(n - 1) * (1.0 - confidence);
  QuantilePosition position{static_cast<Eigen::Index>(std::floor(h + 1e-9)), 0};
  position.g = h - static_cast<double>(position.k);
  if (std::fabs(position.g) < 1e-9) position.g = 0;
  return position;
}

namespace {

double loss(double outcome) { return std::max(0.0, -outcome); }

} // namespace

Tail empirical_tail(const Eigen::Ref<const Eigen::VectorXd>& pnl, double confidence) {
  const auto [k, g] = quantile_position(pnl.size(), confidence);
  const auto needed = static_cast<std::size_t>(std::min(k + 2, pnl.size()));
  // A year of days needs its 14 worst: they fit the stack, and a trade's judgement allocates nothing.
  std::array<double, 64> few; // NOLINT(cppcoreguidelines-pro-type-member-init): partial_sort_copy fills it
  std::vector<double> many;
  if (needed > few.size()) many.resize(needed);
  double* const x = needed > few.size() ? many.data() : few.data();
  std::partial_sort_copy(pnl.data(), pnl.data() + pnl.size(), x, x + needed);
  double sum = 0;
  for (Eigen::Index i = 0; i <= k; ++i) sum += x[i];
  const double quantile = g > 0 ? x[k] + g * (x[k + 1] - x[k]) : x[k];
  return {loss(quantile), loss(sum / static_cast<double>(k + 1))};
}

Tail parametric_tail(double mean_pnl, double deviation, double confidence, int horizon_days) {
  const double h = horizon_days;
  const double z = normal_quantile(1.0 - confidence);
  const double spread = deviation * std::sqrt(h);
  return {loss(mean_pnl * h + z * spread), loss(mean_pnl * h - spread * normal_density(z) / (1.0 - confidence))};
}

double VarFigures::largest_var() const {
  return std::max({historical.value_at_risk, parametric.value_at_risk, monte_carlo.value_at_risk});
}

double VarFigures::largest_shortfall() const {
  return std::max({historical.expected_shortfall, parametric.expected_shortfall, monte_carlo.expected_shortfall});
}

} // namespace riskcluster
