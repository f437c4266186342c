#include "controls/limits.hpp"

namespace riskcluster {

namespace {

constexpr std::array<std::string_view, limit_count> limit_names = {"max_positions",
                                                                   "max_position_size_notional",
                                                                   "max_order_size_pct",
                                                                   "max_position_concentration_pct",
                                                                   "max_sector_concentration_pct",
                                                                   "max_currency_exposure_pct",
                                                                   "max_portfolio_leverage",
                                                                   "max_class_leverage_fx",
                                                                   "max_class_leverage_index",
                                                                   "max_class_leverage_commodity",
                                                                   "max_class_leverage_equity",
                                                                   "max_class_leverage_crypto",
                                                                   "max_correlation",
                                                                   "max_correlated_exposure_pct",
                                                                   "max_var_per_trade",
                                                                   "max_daily_var",
                                                                   "price_collar_pct",
                                                                   "price_collar_fx_pct",
                                                                   "kelly_fraction",
                                                                   "target_vol",
                                                                   "risk_per_trade",
                                                                   "no_stop_multiplier",
                                                                   "max_drawdown_1d_pct",
                                                                   "max_drawdown_7d_pct",
                                                                   "max_drawdown_30d_pct",
                                                                   "max_drawdown_inception_pct",
                                                                   "message_rate_per_s",
                                                                   "message_burst"};
constexpr std::array<std::string_view, 4> origin_names = {"default", "tier", "company", "user"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

} // namespace

std::string_view name(LimitId id) { return limit_names[static_cast<std::size_t>(id)]; }
std::optional<LimitId> limit_named(std::string_view text) { return find_name<LimitId>(limit_names, text); }
std::string_view name(Origin origin) { return origin_names[static_cast<std::size_t>(origin)]; }
std::optional<Origin> origin_named(std::string_view text) { return find_name<Origin>(origin_names, text); }

std::optional<LimitId> class_leverage_limit(AssetClass asset_class) {
  switch (asset_class) {
  case AssetClass::fx:
    return LimitId::max_class_leverage_fx;
  case AssetClass::index:
    return LimitId::max_class_leverage_index;
  case AssetClass::commodity:
    return LimitId::max_class_leverage_commodity;
  case AssetClass::equity:
    return LimitId::max_class_leverage_equity;
  case AssetClass::crypto:
    return LimitId::max_class_leverage_crypto;
  case AssetClass::unspecified:
    break;
  }
  return std::nullopt;
}

ClassLeverage class_leverages(const Limits& limits) {
  ClassLeverage leverage;
  leverage.fill(1);
  for (const auto asset_class : {AssetClass::fx, AssetClass::index, AssetClass::commodity})
    leverage[static_cast<std::size_t>(asset_class)] = limits[*class_leverage_limit(asset_class)].value;
  return leverage;
}

} // namespace riskcluster
