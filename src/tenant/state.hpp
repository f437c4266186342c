#pragma once
// All that is remembered of one tenant: the fold of its events. 100,000 of these live on a node: no deques, no answers.

#include <array>
#include <optional>
#include <vector>

#include "controls/gates.hpp"
#include "core/hash.hpp"
#include "portfolio/reservation.hpp"
#include "tenant/event.hpp"

namespace riskcluster {

inline constexpr std::size_t sources_max = 16; ///< of batches, and again of facts
inline constexpr std::uint64_t sequence_window = 1'024;
inline constexpr std::size_t batch_digests_max = 64;
inline constexpr std::size_t signal_digests_max = 256;
inline constexpr std::size_t fact_digests_max = 1'024;
inline constexpr std::size_t reservations_max = 1'024;     ///< open orders; closing ones are taken beyond it
inline constexpr std::size_t trade_statistics_max = 1'024; ///< (strategy, symbol) pairs; the oldest-named stay
inline constexpr TimeMs reservation_life_ms = day_ms;      ///< of a signal that names no expiry

/// Signals and facts are numbered apart, even by one source.
enum class InputKind : std::uint8_t { batch, fact, command };

/// Which sequences of a source were seen: the highest, and one bit for each of the 1,024 up to it.
struct SourceWindow {
  InputKind kind = InputKind::batch;
  SourceId source;
  std::uint64_t highest = 0;
  std::array<std::uint64_t, sequence_window / 64> seen{};
  bool operator==(const SourceWindow&) const = default;
};

/// Where the answer of a batch stands in the journal.
struct BatchDigest {
  std::uint64_t id_hash = 0;     ///< of batch_id
  std::uint64_t origin_hash = 0; ///< of (source, sequence); 0: none
  std::uint64_t n = 0;
  bool operator==(const BatchDigest&) const = default;
};

struct SignalDigest {
  std::uint64_t id_hash = 0;
  std::uint64_t fingerprint = 0; ///< 0: does not count for the duplicate gate
  TimeMs at = 0;
  std::uint64_t n = 0;
  bool operator==(const SignalDigest&) const = default;
};

struct TenantState {
  TenantId id;
  SubscriptionTier tier = SubscriptionTier::unspecified;
  Currency currency;
  double balance = 0;
  Limits limits;
  RiskTolerance tolerance = RiskTolerance::conservative;
  Origin tolerance_origin = Origin::tier;
  std::vector<StrategyId> strategies;
  std::vector<Position> positions;               ///< sorted by symbol, none flat
  std::vector<Reservation> reservations;         ///< in order of approval
  std::vector<TradeStatistics> trade_statistics; ///< sorted by (strategy, symbol)
  std::vector<SourceWindow> sources;             ///< in order of appearance
  std::vector<BatchDigest> batch_digests;        ///< oldest first
  std::vector<SignalDigest> signal_digests;      ///< oldest first
  std::vector<std::uint64_t> fact_digests;       ///< ids of fills and account updates, oldest first
  TokenBucket tokens;
  OwnSettings own;                  ///< what it set for itself; of a company: for its tenants
  std::uint64_t limits_version = 0; ///< of the company's settings that are merged; of a company: its own
  Halts halts;
  std::uint64_t orders = 0; ///< commands carried out: the version that a command may expect
  TimeMs last_at_ms = 0;
  std::uint64_t version = 0; ///< events applied
  bool opened = false;
  bool operator==(const TenantState&) const = default;
};

/// Adds one fact. Total: a fact that cannot apply (an unknown reservation) changes nothing but the version.
/// Uses only + - x / and comparisons, so that every processor gets the same state.
/// @param n the record's position in the shard's journal.
void apply(TenantState& state, const TenantEvent& event, SequenceNumber n);

/// Of everything in the state; equal states, equal hashes, on every machine.
Hash128 state_hash(const TenantState& state);

const Position* find_position(const TenantState& state, const Symbol& symbol);
const TradeStatistics* find_statistics(const TenantState& state, const StrategyId& strategy, const Symbol& symbol);

} // namespace riskcluster
