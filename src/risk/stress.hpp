#pragma once

#include <map>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace riskcluster {

/// What a shock can be aimed at. A position takes every shock that names it; they add up.
struct StressPosition {
  std::string symbol;
  std::string base_currency;  ///< empty: none
  std::string quote_currency; ///< empty: none; only FX positions react to currencies
  std::string asset_class;
  std::string sector;
  double notional = 0; ///< signed, account currency
};

/// Shocks in percent of price: -10 is a fall by 10 %. A currency shock moves an FX pair up when the currency is its
/// base and down when it is its quote.
struct StressScenario {
  std::string name;
  std::map<std::string, double> by_symbol, by_currency, by_asset_class, by_sector;
};

struct StressResult {
  std::string name;
  std::vector<double> pnl; ///< one per position, account currency
  double total = 0;
};

/// P&L of each position under a named scenario.
StressResult apply_stress(const std::vector<StressPosition>& positions, const StressScenario& scenario);

/// The worst day of history for today's weights: its row (the first of several), each position's P&L and their sum.
/// @param returns T x N, T >= 1. @param weights N.
struct WorstDay {
  Eigen::Index row = 0;
  Eigen::VectorXd pnl;
  double total = 0;
};
WorstDay worst_day(const Eigen::Ref<const Eigen::MatrixXd>& returns, const Eigen::Ref<const Eigen::VectorXd>& weights);

/// Parametric VaR with all volatilities multiplied by `factor` >= 0, correlations unchanged: the deviation scales.
double stressed_volatility_var(double mean_pnl, double deviation, double factor, double confidence, int horizon_days);

} // namespace riskcluster
