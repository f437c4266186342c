#include "risk/performance.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "risk/drawdown.hpp"
#include "risk/volatility.hpp"

namespace riskcluster {

namespace {

std::optional<double> ratio(double numerator, double denominator) {
  if (!(std::fabs(denominator) >= 1e-12)) return std::nullopt;
  return numerator / denominator;
}

std::optional<double> scaled(std::optional<double> value, double factor) {
  if (value) *value *= factor;
  return value;
}

double covariance_of(const Eigen::VectorXd& x, const Eigen::VectorXd& y) {
  const double x_mean = mean(x), y_mean = mean(y);
  double sum = 0;
  for (Eigen::Index i = 0; i < x.size(); ++i) sum += (x[i] - x_mean) * (y[i] - y_mean);
  return sum / static_cast<double>(x.size() - 1);
}

/// Over all n, not only over the periods below: √mean(min(r - MAR, 0)²).
double downside_deviation(const Eigen::VectorXd& returns, double minimum_acceptable_return) {
  double squares = 0;
  for (Eigen::Index i = 0; i < returns.size(); ++i) {
    const double below = std::min(returns[i] - minimum_acceptable_return, 0.0);
    squares += below * below;
  }
  return std::sqrt(squares / static_cast<double>(returns.size()));
}

void against_benchmark(PerformanceRatios& ratios, const PerformanceInput& input, const Eigen::VectorXd& excess) {
  const Eigen::VectorXd& benchmark = *input.benchmark;
  const double periods = input.periods_per_year;
  const Eigen::VectorXd benchmark_excess = benchmark - input.risk_free;
  ratios.beta = ratio(covariance_of(excess, benchmark_excess), covariance_of(benchmark_excess, benchmark_excess));
  if (ratios.beta) {
    ratios.alpha = mean(excess) - *ratios.beta * mean(benchmark_excess);
    ratios.treynor = ratio(annualized_return(excess, periods), *ratios.beta);
  }
  ratios.tracking_error = standard_deviation(input.returns - benchmark) * std::sqrt(periods);
  ratios.information_ratio =
      ratio(annualized_return(input.returns, periods) - annualized_return(benchmark, periods), *ratios.tracking_error);
  const auto rho =
      ratio(covariance_of(input.returns, benchmark), standard_deviation(input.returns) * standard_deviation(benchmark));
  if (rho) ratios.correlation = std::clamp(*rho, -1.0, 1.0);
}

} // namespace

double annualized_return(const Eigen::Ref<const Eigen::VectorXd>& returns, double periods_per_year) {
  if (returns.size() == 0) return 0;
  double log_wealth = 0; // a product over many years would underflow
  for (Eigen::Index i = 0; i < returns.size(); ++i) {
    if (returns[i] <= -1.0) return -1;
    log_wealth += std::log1p(returns[i]);
  }
  return std::expm1(log_wealth * periods_per_year / static_cast<double>(returns.size()));
}

PerformanceRatios performance_ratios(const PerformanceInput& input) {
  const Eigen::Index n = input.returns.size();
  check(input.risk_free.size() == n, "one risk-free rate for each return");
  check(!input.benchmark || input.benchmark->size() == n, "one benchmark return for each return");
  PerformanceRatios ratios;
  ratios.max_drawdown = max_drawdown(input.returns).max_drawdown;
  if (n < 2) return ratios;

  const double root_periods = std::sqrt(input.periods_per_year);
  const Eigen::VectorXd excess = input.returns - input.risk_free;
  ratios.sharpe = ratio(mean(excess), standard_deviation(excess));
  ratios.sharpe_annualized = scaled(ratios.sharpe, root_periods);
  ratios.sortino = ratio(mean(input.returns) - input.minimum_acceptable_return,
                         downside_deviation(input.returns, input.minimum_acceptable_return));
  ratios.sortino_annualized = scaled(ratios.sortino, root_periods);
  ratios.volatility = standard_deviation(input.returns) * root_periods;
  ratios.calmar = ratio(annualized_return(input.returns, input.periods_per_year), ratios.max_drawdown);
  if (input.benchmark) against_benchmark(ratios, input, excess);
  return ratios;
}

} // namespace riskcluster
