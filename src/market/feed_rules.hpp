#pragma once
// What may come from a feed: pure judgement of one tick or bar against what was accepted of its symbol before.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "market/circuit_breaker.hpp"
#include "market/feed_memory.hpp"
#include "market/price_history.hpp"
#include "market/tick.hpp"

namespace riskcluster {

struct FeedRules {
  /// Farther from the last accepted price of its symbol, up or down, and it is refused: a wrong scale, a wrong symbol.
  double tick_jump_max_pct = 50;
  /// The VIX has more than doubled in a day (2018-02-05: × 2.16): refusing that would hide the panic. × 10 is refused.
  double vix_jump_max_pct = 400;
  TimeMs clock_skew_max = 5 * second_ms; ///< how far the clock of a source may be ahead of ours
  /// Of each source. The cool-down is shorter than tick_age_max, so that a feed with one bad symbol among good ones
  /// comes back before its good prices are stale.
  BreakerRules breaker;
};

/// Everything that makes the rules unusable, one sentence a fault.
std::vector<std::string> faults_of(const FeedRules& rules);

enum class FeedVerdict : std::uint8_t {
  taken,
  duplicate,        ///< the last one of its symbol again
  out_of_order,     ///< older than the last one, or than any live price may be; a bar not after the last day
  unknown_symbol,   ///< neither in the instrument table, nor an FX pair, nor the VIX
  not_a_price,      ///< 0, negative, not a number, beyond what a price may be, or none given
  crossed,          ///< ask < bid; of a bar: high < low, or the close outside of them
  future,           ///< later than our clock allows
  jump,             ///< too far from the last accepted price
  source_off,       ///< its source is cut off: it was not looked at
  too_many_sources, ///< nor was this one
};
inline constexpr std::size_t feed_verdict_count = 10;
/// TAKEN, DUPLICATE, …: stable, for counters.
std::string_view name(FeedVerdict verdict);

/// It speaks against its source. What was sent twice or came late does not: redelivery is normal.
bool is_failure(FeedVerdict verdict);

/// A tick of this instant makes its symbol one with live prices, stale or not; with an older one the closes count
/// again.
inline bool is_live(TimeMs tick_at, TimeMs now) { return tick_at >= now - last_close_age_max; }

/// @param anchor the last accepted price of the symbol, tick or close; 0: none, so nothing can be a jump.
/// @returns taken, or what is wrong with it first. However often a jump is repeated, it stays one.
FeedVerdict judge(const Tick& tick, const std::optional<LastTick>& last, double anchor, const FeedRules& rules,
                  TimeMs now);

/// @param last the newest row of the symbol; null: none, so nothing can be a jump.
FeedVerdict judge(const Bar& bar, const DailyClose* last, const FeedRules& rules, TimeMs now);

/// The ratio of the two is one that a symbol may have from one price to the next.
bool within_jump(const Symbol& symbol, double price, double anchor, const FeedRules& rules);

} // namespace riskcluster
