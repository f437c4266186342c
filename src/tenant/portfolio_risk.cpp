#include <algorithm>
#include <cmath>

#include "portfolio/exposure.hpp"
#include "risk/concentration.hpp"
#include "risk/contribution.hpp"
#include "tenant/judgement.hpp"

namespace riskcluster {

namespace {

template <class Map, class Name>
std::vector<NamedValue> named(const Map& values, Name&& name) {
  std::vector<NamedValue> list;
  list.reserve(values.size());
  for (const auto& [key, value] : values) list.push_back({name(key), value});
  return list;
}

ConcentrationRisk concentration_of(const Book& book, const Exposure& exposure, const Limits& limits) {
  ConcentrationRisk risk;
  risk.hhi_index = herfindahl_index(book.weights());
  if (!(book.equity() > 0)) return risk;
  const double per_cent = 100 / book.equity();
  double largest = 0;
  for (const auto& line : book.lines()) {
    if (exposure.gross > 0)
      risk.max_position_weight = std::max(risk.max_position_weight, std::abs(line.notional()) / exposure.gross);
    largest = std::max(largest, per_cent * line.measure());
  }
  for (const auto& [currency, net] : exposure.by_currency)
    risk.max_currency_exposure_pct = std::max(risk.max_currency_exposure_pct, per_cent * std::abs(net));
  risk.exceeds_position_limit = !sound(largest, 0, limits[LimitId::max_position_concentration_pct].value);
  risk.exceeds_currency_limit =
      !sound(risk.max_currency_exposure_pct, 0,
             limits[LimitId::max_currency_exposure_pct].value * limits[LimitId::max_portfolio_leverage].value);
  return risk;
}

/// The largest group of positions that move together, against its limit.
double correlation_share(const Book& book, const Limits& limits) {
  if (!(book.equity() > 0)) return 0;
  double share = 0;
  for (const auto& line : book.lines()) {
    if (line.notional() == 0) continue;
    const Opening held{.book = book,
                       .line = line,
                       .direction = line.notional() > 0 ? 1.0 : -1.0,
                       .equity = book.equity(),
                       .limits = limits};
    const auto group = correlation(held, correlation_group(held));
    share = std::max(share, share_of(group.value_at(0), group.limit));
  }
  return share;
}

void add_model_figures(PortfolioRisk& risk, const BatchContext& context) {
  const auto& model = context.view.model();
  const auto components = component_value_at_risk(context.risk->weights(), model.mean, model.covariance,
                                                  model.settings.confidence, model.settings.horizon_days);
  std::vector<Eigen::Index> open;
  for (const auto& line : context.book.lines())
    if (line.notional() != 0 && line.view->column) open.push_back(*line.view->column);
  for (const auto i : open) {
    const auto& symbol = model.symbols[static_cast<std::size_t>(i)];
    risk.component_var.push_back({symbol.value, components[i]});
    risk.correlation_analysis.symbols.push_back(symbol);
    if (!model.has_correlation) continue;
    for (const auto j : open) risk.correlation_analysis.values.push_back(model.correlation(i, j));
  }
}

} // namespace

PortfolioRisk portfolio_risk(const BatchContext& context, double exposure_before, double var_before) {
  const Book& book = context.book;
  const Limits& limits = context.state.limits;
  const Exposure exposure = exposure_of(book);
  PortfolioRisk risk{.current_exposure = exposure_before,
                     .current_var = var_before,
                     .projected_exposure = exposure.gross,
                     .projected_var = context.risk->var(),
                     .concentration_risk = concentration_of(book, exposure, limits),
                     .equity = book.equity()};
  add_model_figures(risk, context);
  const auto text = [](const std::string& key) { return key; };
  risk.exposure_analysis = {named(exposure.by_currency, [](const Currency& c) { return c.value; }),
                            named(exposure.by_sector, text), named(exposure.by_asset_class, text)};
  const double var_share = share_of(risk.projected_var, limits[LimitId::max_daily_var].value);
  const double together = correlation_share(book, limits);
  const double concentration = concentration_share(book, limits);
  const double leverage =
      book.equity() > 0 ? share_of(exposure.gross / book.equity(), limits[LimitId::max_portfolio_leverage].value) : 2;
  risk.overall_risk_score = risk_score({.var = var_share, .correlation = together, .concentration = concentration});
  risk.risk_limit_compliance = sound(std::max({var_share, together, concentration, leverage}), 0, 1);
  return risk;
}

} // namespace riskcluster
