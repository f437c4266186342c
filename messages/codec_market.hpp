#pragma once
// Ticks and bars from feeds, and what a node remembers of them.

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "market/feed_memory.hpp"
#include "market/tick.hpp"

namespace riskcluster {

/// A readable one: a valid symbol, a valid source or none, finite numbers, a date that exists. Whether its prices can
/// be true is the verdict of LiveMarket. Errors name the field.
Result<Tick> decode_tick_bytes(std::string_view bytes);
Result<Tick> decode_tick_json(std::string_view line);
Result<Bar> decode_bar_bytes(std::string_view bytes);
Result<Bar> decode_bar_json(std::string_view line);

std::string encode_tick_bytes(const Tick& tick);
std::string encode_tick_json(const Tick& tick);
std::string encode_bar_bytes(const Bar& bar);
std::string encode_bar_json(const Bar& bar);

/// Errors name the field; more than feed_bars_max bars, or bars whose dates do not rise, are errors, too.
Result<FeedMemory> decode_feed_memory(std::string_view bytes);
std::string encode_feed_memory(const FeedMemory& memory);

} // namespace riskcluster
