#pragma once

#include <optional>

#include <Eigen/Core>

namespace riskcluster {

/// Ratios in PerformanceAnalytics' conventions (RISK mathematics §3): per period unless annualised. A denominator
/// below 1e-12 makes a ratio absent, not 0 and not infinite.
struct PerformanceRatios {
  std::optional<double> sharpe, sharpe_annualized, sortino, sortino_annualized, treynor, information_ratio, beta, alpha,
      calmar, correlation;
  double max_drawdown = 0;              ///< >= 0
  std::optional<double> volatility;     ///< annualised
  std::optional<double> tracking_error; ///< annualised; absent without a benchmark
};

struct PerformanceInput {
  Eigen::VectorXd returns;                  ///< T, per period, T >= 2
  std::optional<Eigen::VectorXd> benchmark; ///< T
  Eigen::VectorXd risk_free;                ///< T, per period
  double minimum_acceptable_return = 0;     ///< per period
  double periods_per_year = 252;
};

PerformanceRatios performance_ratios(const PerformanceInput& input);

/// Π(1+x)^(P/n) - 1; -1 when wealth is lost.
double annualized_return(const Eigen::Ref<const Eigen::VectorXd>& returns, double periods_per_year);

} // namespace riskcluster
