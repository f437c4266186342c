#pragma once
// What must survive a restart of what a feed has said about one symbol.

#include <optional>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "market/price_history.hpp"

namespace riskcluster {

/// The last accepted tick of a symbol.
struct LastTick {
  double price = 0; ///< quote currency, > 0
  TimeMs at = 0;
  SourceId source;
  bool operator==(const LastTick&) const = default;
};

inline constexpr std::size_t feed_bars_max = 400; ///< more than a model's window, so that bars alone make a symbol

struct FeedMemory {
  Symbol symbol;
  std::optional<LastTick> tick;
  std::vector<DailyClose> bars; ///< newer than the folder's rows, dates rising; the last feed_bars_max
  bool operator==(const FeedMemory&) const = default;
};

} // namespace riskcluster
