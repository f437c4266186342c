#include "portfolio/var_between.hpp"

#include <algorithm>
#include <cmath>

#include "risk/compact.hpp"

namespace riskcluster {

namespace {

/// Beyond the floor by so much lies what a solver asks for last.
constexpr double guess_share = 1.06;

/// A year of days is sparse: the outcome behind the quantile may lie far inside the floor.
constexpr double historical_share = 0.8;

/// Historical VaR, quickly where it is not far inside the floor. Permutes the outcomes.
double historical_var(Eigen::VectorXd& pnl, const VarSettings& settings, double floor) {
  const double horizon = std::sqrt(static_cast<double>(settings.horizon_days));
  const auto position = quantile_position(pnl.size(), settings.confidence);
  double* const x = pnl.data();
  const double level = -floor * historical_share / horizon;
  if ((pnl.array() <= level).count() < position.k + 2)
    return empirical_tail(pnl, settings.confidence).value_at_risk * horizon;
  std::ptrdiff_t kept = 0;
  for (Eigen::Index i = 0; i < pnl.size(); ++i) {
    const double outcome = x[i];
    x[kept] = outcome;
    kept += static_cast<std::ptrdiff_t>(outcome <= level);
  }
  std::partial_sort(x, x + position.k + 2, x + kept);
  return std::max(0.0, -horizon * (x[position.k] + position.g * (x[position.k + 1] - x[position.k])));
}

} // namespace

VarBetween::VarBetween(const BookRisk& book, Eigen::Index column, double from, double to, double floor)
    : book_{book}, column_{column}, floor_{floor} {
  const auto paths = static_cast<std::size_t>(book.paths().size());
  auto& between = book.scratch().between;
  between.base.resize(paths + compact_slack);
  between.slope.resize(paths + compact_slack);
  between.outcomes.resize(3 * (paths + compact_slack));
  count_ = keep_lines_at_most(book.paths().data(), book.model().scenarios.returns.col(column).data(), paths,
                              static_cast<float>(from), static_cast<float>(to), static_cast<float>(-floor),
                              between.base.data(), between.slope.data());
}

void VarBetween::narrow(double from, double to) {
  auto& between = book_.scratch().between;
  count_ = keep_lines_at_most(between.base.data(), between.slope.data(), count_, static_cast<float>(from),
                              static_cast<float>(to), static_cast<float>(-floor_), between.base.data(),
                              between.slope.data());
}

double VarBetween::at(double notional) {
  const auto& settings = book_.model().settings;
  auto& scratch = book_.scratch();
  scratch.historical = book_.historical() + notional * book_.model().returns.col(column_);
  double var = historical_var(scratch.historical, settings, floor_);
  var = std::max(var, book_.parametric_var_with(column_, notional));

  // Only what lies beyond the floor can be the quantile: the rest is not even looked at twice.
  auto& between = scratch.between;
  const auto position = quantile_position(book_.paths().size(), settings.confidence);
  const auto k = static_cast<std::size_t>(position.k);
  const auto size = static_cast<float>(notional);
  const float* const base = between.base.data();
  const float* const slope = between.slope.data();
  float* const outcomes = between.outcomes.data();
  for (std::size_t i = 0; i < count_; ++i) outcomes[i] = base[i] + size * slope[i];
  float* const kept = outcomes + count_;
  const std::size_t kept_count = keep_at_most(outcomes, count_, static_cast<float>(-floor_), kept);
  if (kept_count <= k) return std::max(var, floor_);
  if (kept_count == k + 1) {
    // The next one is inside the floor, nobody knows how far: at the floor, the VaR is not understated.
    const auto at = static_cast<double>(*std::max_element(kept, kept + kept_count));
    return std::max({var, floor_, -(at + position.g * (-floor_ - at))});
  }
  // Near the crossing the quantile lies hardly beyond the floor.
  const auto guess = static_cast<float>(-floor_ * guess_share);
  const OrderPair pair = order_pair(kept, kept_count, k, guess, kept + kept_count + compact_slack);
  return std::max({var, floor_, -(pair.at + position.g * (pair.next - pair.at))});
}

} // namespace riskcluster
