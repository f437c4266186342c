#include "controls/gates.hpp"

#include <algorithm>
#include <cmath>

namespace riskcluster {

namespace {

GateResult refuse(std::string_view reason_code, std::string message) {
  return {.passed = false, .reason_code = reason_code, .message = std::move(message)};
}

template <class T>
bool holds(const std::vector<T>& sorted, const T& value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

} // namespace

GateResult signal_gate(const TradingSignal& signal, TimeMs now) {
  if (auto fault = fault_of(signal); !fault.empty()) return refuse("INVALID_SIGNAL", std::move(fault));
  if (signal.expires_at_ms && *signal.expires_at_ms <= now)
    return refuse("SIGNAL_EXPIRED", "expired at " + format_rfc3339(*signal.expires_at_ms));
  return {};
}

GateResult duplicate_gate(std::optional<TimeMs> age_ms) {
  GateResult result{.limit = static_cast<double>(duplicate_window_ms)};
  if (!age_ms) return result;
  result.value = static_cast<double>(*age_ms);
  result.passed = *age_ms >= duplicate_window_ms;
  if (!result.passed) result.message = "the same symbol, side, strategy and notional were seen just before";
  return result;
}

double tokens_at(const TokenBucket& bucket, double rate_per_s, double burst, TimeMs now) {
  if (bucket.at == 0) return burst;
  const TimeMs elapsed_ms = now > bucket.at ? now - bucket.at : 0;
  return std::min(burst, bucket.tokens + rate_per_s * static_cast<double>(elapsed_ms) / 1000.0);
}

GateResult message_rate_gate(double tokens, const Limits& limits) {
  const auto& burst = limits[LimitId::message_burst];
  GateResult result{.value = tokens, .limit = burst.value, .source = name(burst.origin)};
  result.passed = tokens >= 1;
  if (!result.passed) result.message = "more signals than the tenant's rate and burst allow";
  return result;
}

GateResult instrument_gate(const std::optional<Instrument>& instrument, const Symbol& symbol, const Limits& limits) {
  if (!instrument) return refuse("UNKNOWN_INSTRUMENT", symbol.value + " is not in the instrument table");
  if (!class_leverage_limit(instrument->asset_class))
    return refuse("UNKNOWN_CLASS", symbol.value + " has no asset class");
  if (limits.allowed_instruments && !holds(*limits.allowed_instruments, symbol))
    return refuse("INSTRUMENT_NOT_ALLOWED", symbol.value + " is not on the list of allowed instruments");
  if (holds(limits.denied_instruments, symbol))
    return refuse("INSTRUMENT_DENIED", symbol.value + " is on the list of denied instruments");
  return {};
}

GateResult trading_hours_gate(const ViewSymbol& symbol, const Limits& limits, TimeMs now) {
  if (!limits.trading_hours_restriction || symbol.instrument.trading_hours_text.empty()) return {};
  if (contains(symbol.open_intervals, now)) return {};
  return refuse("OUTSIDE_TRADING_HOURS", symbol.instrument.symbol.value + " does not trade at " + format_rfc3339(now));
}

GateResult market_data_gate(const ViewSymbol* symbol, const Book& book, TimeMs now) {
  if (!symbol) return refuse("NO_MARKET_DATA", "no price");
  const auto& quote = symbol->quote;
  GateResult result{.value = static_cast<double>(now - quote.at) / 1000.0,
                    .limit = static_cast<double>(quote.age_max()) / 1000.0};
  const auto fail = [&](std::string_view code, std::string message) {
    result.passed = false;
    result.reason_code = code;
    result.message = std::move(message);
    return result;
  };
  if (now - quote.at > quote.age_max()) return fail("STALE_MARKET_DATA", "last price of " + format_rfc3339(quote.at));
  if (!symbol->column || !book.view().model().has_var)
    return fail("INSUFFICIENT_HISTORY", "too few aligned returns for a VaR");
  for (const auto* currency : {&symbol->instrument.quote, &symbol->instrument.base}) {
    if (currency->empty()) continue;
    const auto rate = book.view().fx(*currency, book.account());
    if (!rate) return fail("NO_MARKET_DATA", "no rate " + currency->value + " to " + book.account().value);
    if (now - rate->at > rate->age_max && rate->at != time_max_ms)
      return fail("STALE_MARKET_DATA",
                  currency->value + " to " + book.account().value + ": rate of " + format_rfc3339(rate->at));
  }
  if (auto fault = book.fault(now)) return fail(fault->code, std::move(fault->message));
  return result;
}

Collar collar_of(const Instrument& instrument, const Limits& limits) {
  const auto& all = limits[LimitId::price_collar_pct];
  const auto& fx = limits[LimitId::price_collar_fx_pct];
  const bool narrower = instrument.asset_class == AssetClass::fx && fx.value < all.value;
  return narrower ? Collar{fx.value, fx.origin} : Collar{all.value, all.origin};
}

GateResult price_collar_gate(const TradingSignal& signal, const ViewSymbol& symbol, const Limits& limits) {
  const Collar collar = collar_of(symbol.instrument, limits);
  GateResult result{.limit = collar.per_cent, .source = name(collar.origin)};
  result.value = signal.entry_price ? 100 * std::abs(*signal.entry_price / symbol.quote.price - 1) : 0;
  result.passed = *result.value <= collar.per_cent * (1 + 1e-12);
  if (!result.passed) result.message = "the entry is too far from the last price";
  return result;
}

GateResult levels_gate(const TradingSignal& signal, double last_price) {
  const double entry = signal.entry_price.value_or(last_price);
  const double side = direction(signal.side);
  if (signal.stop_loss && !(side * (entry - *signal.stop_loss) > 0))
    return refuse("INVALID_STOP", "the stop is on the wrong side of the entry");
  if (signal.take_profit && !(side * (*signal.take_profit - entry) > 0))
    return refuse("INVALID_TARGET", "the target is on the wrong side of the entry");
  return {};
}

GateResult strategy_type_gate(const TradingSignal& signal, const Limits& limits) {
  if (holds(limits.banned_strategies, signal.strategy_id))
    return refuse("STRATEGY_BANNED", "strategy " + signal.strategy_id.value + " is banned");
  if (limits.banned_strategy_types.empty()) return {};
  if (signal.strategy_type == StrategyType::unspecified)
    return refuse("STRATEGY_BANNED", "strategy types are banned, and the signal does not name its own");
  if (holds(limits.banned_strategy_types, signal.strategy_type))
    return refuse("STRATEGY_BANNED", std::string{name(signal.strategy_type)} + " strategies are banned");
  return {};
}

GateResult equity_gate(double equity) {
  GateResult result{.value = equity, .limit = 0.0};
  result.passed = equity > 0;
  if (!result.passed) result.message = "no equity to risk";
  return result;
}

} // namespace riskcluster
