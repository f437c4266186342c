#pragma once
// Was this decided before? At most one decision per (tenant, source, sequence).

#include <optional>
#include <string_view>

#include "tenant/signal_batch.hpp"
#include "tenant/state.hpp"

namespace riskcluster {

struct Admission {
  enum class Kind : std::uint8_t { fresh, repeat, refused } kind = Kind::fresh;
  SequenceNumber n{};           ///< repeat: where the answer stands
  std::string_view reason_code; ///< refused: DUPLICATE_EXPIRED, SEQUENCE_CONFLICT, TOO_MANY_SOURCES
  std::string message;
};

/// Where an input comes from: sequences count per source; 0 means none.
struct InputOrigin {
  InputKind kind;
  std::string_view id; ///< batch_id, execution_id, update_id
  const SourceId& source;
  std::uint64_t sequence = 0;
};

/// Of a command: known by its id, as facts are.
InputOrigin command_origin(std::string_view command_id);

Admission admit(const TenantState& state, const InputOrigin& origin);

/// The numbers that this one skips: from the highest its source has used, or from 1.
SequenceGap gap_before(const TenantState& state, const InputOrigin& origin);

/// Whether a number below this one has not come: its message may say what this one rests upon.
bool lower_is_missing(const TenantState& state, const InputOrigin& origin);

/// Whether its source has used a higher number: this is old news.
bool is_overtaken(const TenantState& state, const InputOrigin& origin);

/// Marks an input as seen; part of apply().
void remember(TenantState& state, const InputOrigin& origin, SequenceNumber n);

/// The record in which a signal of this id was decided.
std::optional<SequenceNumber> decided_at(const TenantState& state, const SignalId& signal);

/// Of (symbol, side, strategy, requested_notional); absent equals absent. Never 0.
std::uint64_t fingerprint(const TradingSignal& signal);

} // namespace riskcluster
