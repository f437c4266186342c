#include "controls/signal.hpp"

#include <array>

#include "core/bounds.hpp"

namespace riskcluster {

namespace {

constexpr std::array<std::string_view, strategy_type_count> type_names = {
    "UNSPECIFIED",   "MOMENTUM", "MEAN_REVERSION", "TREND_FOLLOWING", "BREAKOUT", "ARBITRAGE",
    "MARKET_MAKING", "SCALPING", "OTHER"};

bool in_range(TimeMs at) { return at >= time_min_ms && at < time_max_ms; }

} // namespace

std::string_view name(StrategyType type) { return type_names[static_cast<std::size_t>(type)]; }

std::optional<StrategyType> strategy_type_named(std::string_view text) {
  for (std::size_t i = 1; i < type_names.size(); ++i)
    if (type_names[i] == text) return static_cast<StrategyType>(i);
  return std::nullopt;
}

std::string fault_of(const TradingSignal& signal) {
  if (!signal.fault.empty()) return signal.fault;
  if (!is_valid_id(signal.signal_id.value)) return "signal_id: '" + signal.signal_id.value + "' is not a valid id";
  if (!is_valid_id(signal.symbol.value)) return "symbol: '" + signal.symbol.value + "' is not a valid id";
  if (signal.side == Side::unspecified) return "side: must be BUY or SELL";
  if (!signal.strategy_id.empty() && !is_valid_id(signal.strategy_id.value))
    return "strategy_id: '" + signal.strategy_id.value + "' is not a valid id";
  if (!(signal.confidence >= 0 && signal.confidence <= 1)) return "confidence: must be in [0, 1]";
  const struct {
    const char* field;
    const std::optional<double>& value;
  } prices[] = {
      {"entry_price", signal.entry_price}, {"stop_loss", signal.stop_loss}, {"take_profit", signal.take_profit}};
  for (const auto& [field, value] : prices)
    if (value && !is_price(*value)) return std::string{field} + ": must be a price > 0, at most 1e12";
  if (signal.requested_notional && !(*signal.requested_notional > 0 && is_amount(*signal.requested_notional)))
    return "requested_notional: must be > 0, at most 1e15";
  if (signal.timestamp_ms != 0 && !in_range(signal.timestamp_ms)) return "timestamp_ms: not a time in milliseconds";
  if (signal.expires_at_ms && !in_range(*signal.expires_at_ms)) return "expires_at_ms: not a time in milliseconds";
  return {};
}

} // namespace riskcluster
