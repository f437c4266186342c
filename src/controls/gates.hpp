#pragma once
// The gates: yes or no before any size is thought of. Each is a pure function of what it looks at.

#include <optional>

#include "controls/check.hpp"
#include "controls/limits.hpp"
#include "controls/signal.hpp"
#include "market/market_view.hpp"
#include "portfolio/book.hpp"

namespace riskcluster {

inline constexpr TimeMs duplicate_window_ms = 500;

/// Well formed, and not past its own deadline.
GateResult signal_gate(const TradingSignal& signal, TimeMs now);

/// @param age_ms since the same (symbol, side, strategy, requested_notional) was last seen; absent: never.
GateResult duplicate_gate(std::optional<TimeMs> age_ms);

/// A token bucket: `rate` per second up to `burst`.
struct TokenBucket {
  double tokens = 0;
  TimeMs at = 0; ///< 0: not used yet, so it is full
  bool operator==(const TokenBucket&) const = default;
};
/// Tokens at `now`; a clock that stands still or runs backwards adds none.
double tokens_at(const TokenBucket& bucket, double rate_per_s, double burst, TimeMs now);
GateResult message_rate_gate(double tokens, const Limits& limits);

/// Known, of a known class, on the allow list where there is one, on no deny list.
GateResult instrument_gate(const std::optional<Instrument>& instrument, const Symbol& symbol, const Limits& limits);

GateResult trading_hours_gate(const ViewSymbol& symbol, const Limits& limits, TimeMs now);

/// The symbol's own price and returns, then those of the whole book.
GateResult market_data_gate(const ViewSymbol* symbol, const Book& book, TimeMs now);

/// Percent by which an order's price may differ from the last; also what a market order is valued beyond it.
struct Collar {
  double per_cent = 0;
  Origin origin = Origin::default_value;
};
Collar collar_of(const Instrument& instrument, const Limits& limits);
GateResult price_collar_gate(const TradingSignal& signal, const ViewSymbol& symbol, const Limits& limits);

/// Stop and target on their sides of the entry (of the last price for a market order).
GateResult levels_gate(const TradingSignal& signal, double last_price);

/// A signal that does not name its strategy type is taken for every banned one.
GateResult strategy_type_gate(const TradingSignal& signal, const Limits& limits);

GateResult equity_gate(double equity);

} // namespace riskcluster
