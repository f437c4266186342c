#include "messages/codec_trading.hpp"

#include "messages/codec_fields.hpp"
#include "messages/codec_wire.hpp"
#include "trading/trading_signals.pb.h"

namespace riskcluster {

namespace {

using WireSignal = trading::TradingSignal;

static_assert(static_cast<int>(Side::buy) == WireSignal::BUY);
static_assert(static_cast<int>(StrategyType::momentum) == WireSignal::MOMENTUM);
static_assert(static_cast<int>(StrategyType::mean_reversion) == WireSignal::MEAN_REVERSION);
static_assert(static_cast<int>(StrategyType::trend_following) == WireSignal::TREND_FOLLOWING);
static_assert(static_cast<int>(StrategyType::breakout) == WireSignal::BREAKOUT);
static_assert(static_cast<int>(StrategyType::arbitrage) == WireSignal::ARBITRAGE);
static_assert(static_cast<int>(StrategyType::market_making) == WireSignal::MARKET_MAKING);
static_assert(static_cast<int>(StrategyType::scalping) == WireSignal::SCALPING);

template <class V>
void fields(V& v, Domain<V, TradingSignal>& d, Wire<V, WireSignal>& p) {
  FIELD(signal_id);
  FIELD(symbol);
  FIELD_ENUM(side, WireSignal::Side_MAX, Side::sell);
  FIELD(strategy_id);
  FIELD_ENUM(strategy_type, WireSignal::StrategyType_MAX, StrategyType::other);
  FIELD(confidence);
  FIELD_OPTIONAL(entry_price);
  FIELD_OPTIONAL(stop_loss);
  FIELD_OPTIONAL(take_profit);
  FIELD_OPTIONAL(requested_notional);
  FIELD(reduce_only);
  FIELD(timestamp_ms);
  FIELD_OPTIONAL(expires_at_ms);
}

/// All but the signals.
template <class V>
void fields(V& v, Domain<V, SignalBatch>& d, Wire<V, trading::TradingSignalBatch>& p) {
  FIELD(batch_id);
  FIELD(company_id);
  FIELD(user_id);
  FIELD(strategy_id);
  FIELD(correlation_id);
  FIELD(source);
  FIELD(sequence);
  FIELD(created_at_ms);
}

trading::TradingSignalBatch to_wire(const SignalBatch& batch) {
  trading::TradingSignalBatch wire;
  Encoder encoder;
  fields(encoder, batch, wire);
  for (const auto& signal : batch.trading_signals) {
    auto& part = *wire.add_trading_signals();
    if (signal.fault.empty()) {
      fields(encoder, signal, part);
    } else {
      part.set_signal_id(signal.signal_id.value);
      part.set_symbol(signal.symbol.value);
    }
  }
  return wire;
}

TradingSignal from_wire(const WireSignal& wire) {
  TradingSignal signal;
  std::string fault;
  Decoder decoder{fault};
  fields(decoder, signal, wire);
  signal.fault = std::move(fault);
  return signal;
}

/// Header alone; the signals come after it.
Result<SignalBatch> header_from_wire(const trading::TradingSignalBatch& wire) {
  SignalBatch batch;
  std::string fault;
  Decoder decoder{fault};
  fields(decoder, batch, wire);
  if (!fault.empty()) return malformed(std::move(fault));
  return batch;
}

Result<SignalBatch> judged(SignalBatch batch) {
  if (auto fault = fault_of(batch); !fault.empty()) return invalid(std::move(fault));
  return batch;
}

Result<SignalBatch> from_wire(const trading::TradingSignalBatch& wire) {
  auto batch = header_from_wire(wire);
  if (!batch) return batch;
  batch->trading_signals.reserve(static_cast<std::size_t>(wire.trading_signals_size()));
  for (const auto& signal : wire.trading_signals()) batch->trading_signals.push_back(from_wire(signal));
  return judged(std::move(*batch));
}

/// The id in a piece of a signal, when it could be one.
template <class Id>
void take_id(Id& id, const JsonMember& member) {
  if (auto text = json_string(member.value); text && text->size() <= id_length_max) id.value = std::move(*text);
}

TradingSignal decode_element(std::string_view element) {
  WireSignal wire;
  auto fault = parse_json(element, message_bytes_max, wire);
  if (fault.empty()) return from_wire(wire);
  TradingSignal signal;
  for (const auto& member : json_object(element).members) {
    if (member.name == "signal_id") take_id(signal.signal_id, member);
    if (member.name == "symbol") take_id(signal.symbol, member);
  }
  signal.fault = std::move(fault);
  return signal;
}

constexpr std::string_view signals_name = "trading_signals";

/// protobuf takes one object for a list of one; we do not.
bool has_signal_list(std::string_view line) {
  for (const auto& member : json_object(line).members)
    if (member.name == signals_name && member.value.front() != '[') return false;
  return true;
}

/// The slow way, for lines with something wrong in them: every signal by itself.
Result<SignalBatch> decode_by_element(std::string_view line) {
  const auto object = json_object(line);
  if (!object.fault.empty()) return malformed(object.fault);
  std::string header = "{";
  std::optional<std::string_view> signals;
  for (const auto& member : object.members) {
    if (member.name == signals_name) {
      if (signals) return malformed("trading_signals: is there twice");
      signals = member.value;
    } else {
      header += header.size() > 1 ? "," : "";
      header += member.text;
    }
  }
  header += '}';
  trading::TradingSignalBatch wire;
  if (auto fault = parse_json(header, message_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  auto batch = header_from_wire(wire);
  if (!batch) return batch;
  const auto list = json_list(signals.value_or("[]"));
  if (!list.fault.empty()) return malformed("trading_signals: " + list.fault);
  if (list.elements.size() <= signals_per_batch_max)
    for (const auto element : list.elements) batch->trading_signals.push_back(decode_element(element));
  else
    batch->trading_signals.resize(list.elements.size()); // too many, which is said without reading them
  return judged(std::move(*batch));
}

} // namespace

Result<SignalBatch> decode_batch_bytes(std::string_view bytes) {
  trading::TradingSignalBatch wire;
  if (auto fault = parse_bytes(bytes, message_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  return from_wire(wire);
}

Result<SignalBatch> decode_batch_json(std::string_view line) {
  if (line.size() > message_bytes_max) return malformed("longer than " + std::to_string(message_bytes_max) + " bytes");
  if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) return malformed("empty");
  trading::TradingSignalBatch wire;
  if (read_json(line, wire) && has_signal_list(line)) return from_wire(wire);
  return decode_by_element(line);
}

std::string encode_batch_bytes(const SignalBatch& batch) { return to_wire(batch).SerializeAsString(); }
std::string encode_batch_json(const SignalBatch& batch) { return print_json(to_wire(batch)); }

std::optional<BatchHeader> batch_header_of(std::string_view line) {
  if (line.size() > message_bytes_max) return std::nullopt;
  BatchHeader header;
  const auto take_valid = [](auto& id, const JsonMember& member) {
    take_id(id, member);
    if (!is_valid_id(id.value)) id.value.clear();
  };
  for (const auto& member : json_object(line).members) {
    if (member.name == "batch_id") take_valid(header.batch_id, member);
    if (member.name == "company_id") take_valid(header.company_id, member);
    if (member.name == "user_id") take_valid(header.user_id, member);
    if (member.name == "correlation_id")
      if (auto text = json_string(member.value); text && text->size() <= correlation_id_length_max)
        header.correlation_id = *text;
    if (member.name != signals_name) continue;
    for (const auto element : json_list(member.value).elements) {
      SignalId id;
      for (const auto& part : json_object(element).members)
        if (part.name == "signal_id") take_valid(id, part);
      if (!id.empty() && header.signals.size() < signals_per_batch_max) header.signals.push_back(std::move(id));
    }
  }
  if (header.batch_id.empty()) return std::nullopt;
  return header;
}

} // namespace riskcluster
