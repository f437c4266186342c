#include "portfolio/book_risk.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace riskcluster {

BookRisk::BookRisk(const MarketModel& model, Eigen::VectorXd weights, BookRiskScratch& scratch)
    : model_{&model}, scratch_{&scratch}, weights_{std::move(weights)} {
  const auto count = weights_.size();
  covariance_weights_ = Eigen::VectorXd::Zero(count);
  historical_ = Eigen::VectorXd::Zero(model.observations());
  for (Eigen::Index i = 0; i < count; ++i) {
    if (weights_[i] == 0) continue;
    covariance_weights_ += weights_[i] * model.covariance.col(i);
    historical_ += weights_[i] * model.returns.col(i);
    mean_ += weights_[i] * model.mean[i];
  }
  for (Eigen::Index i = 0; i < count; ++i) variance_ += weights_[i] * covariance_weights_[i];
  variance_ = std::max(0.0, variance_);
  scenario_pnl(paths_, model.scenarios, weights_);
  figures_ = measure(historical_, paths_, mean_, variance_);
}

VarFigures BookRisk::measure(const Eigen::VectorXd& historical, const Eigen::VectorXf& paths, double mean,
                             double variance) const {
  const auto& settings = model_->settings;
  const double horizon = std::sqrt(static_cast<double>(settings.horizon_days));
  const double deviation = std::sqrt(variance);
  VarFigures figures;
  figures.historical = empirical_tail(historical, settings.confidence);
  figures.historical.value_at_risk *= horizon;
  figures.historical.expected_shortfall *= horizon;
  figures.parametric = parametric_tail(mean, deviation, settings.confidence, settings.horizon_days);
  figures.monte_carlo =
      simulated_tail(paths, settings.confidence, mean * settings.horizon_days, deviation * horizon, scratch_->tail);
  return figures;
}

VarFigures BookRisk::with(Eigen::Index column, double notional) const {
  scratch_->historical = historical_ + notional * model_->returns.col(column);
  scratch_->paths = paths_;
  add_scenario_pnl(scratch_->paths, model_->scenarios, column, notional);
  const double variance =
      variance_ + 2 * notional * covariance_weights_[column] + notional * notional * model_->covariance(column, column);
  return measure(scratch_->historical, scratch_->paths, mean_ + notional * model_->mean[column],
                 std::max(0.0, variance));
}

double BookRisk::parametric_var_with(Eigen::Index column, double notional) const {
  const double variance =
      variance_ + 2 * notional * covariance_weights_[column] + notional * notional * model_->covariance(column, column);
  return parametric_tail(mean_ + notional * model_->mean[column], std::sqrt(std::max(0.0, variance)),
                         model_->settings.confidence, model_->settings.horizon_days)
      .value_at_risk;
}

double BookRisk::least_variance_notional(Eigen::Index column) const {
  const double own = model_->covariance(column, column);
  return own > 0 ? -covariance_weights_[column] / own : 0;
}

void BookRisk::add(Eigen::Index column, double notional, const VarFigures& figures) {
  weights_[column] += notional;
  variance_ = std::max(0.0, variance_ + 2 * notional * covariance_weights_[column] +
                                notional * notional * model_->covariance(column, column));
  covariance_weights_ += notional * model_->covariance.col(column);
  mean_ += notional * model_->mean[column];
  historical_ += notional * model_->returns.col(column);
  add_scenario_pnl(paths_, model_->scenarios, column, notional);
  figures_ = figures;
}

} // namespace riskcluster
