// The fast tail: what of value_at_risk.hpp works on many float outcomes.

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "risk/compact.hpp"
#include "risk/normal.hpp"
#include "risk/value_at_risk.hpp"

namespace riskcluster {

namespace {

/// The outcomes that may belong to the tail, in their own order, and room to permute a copy of them.
struct Kept {
  float* outcomes;
  float* copy;
  float* room;
  std::size_t count;
};

/// Keeps at least the `needed` smallest. The threshold lies four standard deviations of the binomial count above
/// `needed`, if the outcomes are as normal as the guess says.
Kept keep_tail(const Eigen::Ref<const Eigen::VectorXf>& pnl, std::size_t needed, double mean_guess,
               double deviation_guess, TailScratch& scratch) {
  const auto n = static_cast<std::size_t>(pnl.size());
  const auto room = n + compact_slack;
  if (scratch.kept.size() < 3 * room) scratch.kept.resize(3 * room);
  float* const kept = scratch.kept.data();
  const auto size = static_cast<double>(n);
  const double wanted = static_cast<double>(needed) / size;
  const double fraction = wanted + 4.0 * std::sqrt(wanted * (1.0 - wanted) / size);
  std::size_t count = 0;
  if (fraction < 0.5)
    count =
        keep_at_most(pnl.data(), n, static_cast<float>(mean_guess + normal_quantile(fraction) * deviation_guess), kept);
  if (count < needed) {
    std::copy_n(pnl.data(), n, kept);
    count = n;
  }
  return {kept, kept + room, kept + 2 * room, count};
}

/// The k-th smallest in place; what lies before it is no larger, what lies behind no smaller.
double select(float* x, std::size_t count, std::size_t k) {
  std::nth_element(x, x + k, x + count);
  return static_cast<double>(x[k]);
}

} // namespace

Tail simulated_tail(const Eigen::Ref<const Eigen::VectorXf>& pnl, double confidence, double mean_guess,
                    double deviation_guess, TailScratch& scratch) {
  const auto position = quantile_position(pnl.size(), confidence);
  const auto k = static_cast<std::size_t>(position.k);
  const auto needed = std::min(k + 2, static_cast<std::size_t>(pnl.size()));
  const Kept kept = keep_tail(pnl, needed, mean_guess, deviation_guess, scratch);
  std::copy_n(kept.outcomes, kept.count, kept.copy);
  double at = 0;
  double quantile = 0;
  if (kept.count > k + 1) {
    // Just below where the quantile should be: four standard deviations of the binomial count.
    const double wanted = static_cast<double>(k + 1) / static_cast<double>(pnl.size());
    const double fraction = wanted - 4.0 * std::sqrt(wanted * (1.0 - wanted) / static_cast<double>(pnl.size()));
    const double guess = mean_guess + normal_quantile(std::max(fraction, 1e-6)) * deviation_guess;
    const OrderPair pair = order_pair(kept.copy, kept.count, k, static_cast<float>(guess), kept.room);
    at = pair.at;
    quantile = position.g > 0 ? at + position.g * (pair.next - at) : at;
  } else {
    quantile = at = select(kept.copy, kept.count, k);
  }
  // Summed in the order of the paths, not as selection left them: no guess and no standard library changes a bit.
  double sum = 0;
  std::size_t below = 0;
  for (std::size_t i = 0; i < kept.count; ++i) {
    const auto x = static_cast<double>(kept.outcomes[i]);
    sum += x < at ? x : 0.0;
    below += x < at ? 1U : 0U;
  }
  const auto size = static_cast<double>(k + 1);
  const double shortfall = (sum + (size - static_cast<double>(below)) * at) / size; // ties of x[k] fill up
  return {std::max(0.0, -quantile), std::max(0.0, -shortfall)};
}

double simulated_standard_error(const Eigen::Ref<const Eigen::VectorXf>& pnl, double confidence, double mean_guess,
                                double deviation_guess, TailScratch& scratch) {
  const auto n = static_cast<std::size_t>(pnl.size());
  const auto k = static_cast<std::size_t>(quantile_position(pnl.size(), confidence).k);
  const auto m =
      static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(n) * (1.0 - confidence) * confidence)));
  const std::size_t high = std::min(k + m, n - 1), low = k > m ? k - m : 0;
  const Kept kept = keep_tail(pnl, high + 1, mean_guess, deviation_guess, scratch);
  const double above = select(kept.outcomes, kept.count, high);
  return (above - select(kept.outcomes, high + 1, low)) / 2.0;
}

} // namespace riskcluster
