#pragma once
// Five ways to size one opening trade. A size is an absolute notional in account currency; a method whose inputs are
// missing is absent and says why, never a default.

#include <optional>
#include <string>

#include <Eigen/Core>

namespace riskcluster {

/// What the methods look at. Everything that may be missing is optional.
struct SizingInput {
  double equity = 0;                     ///< account currency, > 0
  std::optional<double> volatility;      ///< daily σ of the symbol over 30 days, > 0
  std::optional<double> stop_distance;   ///< |entry - stop| / entry, > 0
  std::optional<double> target_distance; ///< |target - entry| / entry, > 0
  double confidence = 0;                 ///< [0, 1]
  std::optional<double> own_probability; ///< win probability of the tenant's closed trades, when usable
  std::optional<double> own_ratio;       ///< their mean win / mean loss
  double kelly_fraction = 0.25;
  double risk_per_trade = 0.01;
  double target_volatility = 0.02; ///< daily
  double no_stop_multiplier = 0.01;
};

/// The stop distance as anything is divided by: floored at a quarter of the daily volatility; absent without either.
std::optional<double> floored_stop(const SizingInput& input);

struct Sized {
  std::optional<double> size;
  std::string absent_reason;
};

struct KellySized : Sized {
  double probability = 0;
  double ratio = 0;
  double full_kelly = 0; ///< p - (1-p)/b, unclamped
  double fraction = 0;   ///< clamped to [0, 1], x kelly_fraction
  bool own_statistics = false;
};

/// p - (1-p)/b. @param ratio b > 0. Source: Kelly (1956).
double full_kelly(double probability, double ratio);

/// f = clamp(p - (1-p)/b, 0, 1) x kelly_fraction; size E·f/s with a stop, E·f without.
KellySized kelly(const SizingInput& input);

struct FixedFractionalSized : Sized {
  double stop_distance = 0;
};
/// E x risk_per_trade / s; s = 2σ without a stop.
FixedFractionalSized fixed_fractional(const SizingInput& input);

/// E x target volatility / σ.
Sized volatility_target(const SizingInput& input);

/// The book as the two covariance methods see it; per day, account currency.
struct BookMoments {
  double own_variance = 0;         ///< a = σ² of the symbol, 252 days
  double own_weight = 0;           ///< w_k, signed notional of the symbol in the book
  double covariance_with_book = 0; ///< (Σw)_k, the symbol's own part included
  double book_variance = 0;        ///< V₀ = wᵀΣw
  int symbols_after = 1;           ///< N, distinct symbols after the trade
};

/// The position y in the trade's direction whose risk contribution is its 1/N share of E·target:
/// y(h + yσ²)/√(V₋ₖ + 2yh + y²σ²) = E·target/N; size = max(0, y - d·w_k).
/// @param side +1 buy, -1 sell.
Sized risk_parity(const SizingInput& input, const std::optional<BookMoments>& book, double side);

struct VolatilityBudgetSized : Sized {
  double multiplier = 0;
};
/// The size that brings the book's volatility to E·target, x the Kelly multiplier (x confidence where the win
/// probability did not come from it).
VolatilityBudgetSized volatility_budget(const SizingInput& input, const std::optional<BookMoments>& book, double side,
                                        const KellySized& kelly);

} // namespace riskcluster
