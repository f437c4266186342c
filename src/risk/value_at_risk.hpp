#pragma once

#include <vector>

#include <Eigen/Core>

#include "core/result.hpp"

namespace riskcluster {

/// How a view measures tails. Confidence in (0, 1), horizon in days.
struct VarSettings {
  double confidence = 0.95; ///< of all three methods
  int horizon_days = 1;
  int paths = 10'000;    ///< of the Monte Carlo simulation
  int window_days = 252; ///< returns used for VaR, covariance and scenarios
};

/// Fails for a confidence outside (0, 1), a horizon or paths < 1, not finite values.
Result<bool> validate(const VarSettings& settings);

/// True when n observations allow a VaR at this confidence: n >= 1/(1-c) (tolerance 1e-6) and n >= 30.
bool enough_observations(Eigen::Index observations, double confidence);

/// Where the type-7 quantile at 1-c lies in n sorted outcomes: q = x[k] + g (x[k+1] - x[k]).
/// h = (n-1)(1-c), k = floor(h + 1e-9), g = h - k, taken as 0 when |g| < 1e-9.
struct QuantilePosition {
  Eigen::Index k = 0;
  double g = 0;
};
QuantilePosition quantile_position(Eigen::Index n, double confidence);

/// One tail: VaR and expected shortfall, both >= 0, in the unit of the outcomes.
struct Tail {
  double value_at_risk = 0;
  double expected_shortfall = 0;
};

/// Historical or simulated tail. ES = -mean of x[0] … x[k], floored at 0.
/// @param pnl outcomes, gains positive, any order, n >= 1. @returns not scaled by any horizon.
Tail empirical_tail(const Eigen::Ref<const Eigen::VectorXd>& pnl, double confidence);

/// Room for the fast tail below: a worker owns one and reuses it, so that the hot loop allocates nothing.
struct TailScratch {
  std::vector<float> kept;
};

/// The same figures on many float outcomes, without sorting: one branch-free pass keeps what lies below a threshold
/// guessed from the mean and standard deviation the outcomes should have, then nth_element on what was kept; falls
/// back to all outcomes when too few remain. The guess decides the cost, never the answer.
Tail simulated_tail(const Eigen::Ref<const Eigen::VectorXf>& pnl, double confidence, double mean_guess,
                    double deviation_guess, TailScratch& scratch);

/// Monte Carlo standard error of the VaR: (x[k+m] - x[k-m]) / 2, m = round(sqrt(N(1-c)c)), k as above; indices are
/// kept inside the sample. @returns >= 0.
double simulated_standard_error(const Eigen::Ref<const Eigen::VectorXf>& pnl, double confidence, double mean_guess,
                                double deviation_guess, TailScratch& scratch);

/// Delta-normal: VaR = max(0, -(μh + z σ √h)), ES = max(0, σ√h φ(z)/(1-c) - μh), z = Φ⁻¹(1-c).
/// @param mean_pnl wᵀμ and @param deviation σ_p = √(wᵀΣw), per day, account currency.
Tail parametric_tail(double mean_pnl, double deviation, double confidence, int horizon_days);

/// The three methods side by side.
struct VarFigures {
  Tail historical; ///< 1-day figure x √h
  Tail parametric;
  Tail monte_carlo; ///< at the horizon itself
  double largest_var() const;
  double largest_shortfall() const;
};

} // namespace riskcluster
