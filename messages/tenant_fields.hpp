#pragma once
// What a tenant is opened with, as the journal's events and its states write it alike. Private to messages/codec_*.cpp,
// where the generated headers of the events come before this one.

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "messages/codec_fields.hpp"
#include "messages/json_text.hpp"
#include "tenant/event.hpp"

namespace riskcluster {

template <class V, class W>
void fields(V& v, Domain<V, Position>& d, W& p) {
  FIELD(symbol);
  FIELD(quantity);
  FIELD(average_price);
}

template <class V, class W>
void fields(V& v, Domain<V, TradeStatistics>& d, W& p) {
  FIELD_AS(strategy_id, d.strategy);
  FIELD(symbol);
  FIELD(wins);
  FIELD(losses);
  FIELD(sum_win);
  FIELD(sum_loss);
  FIELD_VALUES(recent_pnl);
}

// Names stand for the enumerators of limits, origins and strategy types, so that these may be reordered.

template <class W>
void decode_strategy_types(Decoder& v, std::vector<StrategyType>& types, const W& p) {
  for (int i = 0; i < p.banned_strategy_types_size(); ++i) {
    const auto type = strategy_type_named(p.banned_strategy_types(i));
    if (!type) return v.reject("banned_strategy_types", "unknown type " + shown(p.banned_strategy_types(i)), i);
    types.push_back(*type);
  }
}

template <class W>
void limits(Encoder&, const Limits& d, W& p) {
  for (std::size_t i = 0; i < limit_count; ++i) {
    auto& limit = *p.add_limits();
    limit.set_name(std::string{name(static_cast<LimitId>(i))});
    limit.set_value(d.values[i].value);
    limit.set_origin(std::string{name(d.values[i].origin)});
  }
  p.set_has_allowed_instruments(d.allowed_instruments.has_value());
  for (const auto type : d.banned_strategy_types) p.add_banned_strategy_types(std::string{name(type)});
}

template <class W>
void limits(Decoder& v, Limits& d, const W& p) {
  std::array<bool, limit_count> seen{};
  for (int i = 0; i < p.limits_size(); ++i) {
    const auto& limit = p.limits(i);
    const auto id = limit_named(limit.name());
    const auto origin = origin_named(limit.origin());
    if (!id) return v.reject("limits", "unknown name " + shown(limit.name()), i);
    if (!origin) return v.reject("limits", "unknown origin " + shown(limit.origin()), i);
    if (!std::isfinite(limit.value())) return v.reject("limits", "not a finite number", i);
    if (std::exchange(seen[static_cast<std::size_t>(*id)], true)) return v.reject("limits", limit.name() + " twice", i);
    d[*id] = {.value = limit.value(), .origin = *origin};
  }
  for (std::size_t i = 0; i < limit_count; ++i)
    if (!seen[i]) return v.reject("limits", std::string{name(static_cast<LimitId>(i))} + " is missing");
  if (p.has_allowed_instruments())
    d.allowed_instruments.emplace();
  else if (p.allowed_instruments_size() > 0)
    v.reject("allowed_instruments", "a list that has_allowed_instruments denies");
  decode_strategy_types(v, d.banned_strategy_types, p);
}

template <class W>
void tolerance_origin(Encoder&, const Origin& d, W& p) {
  p.set_tolerance_origin(std::string{name(d)});
}

template <class W>
void tolerance_origin(Decoder& v, Origin& d, const W& p) {
  const auto origin = origin_named(p.tolerance_origin());
  if (!origin) return v.reject("tolerance_origin", "unknown origin " + shown(p.tolerance_origin()));
  d = *origin;
}

template <class W>
void own_limits(Encoder&, const LimitSettings& d, W& p) {
  for (const auto& [id, value] : d.values.all()) {
    auto& limit = *p.add_limits();
    limit.set_name(std::string{name(id)});
    limit.set_value(value);
  }
  for (const auto type : d.banned_strategy_types) p.add_banned_strategy_types(std::string{name(type)});
}

template <class W>
void own_limits(Decoder& v, LimitSettings& d, const W& p) {
  for (int i = 0; i < p.limits_size(); ++i) {
    const auto id = limit_named(p.limits(i).name());
    if (!id) return v.reject("limits", "unknown name " + shown(p.limits(i).name()), i);
    if (!std::isfinite(p.limits(i).value())) return v.reject("limits", "not a finite number", i);
    d.values.set(*id, p.limits(i).value());
  }
  decode_strategy_types(v, d.banned_strategy_types, p);
}

template <class V>
void fields(V& v, Domain<V, OwnSettings>& d, Wire<V, journal::OwnSettings>& p) {
  own_limits(v, d.limits, p);
  v.optional(
      "max_company_daily_var", d.limits.max_company_daily_var, [&] { return p.has_max_company_daily_var(); },
      [&] { return p.max_company_daily_var(); },
      [&]([[maybe_unused]] double x) {
        if constexpr (V::encodes) p.set_max_company_daily_var(x);
      });
  FIELD_ENUM_AS(risk_tolerance, d.limits.tolerance, portfolio::LimitSettings::RiskTolerance_MAX,
                RiskTolerance::aggressive);
  FIELD_VALUES_AS(banned_strategies, d.limits.banned_strategies);
  FIELD_VALUES(allowed_instruments);
  FIELD_VALUES(denied_instruments);
  FIELD(trading_hours_restriction);
}

template <class V>
void fields(V& v, Domain<V, Halt>& d, Wire<V, journal::Halt>& p) {
  FIELD_ENUM(scope, journal::Halt::Scope_MAX, HaltScope::symbol);
  FIELD(target);
  FIELD(actor);
  FIELD(reason);
  FIELD(at_ms);
}

/// Of whatever has merged limits: TenantOpened, LimitsMerged and TenantState name these fields alike.
template <class V, class D, class W>
void merged_fields(V& v, D& d, W& p) {
  limits(v, d.limits, p);
  FIELD_ENUM_AS(risk_tolerance, d.tolerance, portfolio::LimitSettings::RiskTolerance_MAX, RiskTolerance::aggressive);
  tolerance_origin(v, d.tolerance_origin, p);
  if (d.limits.allowed_instruments) FIELD_VALUES_AS(allowed_instruments, *d.limits.allowed_instruments);
  FIELD_VALUES_AS(denied_instruments, d.limits.denied_instruments);
  FIELD_VALUES_AS(banned_strategies, d.limits.banned_strategies);
  FIELD_AS(trading_hours_restriction, d.limits.trading_hours_restriction);
  FIELD(limits_version);
}

/// Of TenantOpened and TenantState.
template <class V, class D, class W>
void tenant_fields(V& v, D& d, W& p) {
  FIELD_AS(company_id, d.id.company);
  FIELD_AS(user_id, d.id.user);
  FIELD_ENUM(tier, common::UserContext::SubscriptionTier_MAX, SubscriptionTier::enterprise);
  FIELD(currency);
  FIELD(balance);
  FIELD_LIST(positions);
  FIELD_LIST(trade_statistics);
  merged_fields(v, d, p);
  FIELD_VALUES(strategies);
  FIELD_MESSAGE(own);
}

} // namespace riskcluster
