#include <algorithm>
#include <cmath>

#include "console/calc.hpp"
#include "console/returns_csv.hpp"
#include "console/weights.hpp"
#include "risk/contribution.hpp"
#include "risk/covariance.hpp"
#include "risk/scenarios.hpp"
#include "risk/value_at_risk.hpp"
#include "risk/volatility.hpp"

namespace riskcluster {

std::string method_name(VarMethod method) {
  switch (method) {
  case VarMethod::historical:
    return "historical";
  case VarMethod::parametric:
    return "parametric";
  case VarMethod::monte_carlo:
    break;
  }
  return "monte-carlo";
}

std::vector<VarMethod> methods_named(const std::string& name) {
  std::vector<VarMethod> methods;
  for (const VarMethod method : {VarMethod::historical, VarMethod::parametric, VarMethod::monte_carlo})
    if (name == "all" || name == method_name(method)) methods.push_back(method);
  return methods;
}

namespace {

/// What all methods share.
struct Portfolio {
  std::vector<std::string> columns;
  Eigen::VectorXd weights; ///< x value
  Eigen::VectorXd pnl;     ///< of each row
  Eigen::VectorXd mean;
  Eigen::MatrixXd sigma;
  double mean_pnl = 0, deviation = 0; ///< per day
};

Result<Portfolio> load(const VarRequest& request) {
  const auto csv = read_returns(request.returns);
  if (!csv) return csv.error();
  auto weights = read_weights(request.weights, csv->columns);
  if (!weights) return weights.error();
  const auto selection = select(*csv, weights->columns);
  if (!selection) return selection.error();
  const Eigen::Index rows = selection->values.rows();
  if (!enough_observations(rows, request.confidence))
    return Error{Errc::insufficient_data, request.returns + ": " + std::to_string(rows) +
                                              " complete rows are too few: VaR needs 30, and 1/(1 - confidence)"};
  Portfolio portfolio;
  portfolio.columns = std::move(weights->columns);
  portfolio.weights = weights->values * request.value;
  portfolio.mean = column_means(selection->values);
  portfolio.sigma = covariance(selection->values);
  portfolio.pnl = Eigen::VectorXd::Zero(rows);
  for (Eigen::Index j = 0; j < selection->values.cols(); ++j)
    portfolio.pnl += portfolio.weights[j] * selection->values.col(j);
  portfolio.mean_pnl = mean(portfolio.pnl);
  portfolio.deviation = standard_deviation(portfolio.pnl); // = √(wᵀΣw), without its cancellation
  if (!std::isfinite(portfolio.deviation)) return invalid("the figures are too large to square");
  return portfolio;
}

struct Measured {
  Tail tail;
  std::optional<double> standard_error;
};

Measured historical(const Portfolio& portfolio, const VarRequest& request) {
  const Tail tail = empirical_tail(portfolio.pnl, request.confidence);
  const double root = std::sqrt(static_cast<double>(request.horizon_days));
  return {{tail.value_at_risk * root, tail.expected_shortfall * root}, std::nullopt};
}

Result<Measured> monte_carlo(const Portfolio& portfolio, const VarRequest& request) {
  if (!enough_observations(request.paths, request.confidence))
    return invalid("--paths " + std::to_string(request.paths) + " are too few: 30 needed, and 1/(1 - confidence)");
  if (request.paths * static_cast<std::int64_t>(portfolio.weights.size()) > simulated_returns_max)
    return invalid("--paths x columns is more than " + std::to_string(simulated_returns_max));
  const auto factor = factorise(portfolio.sigma);
  if (!factor) return factor.error();
  const Scenarios scenarios =
      simulate(portfolio.mean, *factor, request.horizon_days, request.paths, static_cast<std::uint64_t>(request.seed));
  Eigen::VectorXf pnl;
  scenario_pnl(pnl, scenarios, portfolio.weights);
  const double h = request.horizon_days, mean = portfolio.mean_pnl * h, spread = portfolio.deviation * std::sqrt(h);
  TailScratch scratch;
  return Measured{simulated_tail(pnl, request.confidence, mean, spread, scratch),
                  simulated_standard_error(pnl, request.confidence, mean, spread, scratch)};
}

Result<Measured> measure(VarMethod method, const Portfolio& portfolio, const VarRequest& request) {
  if (method == VarMethod::historical) return historical(portfolio, request);
  if (method == VarMethod::monte_carlo) return monte_carlo(portfolio, request);
  return Measured{parametric_tail(portfolio.mean_pnl, portfolio.deviation, request.confidence, request.horizon_days),
                  std::nullopt};
}

Report components_of(const Portfolio& portfolio, const VarRequest& request) {
  const Eigen::VectorXd components = component_value_at_risk(portfolio.weights, portfolio.mean, portfolio.sigma,
                                                             request.confidence, request.horizon_days);
  Report report;
  for (std::size_t i = 0; i < portfolio.columns.size(); ++i)
    report.add(portfolio.columns[i], components[static_cast<Eigen::Index>(i)]);
  return report;
}

Result<Report> report_of(VarMethod method, const Portfolio& portfolio, const VarRequest& request) {
  const auto measured = measure(method, portfolio, request);
  if (!measured) return measured.error();
  Report report;
  report.add("method", method_name(method))
      .add("confidence", request.confidence)
      .add("horizon_days", request.horizon_days)
      .add("observations", static_cast<std::int64_t>(portfolio.pnl.size()))
      .add("var", measured->tail.value_at_risk)
      .add("expected_shortfall", measured->tail.expected_shortfall)
      .add("standard_error", measured->standard_error);
  const bool simulated = method == VarMethod::monte_carlo;
  report.add("paths", simulated ? Value{request.paths} : Value{})
      .add("seed", simulated ? Value{request.seed} : Value{})
      .add("components", components_of(portfolio, request));
  return report;
}

} // namespace

Result<Report> calc_var(const VarRequest& request) {
  const auto portfolio = load(request);
  if (!portfolio) return portfolio.error();
  std::vector<Report> reports;
  for (const VarMethod method : methods_named(request.method)) {
    auto report = report_of(method, *portfolio, request);
    if (!report) return report.error();
    reports.push_back(std::move(*report));
  }
  if (request.method != "all") return reports.front();
  return Report{}.add("methods", std::move(reports));
}

} // namespace riskcluster
