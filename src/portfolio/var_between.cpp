#include "portfolio/var_between.hpp"

#include <algorithm>
#include <cmath>

namespace riskcluster {

namespace {

/// Keeps the paths that lie below the level at either end. Branch-free: whether one does is anybody's guess.
std::size_t keep_below(std::size_t count, const float* base, const float* slope, float from, float to, float level,
                       std::vector<float>& kept_base, std::vector<float>& kept_slope) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const float b = base[i];
    const float s = slope[i];
    kept_base[kept] = b;
    kept_slope[kept] = s;
    kept += static_cast<std::size_t>(std::min(b + from * s, b + to * s) <= level);
  }
  return kept;
}

} // namespace

VarBetween::VarBetween(const BookRisk& book, Eigen::Index column, double from, double to, double floor)
    : book_{book}, column_{column}, floor_{floor} {
  const auto paths = static_cast<std::size_t>(book.paths().size());
  auto& [base, slope, outcomes] = book.scratch().between;
  base.resize(paths);
  slope.resize(paths);
  const auto kept =
      keep_below(paths, book.paths().data(), book.model().scenarios.returns.col(column).data(),
                 static_cast<float>(from), static_cast<float>(to), static_cast<float>(-floor), base, slope);
  base.resize(kept);
  slope.resize(kept);
}

void VarBetween::narrow(double from, double to) {
  auto& [base, slope, outcomes] = book_.scratch().between;
  const auto kept = keep_below(base.size(), base.data(), slope.data(), static_cast<float>(from), static_cast<float>(to),
                               static_cast<float>(-floor_), base, slope);
  base.resize(kept);
  slope.resize(kept);
}

double VarBetween::at(double notional) {
  const auto& settings = book_.model().settings;
  auto& scratch = book_.scratch();
  scratch.historical = book_.historical() + notional * book_.model().returns.col(column_);
  double var = empirical_tail(scratch.historical, settings.confidence).value_at_risk *
               std::sqrt(static_cast<double>(settings.horizon_days));
  var = std::max(var, book_.parametric_var_with(column_, notional));

  auto& [base, slope, outcomes] = scratch.between;
  const auto position = quantile_position(book_.paths().size(), settings.confidence);
  const auto k = static_cast<std::size_t>(position.k);
  if (base.size() < k + 2) return std::max(var, floor_);
  outcomes.resize(base.size());
  const auto size = static_cast<float>(notional);
  for (std::size_t i = 0; i < base.size(); ++i) outcomes[i] = base[i] + size * slope[i];
  const auto at_k = outcomes.begin() + static_cast<std::ptrdiff_t>(k);
  std::nth_element(outcomes.begin(), at_k, outcomes.end());
  const double low = static_cast<double>(*at_k);
  const double next = static_cast<double>(*std::min_element(at_k + 1, outcomes.end()));
  // Beyond the level paths are missing, and the quantile with them: then the VaR is below the floor.
  if (next > -floor_) return std::max(var, floor_);
  return std::max({var, floor_, -(low + position.g * (next - low))});
}

} // namespace riskcluster
