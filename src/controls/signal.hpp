#pragma once
// A trading signal as the controls judge it.

#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace riskcluster {

enum class Side : std::uint8_t { unspecified, buy, sell };
constexpr double direction(Side side) { return side == Side::buy ? 1.0 : -1.0; }

enum class StrategyType : std::uint8_t {
  unspecified,
  momentum,
  mean_reversion,
  trend_following,
  breakout,
  arbitrage,
  market_making,
  scalping,
  other
};
inline constexpr std::size_t strategy_type_count = 9;
std::string_view name(StrategyType type);
std::optional<StrategyType> strategy_type_named(std::string_view text);

/// Prices in the quote currency, notional in the account currency.
struct TradingSignal {
  SignalId signal_id;
  Symbol symbol;
  Side side = Side::unspecified;
  StrategyId strategy_id;
  StrategyType strategy_type = StrategyType::unspecified;
  double confidence = 0;
  std::optional<double> entry_price; ///< absent: a market order
  std::optional<double> stop_loss;
  std::optional<double> take_profit;
  std::optional<double> requested_notional;
  bool reduce_only = false;
  TimeMs timestamp_ms = 0;
  std::optional<TimeMs> expires_at_ms;
  /// Why it cannot be judged at all; set by the decoder or by fault_of(). Empty: well formed.
  std::string fault;

  bool operator==(const TradingSignal&) const = default;
};

/// The first thing that makes a signal unusable, naming the field; empty for a good one.
std::string fault_of(const TradingSignal& signal);

} // namespace riskcluster
