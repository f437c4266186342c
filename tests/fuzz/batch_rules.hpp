#pragma once
// What must hold of any batch that was decoded, wherever it came from.

#include <cmath>

#include "core/check.hpp"
#include "messages/codec_trading.hpp"

namespace riskcluster::fuzz {

inline void check_good_signal(const TradingSignal& signal) {
  check(is_valid_id(signal.signal_id.value) && is_valid_id(signal.symbol.value), "a good signal has valid ids");
  check(signal.side == Side::buy || signal.side == Side::sell, "a good signal has a side");
  check(signal.confidence >= 0 && signal.confidence <= 1, "a good signal's confidence is in [0, 1]");
  for (const auto& amount : {signal.entry_price, signal.stop_loss, signal.take_profit, signal.requested_notional})
    check(!amount || (std::isfinite(*amount) && *amount > 0), "a good signal's amounts are finite and > 0");
}

/// Equal but for signals with a fault, which stay faulty under the same ids.
inline void check_same(const SignalBatch& before, const Result<SignalBatch>& again) {
  check(bool{again}, "what was decoded can be encoded and decoded");
  check(before.trading_signals.size() == again->trading_signals.size(), "no signal is lost");
  auto header = before;
  header.trading_signals = again->trading_signals;
  check(header == *again, "the header is the same");
  for (std::size_t i = 0; i < before.trading_signals.size(); ++i) {
    const auto& signal = before.trading_signals[i];
    const auto& other = again->trading_signals[i];
    if (signal.fault.empty())
      check(signal == other, "a signal is the same");
    else
      check(signal.signal_id == other.signal_id && signal.symbol == other.symbol && !fault_of(other).empty(),
            "a signal with a fault never becomes a good one");
  }
}

inline void check_batch(const Result<SignalBatch>& batch) {
  if (!batch) return check(!batch.error().message.empty(), "an error says why");
  check(is_valid_id(batch->batch_id.value), "a batch has a valid id");
  check(!batch->trading_signals.empty() && batch->trading_signals.size() <= signals_per_batch_max,
        "1 to 1,000 signals");
  for (const auto& signal : batch->trading_signals)
    if (fault_of(signal).empty()) check_good_signal(signal);
  check_same(*batch, decode_batch_bytes(encode_batch_bytes(*batch)));
  if (batch->created_at_ms % 4 == 0) // the slow half of the work, not for every input
    check_same(*batch, decode_batch_json(encode_batch_json(*batch)));
}

} // namespace riskcluster::fuzz
