#pragma once
// Facts about one tenant, in the past tense. State is their fold, and nothing else is state.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controls/halts.hpp"
#include "controls/limits.hpp"
#include "portfolio/position.hpp"
#include "portfolio/trade_statistics.hpp"
#include "tenant/setup.hpp"
#include "tenant/trace.hpp"

namespace riskcluster {

/// Numbers of a source that were not seen when a later one came; 0: none. They may still come.
struct SequenceGap {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const SequenceGap&) const = default;
};

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
  OwnSettings own;                  ///< what it set for itself
  std::uint64_t limits_version = 0; ///< of the company's settings that were merged; 0: unknown
  bool operator==(const TenantOpened&) const = default;
};

/// A company exists, or the system.
struct PolicyOpened {
  TenantId id;
  OwnSettings own;
  bool operator==(const PolicyOpened&) const = default;
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
  SequenceGap gap;
  bool operator==(const BatchDecided&) const = default;
};

/// How an execution stands to the orders that were approved.
enum class FillMatch : std::uint8_t {
  matched, ///< within what its open order may still fill; also the end of any order
  excess,  ///< more than that, or on the other side
  late,    ///< its order is over: filled, ended or beyond its deadline
  unknown  ///< no order of this name is remembered
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
  SequenceGap gap;
  FillMatch match = FillMatch::matched;
  bool operator==(const FillApplied&) const = default;
};

struct AccountChanged {
  std::string update_id;
  std::optional<double> balance;
  double deposit = 0;
  double withdrawal = 0;
  SourceId source;
  std::uint64_t sequence = 0;
  SequenceGap gap;
  std::optional<double> stale_balance; ///< came behind a later number of its source, and was not booked
  bool operator==(const AccountChanged&) const = default;
};

struct ReservationExpired {
  SignalId signal_id;
  bool operator==(const ReservationExpired&) const = default;
};

/// A person ordered a halt; who and why are in it.
struct Halted {
  std::string command_id;
  Halt halt;
  bool operator==(const Halted&) const = default;
};

struct Resumed {
  std::string command_id;
  HaltScope scope = HaltScope::all;
  std::string target;
  std::string actor;
  std::string reason;
  bool operator==(const Resumed&) const = default;
};

/// A person set limits: all that is set now.
struct LimitsSet {
  std::string command_id;
  std::string actor;
  std::string reason;
  OwnSettings own;
  bool operator==(const LimitsSet&) const = default;
};

/// The limits that hold for a tenant from now on: its own, or its company's, were changed.
struct LimitsMerged {
  Limits limits;
  RiskTolerance tolerance = RiskTolerance::conservative;
  Origin tolerance_origin = Origin::tier;
  std::uint64_t limits_version = 0; ///< of the company's settings
  bool operator==(const LimitsMerged&) const = default;
};

struct TenantEvent {
  TimeMs at_ms = 0;
  std::variant<TenantOpened, BatchDecided, FillApplied, AccountChanged, ReservationExpired, PolicyOpened, Halted,
               Resumed, LimitsSet, LimitsMerged>
      fact;
  Trace trace;
  bool operator==(const TenantEvent&) const = default;
};

} // namespace riskcluster
