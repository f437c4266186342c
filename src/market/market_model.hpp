#pragma once
// The slow half of a market view: what returns say. Rebuilt when history changes, shared by many views.

#include <cstdint>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "core/hash.hpp"
#include "core/result.hpp"
#include "market/price_history.hpp"
#include "risk/scenarios.hpp"
#include "risk/value_at_risk.hpp"

namespace riskcluster {

inline constexpr int volatility_window_days = 30;
inline constexpr int correlation_window_days = 60;

/// Stand-alone figures of one unit of notional, long or short; a trade's are these times its size.
struct UnitRisk {
  VarFigures figures;
  double standard_error = 0; ///< of the Monte Carlo VaR
};

/// Aligned returns and everything derived from them; N symbols, T <= window days. Columns follow `symbols`.
struct MarketModel {
  VarSettings settings;
  std::vector<Symbol> symbols; ///< sorted
  std::vector<Date> dates;     ///< of the returns, T
  std::vector<Ineligible> left_out;

  Eigen::MatrixXd returns;     ///< T x N
  Eigen::VectorXd mean;        ///< N, per day, over T
  Eigen::MatrixXd covariance;  ///< N x N, over T
  Eigen::MatrixXd correlation; ///< N x N, over the last 60 days
  Eigen::VectorXd volatility;  ///< N, daily, over the last 30 days; 0 = none
  int rank = 0;
  Scenarios scenarios;
  std::vector<UnitRisk> long_unit, short_unit; ///< N each
  bool has_var = false;                        ///< enough returns for VaR at the configured confidence
  bool has_correlation = false;                ///< 30 returns or more
  Hash128 hash;                                ///< of prices, dates and settings; the scenario seed derives from it

  Eigen::Index observations() const { return returns.rows(); }
  std::optional<Eigen::Index> column(const Symbol& symbol) const;
};

/// @param seed mixed into the scenario seed; 0 is the default.
/// An error only for settings or a covariance matrix that cannot be (fail closed: no model, no approvals).
Result<MarketModel> build_model(const AlignedPrices& prices, const VarSettings& settings, std::uint64_t seed);

} // namespace riskcluster
