#include <cmath>

#include "core/check.hpp"
#include "messages/codec_market.hpp"

using namespace riskcluster;

namespace {

void check_ids(const Symbol& symbol, const SourceId& source) {
  check(is_valid_id(symbol.value), "the symbol is a valid id");
  check(source.empty() || is_valid_id(source.value), "so is the source, where there is one");
}

void check_tick(const Result<Tick>& tick) {
  if (!tick) return check(!tick.error().message.empty(), "an error says why");
  check_ids(tick->symbol, tick->source);
  check(std::isfinite(tick->bid) && std::isfinite(tick->ask) && std::isfinite(tick->last), "prices are finite");
  const auto again = decode_tick_bytes(encode_tick_bytes(*tick));
  check(again && *again == *tick, "a tick is read back exactly from bytes");
  const auto line = decode_tick_json(encode_tick_json(*tick));
  check(line && *line == *tick, "and from JSON");
}

void check_bar(const Result<Bar>& bar) {
  if (!bar) return check(!bar.error().message.empty(), "an error says why");
  check_ids(bar->symbol, bar->source);
  check(std::isfinite(bar->close) && std::isfinite(bar->volume), "prices are finite");
  const auto again = decode_bar_bytes(encode_bar_bytes(*bar));
  check(again && *again == *bar, "a bar is read back exactly from bytes");
  const auto line = decode_bar_json(encode_bar_json(*bar));
  check(line && *line == *bar, "and from JSON");
}

void check_memory(const Result<FeedMemory>& memory) {
  if (!memory) return check(!memory.error().message.empty(), "an error says why");
  check(memory->bars.size() <= feed_bars_max, "a memory is bounded");
  const auto again = decode_feed_memory(encode_feed_memory(*memory));
  check(again && *again == *memory, "a memory is read back exactly");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  // What begins like JSON is JSON; bytes meet all decoders, whose messages are alike.
  if (input.starts_with('{')) {
    check_tick(decode_tick_json(input));
    check_bar(decode_bar_json(input));
  } else {
    check_tick(decode_tick_bytes(input));
    check_bar(decode_bar_bytes(input));
    check_memory(decode_feed_memory(input));
  }
  return 0;
}
