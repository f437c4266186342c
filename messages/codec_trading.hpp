#pragma once
// Batches of signals from bytes and JSON, and back. One bad signal never takes another with it: it stays in its place
// with its fault. Only a batch that as a whole cannot be answered signal by signal is an error.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "tenant/signal_batch.hpp"

namespace riskcluster {

inline constexpr std::size_t message_bytes_max = std::size_t{1} << 20; ///< of one input

/// A signal with a non-finite number, an unknown enum number or (JSON) an unreadable field has TradingSignal::fault,
/// which names the field; what could not be read stays at its default. Errors name the field, too.
Result<SignalBatch> decode_batch_bytes(std::string_view bytes);
Result<SignalBatch> decode_batch_json(std::string_view line);

/// A signal with a fault is written with its ids alone: nobody must read it as a good one.
std::string encode_batch_bytes(const SignalBatch& batch);
std::string encode_batch_json(const SignalBatch& batch);

/// What a refusal needs to name. Ids that are not valid are left out.
struct BatchHeader {
  BatchId batch_id;
  CompanyId company_id;
  UserId user_id;
  std::string correlation_id;
  std::vector<SignalId> signals;
  bool operator==(const BatchHeader&) const = default;
};

/// Reads as much as it can of any line, whole or not; nothing without a valid batch_id.
std::optional<BatchHeader> batch_header_of(std::string_view line);

} // namespace riskcluster
