#pragma once

#include <string>
#include <vector>

#include "controls/signal.hpp"
#include "tenant/trace.hpp"

namespace riskcluster {

inline constexpr std::size_t signals_per_batch_max = 1'000;

/// Signals of one tenant, judged in order. Without company and user it is a fan-out by strategy.
struct SignalBatch {
  BatchId batch_id;
  CompanyId company_id;
  UserId user_id;
  StrategyId strategy_id;
  std::vector<TradingSignal> trading_signals;
  std::string correlation_id;
  SourceId source;
  std::uint64_t sequence = 0; ///< per (tenant, source) from 1; 0 = none
  TimeMs created_at_ms = 0;
  std::string traceparent; ///< of the message that it came in, W3C

  bool is_fan_out() const { return company_id.empty() && user_id.empty(); }
  TenantId tenant() const { return {company_id, user_id}; }
  Trace trace() const { return {correlation_id, traceparent}; }
  bool operator==(const SignalBatch&) const = default;
};

/// The first thing that makes the batch as a whole unusable, naming the field; empty for a good one. A bad signal does
/// not make a bad batch: see fault_of(TradingSignal).
std::string fault_of(const SignalBatch& batch);

} // namespace riskcluster
