#include "messages/codec_market.hpp"

#include "market/market_data.pb.h"
#include "messages/codec_fields.hpp"
#include "messages/codec_trading.hpp"
#include "messages/codec_wire.hpp"

namespace riskcluster {

namespace {

template <class WirePart>
void date(Encoder&, const Date& d, WirePart& p) {
  p.set_date(d.iso());
}

template <class WirePart>
void date(Decoder& v, Date& d, const WirePart& p) {
  const auto parsed = parse_date(p.date());
  if (!parsed || parsed->iso() != p.date()) return v.reject("date", "not like 2026-11-20: " + shown(p.date()));
  d = *parsed;
}

template <class V>
void fields(V& v, Domain<V, Tick>& d, Wire<V, market::Tick>& p) {
  FIELD(symbol);
  FIELD(bid);
  FIELD(ask);
  FIELD(last);
  FIELD_AS(at_ms, d.at);
  FIELD(source);
}

template <class V>
void fields(V& v, Domain<V, Bar>& d, Wire<V, market::Bar>& p) {
  FIELD(symbol);
  date(v, d.date, p);
  FIELD(open);
  FIELD(high);
  FIELD(low);
  FIELD(close);
  FIELD(volume);
  FIELD_AS(at_ms, d.at);
  FIELD(source);
}

template <class V>
void fields(V& v, Domain<V, LastTick>& d, Wire<V, market::FeedMemory::LastTick>& p) {
  FIELD(price);
  FIELD_AS(at_ms, d.at);
  FIELD(source);
}

template <class V>
void fields(V& v, Domain<V, DailyClose>& d, Wire<V, market::FeedMemory::Close>& p) {
  date(v, d.date, p);
  FIELD(close);
}

template <class V>
void fields(V& v, Domain<V, FeedMemory>& d, Wire<V, market::FeedMemory>& p) {
  FIELD(symbol);
  FIELD_OPTIONAL_MESSAGE(tick);
  FIELD_LIST(bars);
}

std::string id_fault(const char* field, const std::string& value) {
  return is_valid_id(value) ? std::string{} : std::string{field} + ": not a valid id: " + shown(value);
}

template <class Input>
std::string fault_of(const Input& input) {
  if (auto fault = id_fault("symbol", input.symbol.value); !fault.empty()) return fault;
  return input.source.empty() ? std::string{} : id_fault("source", input.source.value);
}

std::string fault_of(const FeedMemory& memory) {
  if (memory.bars.size() > feed_bars_max) return "bars: more than " + std::to_string(feed_bars_max);
  for (std::size_t i = 1; i < memory.bars.size(); ++i)
    if (memory.bars[i].date <= memory.bars[i - 1].date)
      return FieldPath{nullptr, "bars", static_cast<int>(i)}.text() + ".date: does not rise";
  return id_fault("symbol", memory.symbol.value);
}

template <class T, class WireType>
Result<T> from_wire(const WireType& wire) {
  T value;
  std::string fault;
  Decoder decoder{fault};
  fields(decoder, value, wire);
  if (fault.empty()) fault = fault_of(value);
  if (!fault.empty()) return malformed(std::move(fault));
  return value;
}

template <class T, class WireType>
Result<T> decode_bytes(std::string_view bytes) {
  WireType wire;
  if (auto fault = parse_bytes(bytes, message_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  return from_wire<T>(wire);
}

template <class T, class WireType>
Result<T> decode_json(std::string_view line) {
  WireType wire;
  if (auto fault = parse_json(line, message_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  return from_wire<T>(wire);
}

template <class WireType, class T>
WireType to_wire(const T& value) {
  WireType wire;
  Encoder encoder;
  fields(encoder, value, wire);
  return wire;
}

} // namespace

Result<Tick> decode_tick_bytes(std::string_view bytes) { return decode_bytes<Tick, market::Tick>(bytes); }
Result<Tick> decode_tick_json(std::string_view line) { return decode_json<Tick, market::Tick>(line); }
Result<Bar> decode_bar_bytes(std::string_view bytes) { return decode_bytes<Bar, market::Bar>(bytes); }
Result<Bar> decode_bar_json(std::string_view line) { return decode_json<Bar, market::Bar>(line); }

std::string encode_tick_bytes(const Tick& tick) { return to_wire<market::Tick>(tick).SerializeAsString(); }
std::string encode_tick_json(const Tick& tick) { return print_json(to_wire<market::Tick>(tick)); }
std::string encode_bar_bytes(const Bar& bar) { return to_wire<market::Bar>(bar).SerializeAsString(); }
std::string encode_bar_json(const Bar& bar) { return print_json(to_wire<market::Bar>(bar)); }

Result<FeedMemory> decode_feed_memory(std::string_view bytes) {
  return decode_bytes<FeedMemory, market::FeedMemory>(bytes);
}
std::string encode_feed_memory(const FeedMemory& memory) {
  return to_wire<market::FeedMemory>(memory).SerializeAsString();
}

} // namespace riskcluster
