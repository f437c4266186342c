#pragma once
// Facts about one tenant, in the past tense. State is their fold, and nothing else is state.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controls/limits.hpp"
#include "portfolio/position.hpp"
#include "portfolio/trade_statistics.hpp"
#include "tenant/setup.hpp"

namespace riskcluster {

/// The tenant exists, with its limits merged.
struct TenantOpened {
  TenantId id;
  SubscriptionTier tier = SubscriptionTier::unspecified;
  Currency currency;
  double balance = 0;
  std::vector<Position> positions;               ///< sorted by symbol, one each
  std::vector<TradeStatistics> trade_statistics; ///< sorted by (strategy, symbol)
  Limits limits;
  RiskTolerance tolerance = RiskTolerance::conservative;
  Origin tolerance_origin = Origin::tier;
  std::vector<StrategyId> strategies;
  bool operator==(const TenantOpened&) const = default;
};

/// What one signal of a batch changes.
struct SignalDecided {
  SignalId signal_id;
  Symbol symbol;
  StrategyId strategy_id;
  bool approved = false;
  double closing_quantity = 0; ///< signed
  double opening_quantity = 0; ///< signed
  double price = 0;            ///< values the opening part, quote currency
  TimeMs expires_at_ms = 0;
  std::uint64_t fingerprint = 0; ///< of (symbol, side, strategy, requested_notional)
  bool remembered = false;       ///< counts for the duplicate gate
  bool takes_token = false;      ///< counts for the message rate
  bool operator==(const SignalDecided&) const = default;
};

struct Mark {
  Symbol symbol;
  double price = 0; ///< quote currency
  bool operator==(const Mark&) const = default;
};

struct ConversionUsed {
  Currency currency;
  double rate = 0; ///< to the account currency
  bool operator==(const ConversionUsed&) const = default;
};

/// A batch was judged: what changes, what it was judged on, and the bytes of its answer.
struct BatchDecided {
  BatchId batch_id;
  SourceId source;
  std::uint64_t sequence = 0;
  std::string view_id;
  std::uint64_t seed = 0;
  std::vector<SignalDecided> signals;
  std::vector<Mark> marks;
  std::vector<ConversionUsed> fx_rates;
  std::string answer; ///< RiskAssessmentBatch without journal_position and performance_metrics
  bool operator==(const BatchDecided&) const = default;
};

/// An execution, or the end of an order (quantity 0).
struct FillApplied {
  ExecutionId execution_id;
  SignalId signal_id;
  Symbol symbol;
  double quantity = 0; ///< signed
  double price = 0;
  double fees = 0;
  double realized_pnl = 0; ///< account currency, before fees
  bool order_done = false;
  SourceId source;
  std::uint64_t sequence = 0;
  bool operator==(const FillApplied&) const = default;
};

struct AccountChanged {
  std::string update_id;
  std::optional<double> balance;
  double deposit = 0;
  double withdrawal = 0;
  SourceId source;
  std::uint64_t sequence = 0;
  bool operator==(const AccountChanged&) const = default;
};

struct ReservationExpired {
  SignalId signal_id;
  bool operator==(const ReservationExpired&) const = default;
};

struct TenantEvent {
  TimeMs at_ms = 0;
  std::variant<TenantOpened, BatchDecided, FillApplied, AccountChanged, ReservationExpired> fact;
  bool operator==(const TenantEvent&) const = default;
};

} // namespace riskcluster
