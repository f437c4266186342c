#include "risk/stress.hpp"

#include "core/check.hpp"
#include "risk/value_at_risk.hpp"

namespace riskcluster {

namespace {

double shock_of(const std::map<std::string, double>& shocks, const std::string& name) {
  const auto found = name.empty() ? shocks.end() : shocks.find(name);
  return found == shocks.end() ? 0 : found->second;
}

double shock_pct(const StressPosition& position, const StressScenario& scenario) {
  double shock = shock_of(scenario.by_symbol, position.symbol);
  shock += shock_of(scenario.by_asset_class, position.asset_class);
  shock += shock_of(scenario.by_sector, position.sector.empty() ? position.asset_class : position.sector);
  if (position.asset_class == "FX")
    shock += shock_of(scenario.by_currency, position.base_currency) -
             shock_of(scenario.by_currency, position.quote_currency);
  return shock;
}

} // namespace

StressResult apply_stress(const std::vector<StressPosition>& positions, const StressScenario& scenario) {
  StressResult result{scenario.name, {}, 0};
  result.pnl.reserve(positions.size());
  for (const StressPosition& position : positions) {
    result.pnl.push_back(position.notional * shock_pct(position, scenario) / 100.0);
    result.total += result.pnl.back();
  }
  return result;
}

WorstDay worst_day(const Eigen::Ref<const Eigen::MatrixXd>& returns, const Eigen::Ref<const Eigen::VectorXd>& weights) {
  check(returns.rows() >= 1 && returns.cols() == weights.size(), "a day to look at, and one weight a column");
  WorstDay worst;
  for (Eigen::Index t = 0; t < returns.rows(); ++t) {
    double total = 0;
    for (Eigen::Index j = 0; j < returns.cols(); ++j) total += weights[j] * returns(t, j);
    if (t > 0 && total >= worst.total) continue;
    worst.row = t;
    worst.total = total;
  }
  worst.pnl = weights.array() * returns.row(worst.row).transpose().array();
  return worst;
}

double stressed_volatility_var(double mean_pnl, double deviation, double factor, double confidence, int horizon_days) {
  check(factor >= 0, "volatility is multiplied by no negative number");
  return parametric_tail(mean_pnl, factor * deviation, confidence, horizon_days).value_at_risk;
}

} // namespace riskcluster
