#pragma once
// The merged limits of one tenant: every number remembers where it comes from.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "controls/signal.hpp"
#include "portfolio/book.hpp"

namespace riskcluster {

/// In the order of the limits table; percent as 5 for 5 %, money in the account currency.
enum class LimitId : std::uint8_t {
  max_positions,
  max_position_size_notional,
  max_order_size_pct,
  max_position_concentration_pct,
  max_sector_concentration_pct,
  max_currency_exposure_pct,
  max_portfolio_leverage,
  max_class_leverage_fx,
  max_class_leverage_index,
  max_class_leverage_commodity,
  max_class_leverage_equity,
  max_class_leverage_crypto,
  max_correlation,
  max_correlated_exposure_pct,
  max_var_per_trade,
  max_daily_var,
  price_collar_pct,
  price_collar_fx_pct,
  kelly_fraction,
  target_vol,
  risk_per_trade,
  no_stop_multiplier,
  max_drawdown_1d_pct,
  max_drawdown_7d_pct,
  max_drawdown_30d_pct,
  max_drawdown_inception_pct,
  message_rate_per_s,
  message_burst,
};
inline constexpr std::size_t limit_count = static_cast<std::size_t>(LimitId::message_burst) + 1;
std::string_view name(LimitId id);
std::optional<LimitId> limit_named(std::string_view text);

enum class Origin : std::uint8_t { default_value, tier, company, user };
std::string_view name(Origin origin);
std::optional<Origin> origin_named(std::string_view text);

struct Limit {
  double value = 0;
  Origin origin = Origin::default_value;
  bool operator==(const Limit&) const = default;
};

struct Limits {
  std::array<Limit, limit_count> values{};
  std::optional<std::vector<Symbol>> allowed_instruments; ///< sorted; absent: no list; empty: nothing is allowed
  std::vector<Symbol> denied_instruments;                 ///< sorted
  std::vector<StrategyId> banned_strategies;              ///< sorted
  std::vector<StrategyType> banned_strategy_types;        ///< sorted
  bool trading_hours_restriction = true;

  const Limit& operator[](LimitId id) const { return values[static_cast<std::size_t>(id)]; }
  Limit& operator[](LimitId id) { return values[static_cast<std::size_t>(id)]; }
  bool operator==(const Limits&) const = default;
};

/// The limit of a class's leverage; nothing for a class without one.
std::optional<LimitId> class_leverage_limit(AssetClass asset_class);
/// As the book divides by: 1 for EQUITY, CRYPTO and unknown classes.
ClassLeverage class_leverages(const Limits& limits);

} // namespace riskcluster
