#include "market/market_model.hpp"

#include <algorithm>
#include <cmath>

#include "risk/returns.hpp"
#include "risk/volatility.hpp"

namespace riskcluster {

namespace {

constexpr Eigen::Index correlation_observations_min = 30;

Hash128 content_hash(const AlignedPrices& prices, const VarSettings& settings) {
  Hasher hasher;
  hasher.add(settings.confidence).add(settings.horizon_days).add(settings.paths).add(settings.window_days);
  hasher.add(prices.symbols);
  hasher.add(static_cast<std::uint64_t>(prices.dates.size()));
  for (const auto date : prices.dates) hasher.add(date.days);
  hasher.bytes(prices.closes.data(), sizeof(double) * static_cast<std::size_t>(prices.closes.size()));
  return hasher.digest();
}

UnitRisk unit_risk(const MarketModel& model, Eigen::Index column, double side, TailScratch& scratch) {
  const auto& settings = model.settings;
  const double deviation = std::sqrt(model.covariance(column, column));
  const double horizon = std::sqrt(static_cast<double>(settings.horizon_days));
  UnitRisk unit;
  const Eigen::VectorXd daily = model.returns.col(column) * side;
  unit.figures.historical = empirical_tail(daily, settings.confidence);
  unit.figures.historical.value_at_risk *= horizon;
  unit.figures.historical.expected_shortfall *= horizon;
  unit.figures.parametric =
      parametric_tail(side * model.mean[column], deviation, settings.confidence, settings.horizon_days);
  const Eigen::VectorXf paths = model.scenarios.returns.col(column) * static_cast<float>(side);
  const double mean_guess = side * model.mean[column] * settings.horizon_days;
  unit.figures.monte_carlo = simulated_tail(paths, settings.confidence, mean_guess, deviation * horizon, scratch);
  unit.standard_error = simulated_standard_error(paths, settings.confidence, mean_guess, deviation * horizon, scratch);
  return unit;
}

void add_moments(MarketModel& model) {
  const auto count = model.returns.cols();
  model.mean = column_means(model.returns);
  model.covariance = covariance(model.returns);
  model.has_correlation = model.observations() >= correlation_observations_min;
  model.correlation = correlation(last_rows(model.returns, correlation_window_days));
  model.volatility = Eigen::VectorXd::Zero(count);
  if (model.observations() < volatility_window_days) return;
  for (Eigen::Index i = 0; i < count; ++i)
    model.volatility[i] = standard_deviation(model.returns.col(i).tail(volatility_window_days));
}

} // namespace

std::optional<Eigen::Index> MarketModel::column(const Symbol& symbol) const {
  const auto at = std::lower_bound(symbols.begin(), symbols.end(), symbol);
  if (at == symbols.end() || *at != symbol) return std::nullopt;
  return at - symbols.begin();
}

Result<MarketModel> build_model(const AlignedPrices& prices, const VarSettings& settings, std::uint64_t seed) {
  if (auto valid = validate(settings); !valid) return valid.error();
  MarketModel model;
  model.settings = settings;
  model.symbols = prices.symbols;
  model.left_out = prices.left_out;
  model.hash = content_hash(prices, settings);
  const auto count = static_cast<Eigen::Index>(prices.symbols.size());
  if (prices.dates.size() < 2) {
    model.returns = Eigen::MatrixXd::Zero(0, count);
    model.volatility = model.mean = Eigen::VectorXd::Zero(count);
    return model;
  }
  auto returns = simple_returns(prices.closes);
  if (!returns) return returns.error();
  model.returns = last_rows(*returns, settings.window_days);
  model.dates.assign(prices.dates.end() - model.returns.rows(), prices.dates.end());
  add_moments(model);
  model.has_var = enough_observations(model.observations(), settings.confidence);
  if (!model.has_var) return model;

  auto factor = factorise(model.covariance);
  if (!factor) return factor.error();
  model.rank = factor->rank;
  Hasher seed_hash;
  seed_hash.bytes(model.hash.bytes.data(), model.hash.bytes.size()).add(seed);
  model.scenarios = simulate(model.mean, *factor, settings.horizon_days, settings.paths, seed_hash.digest().low64());
  TailScratch scratch;
  for (Eigen::Index i = 0; i < count; ++i) {
    model.long_unit.push_back(unit_risk(model, i, +1, scratch));
    model.short_unit.push_back(unit_risk(model, i, -1, scratch));
  }
  return model;
}

} // namespace riskcluster
