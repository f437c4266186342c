#include "tenant/merge_limits.hpp"

#include <algorithm>
#include <iterator>

namespace riskcluster {

namespace {

struct TierProfile {
  double max_positions, max_position_size_notional, max_daily_var;
  RiskTolerance tolerance;
};

constexpr TierProfile profile_of(SubscriptionTier tier) {
  switch (tier) {
  case SubscriptionTier::pro:
    return {10, 10'000, 1'000, RiskTolerance::moderate};
  case SubscriptionTier::enterprise:
    return {50, 100'000, 10'000, RiskTolerance::aggressive};
  case SubscriptionTier::free:
  case SubscriptionTier::unspecified:
    break;
  }
  return {3, 1'000, 100, RiskTolerance::conservative};
}

constexpr double var_per_trade_share = 0.5; ///< of the daily VaR, where nobody set it

template <class T>
void unite(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

void restrict_to(std::optional<std::vector<Symbol>>& allowed, std::vector<Symbol> list) {
  if (list.empty()) return;
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  if (!allowed) {
    allowed = std::move(list);
    return;
  }
  std::vector<Symbol> both;
  std::set_intersection(allowed->begin(), allowed->end(), list.begin(), list.end(), std::back_inserter(both));
  allowed = std::move(both);
}

void add_bans(Limits& limits, const LimitSettings& settings) {
  unite(limits.banned_strategies, settings.banned_strategies);
  unite(limits.banned_strategy_types, settings.banned_strategy_types);
}

RiskTolerance more_conservative(RiskTolerance a, RiskTolerance b) {
  return b != RiskTolerance::unspecified && b < a ? b : a;
}

} // namespace

Limits default_limits(SubscriptionTier tier) {
  Limits limits;
  const auto set = [&](LimitId id, double value, Origin origin = Origin::default_value) {
    limits[id] = {value, origin};
  };
  const TierProfile profile = profile_of(tier);
  set(LimitId::max_positions, profile.max_positions, Origin::tier);
  set(LimitId::max_position_size_notional, profile.max_position_size_notional, Origin::tier);
  set(LimitId::max_daily_var, profile.max_daily_var, Origin::tier);
  set(LimitId::max_var_per_trade, var_per_trade_share * profile.max_daily_var, Origin::tier);
  set(LimitId::max_order_size_pct, 5);
  set(LimitId::max_position_concentration_pct, 10);
  set(LimitId::max_sector_concentration_pct, 20);
  set(LimitId::max_currency_exposure_pct, 20);
  set(LimitId::max_portfolio_leverage, 3);
  set(LimitId::max_class_leverage_fx, 30);
  set(LimitId::max_class_leverage_index, 20);
  set(LimitId::max_class_leverage_commodity, 10);
  set(LimitId::max_class_leverage_equity, 5);
  set(LimitId::max_class_leverage_crypto, 2);
  set(LimitId::max_correlation, 0.7);
  set(LimitId::max_correlated_exposure_pct, 10);
  set(LimitId::price_collar_pct, 3);
  set(LimitId::price_collar_fx_pct, 1);
  set(LimitId::kelly_fraction, 0.25);
  set(LimitId::target_vol, 0.02);
  set(LimitId::risk_per_trade, 0.01);
  set(LimitId::no_stop_multiplier, 0.01);
  set(LimitId::max_drawdown_1d_pct, 5);
  set(LimitId::max_drawdown_7d_pct, 10);
  set(LimitId::max_drawdown_30d_pct, 20);
  set(LimitId::max_drawdown_inception_pct, 15);
  set(LimitId::message_rate_per_s, 100);
  set(LimitId::message_burst, 200);
  return limits;
}

RiskTolerance default_tolerance(SubscriptionTier tier) { return profile_of(tier).tolerance; }

MergedLimits merge_limits(SubscriptionTier tier, const OwnSettings& tenant, const OwnSettings* company) {
  MergedLimits merged{.limits = default_limits(tier), .tolerance = default_tolerance(tier)};
  Limits& limits = merged.limits;
  const LimitSettings none;
  const LimitSettings& of_company = company ? company->limits : none;
  for (const auto& [id, value] : of_company.values.all()) limits[id] = {value, Origin::company};
  const auto tighten = [&](LimitId id) {
    const auto value = tenant.limits.values[id];
    if (value && *value < limits[id].value) limits[id] = {*value, Origin::user};
  };
  tighten(LimitId::max_daily_var);
  if (!of_company.values[LimitId::max_var_per_trade]) {
    const Limit daily = limits[LimitId::max_daily_var];
    limits[LimitId::max_var_per_trade] = {var_per_trade_share * daily.value, daily.origin};
  }
  for (std::size_t i = 0; i < limit_count; ++i) tighten(static_cast<LimitId>(i));

  for (const auto& [tolerance, origin] :
       {std::pair{of_company.tolerance, Origin::company}, std::pair{tenant.limits.tolerance, Origin::user}}) {
    if (more_conservative(merged.tolerance, tolerance) == merged.tolerance) continue;
    merged.tolerance = tolerance;
    merged.tolerance_origin = origin;
  }
  if (company) {
    restrict_to(limits.allowed_instruments, company->allowed_instruments);
    unite(limits.denied_instruments, company->denied_instruments);
    limits.trading_hours_restriction = company->trading_hours_restriction;
  }
  restrict_to(limits.allowed_instruments, tenant.allowed_instruments);
  unite(limits.denied_instruments, tenant.denied_instruments);
  add_bans(limits, of_company);
  add_bans(limits, tenant.limits);
  return merged;
}

MergedLimits merge_limits(const TenantSetup& tenant, const CompanySetup* company) {
  const auto of_company = company ? std::optional{own_settings(*company)} : std::nullopt;
  return merge_limits(tenant.tier, own_settings(tenant), of_company ? &*of_company : nullptr);
}

} // namespace riskcluster
