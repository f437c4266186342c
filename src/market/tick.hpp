#pragma once
// What a feed says about a symbol: a price of the moment, or the prices of a day that is over. As it was sent: nothing
// here is judged yet. Prices in the quote currency; 0 means not given.

#include "core/ids.hpp"
#include "core/time.hpp"

namespace riskcluster {

struct Tick {
  Symbol symbol;
  double bid = 0;
  double ask = 0;
  double last = 0; ///< of the last trade
  TimeMs at = 0;   ///< by the clock of the source
  SourceId source; ///< empty: the one without a name
  bool operator==(const Tick&) const = default;
};

/// The middle where both sides are given, else the last trade.
inline double price_of(const Tick& tick) {
  return tick.bid > 0 && tick.ask > 0 ? (tick.bid + tick.ask) / 2 : tick.last;
}

/// Final: a day has one bar, and no later one corrects it.
struct Bar {
  Symbol symbol;
  Date date;
  double open = 0;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;
  TimeMs at = 0; ///< when it was made, by the clock of the source
  SourceId source;
  bool operator==(const Bar&) const = default;
};

} // namespace riskcluster
