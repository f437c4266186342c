#pragma once
// One row of an answer, and the one table of all controls: every answer has one row for each of them, in this order.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace riskcluster {

enum class Outcome : std::uint8_t { unspecified, pass, reduced, rejected, not_evaluated, warning };

struct LimitCheck {
  std::string name;
  std::optional<double> value;
  std::optional<double> limit;
  std::string unit;
  Outcome outcome = Outcome::not_evaluated;
  std::optional<double> allowed_size; ///< opening part, account currency
  std::string source;                 ///< where the limit comes from
  std::string message;
  bool operator==(const LimitCheck&) const = default;
};

enum class ControlId : std::uint8_t {
  // gates: the first failure ends the judgement
  signal,
  halt,
  duplicate,
  message_rate,
  instrument,
  trading_hours,
  market_data,
  price_collar,
  levels,
  strategy_type,
  equity,
  sizing,
  // limits: all are reported
  max_positions,
  max_position_size,
  order_size,
  position_concentration,
  sector_concentration,
  currency_exposure,
  portfolio_leverage,
  class_leverage,
  correlation,
  var_per_trade,
  daily_var,
  company_var,
  drawdown,
  regime,
};
inline constexpr std::size_t control_count = static_cast<std::size_t>(ControlId::regime) + 1;

struct ControlInfo {
  std::string_view name;
  std::string_view unit;
  std::string_view reason_code; ///< when this control binds and has nothing more exact to say
};

inline constexpr std::array<ControlInfo, control_count> controls = {{
    {"signal", "", "INVALID_SIGNAL"},
    {"halt", "", "TENANT_HALTED"},
    {"duplicate", "ms", "DUPLICATE_SIGNAL"},
    {"message_rate", "signals", "MESSAGE_RATE_LIMIT"},
    {"instrument", "", "UNKNOWN_INSTRUMENT"},
    {"trading_hours", "", "OUTSIDE_TRADING_HOURS"},
    {"market_data", "s", "STALE_MARKET_DATA"},
    {"price_collar", "pct", "PRICE_COLLAR"},
    {"levels", "", "INVALID_STOP"},
    {"strategy_type", "", "STRATEGY_BANNED"},
    {"equity", "account", "NO_EQUITY"},
    {"sizing", "account", "SIZING"},
    {"max_positions", "symbols", "MAX_POSITIONS"},
    {"max_position_size", "account", "POSITION_SIZE_LIMIT"},
    {"order_size", "pct", "ORDER_SIZE_LIMIT"},
    {"position_concentration", "pct", "POSITION_CONCENTRATION_LIMIT"},
    {"sector_concentration", "pct", "SECTOR_CONCENTRATION_LIMIT"},
    {"currency_exposure", "pct", "CURRENCY_EXPOSURE_LIMIT"},
    {"portfolio_leverage", "times", "LEVERAGE_LIMIT"},
    {"class_leverage", "times", "CLASS_LEVERAGE_LIMIT"},
    {"correlation", "pct", "CORRELATION_LIMIT"},
    {"var_per_trade", "account", "VAR_PER_TRADE_LIMIT"},
    {"daily_var", "account", "VAR_LIMIT"},
    {"company_var", "account", "COMPANY_VAR_LIMIT"},
    {"drawdown", "pct", "DRAWDOWN_LIMIT"},
    {"regime", "", "REGIME"},
}};
constexpr const ControlInfo& info(ControlId id) { return controls[static_cast<std::size_t>(id)]; }

/// A gate's verdict: passed, or the exact reason why not.
struct GateResult {
  bool passed = true;
  std::string_view reason_code; ///< empty: the control's own
  std::string message;
  std::optional<double> value;
  std::optional<double> limit;
  std::string_view source;
};

} // namespace riskcluster
