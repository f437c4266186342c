#pragma once
// What feeds have said of each symbol, on top of the rows of the folder.

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "core/result.hpp"
#include "market/feed_memory.hpp"
#include "market/feed_rules.hpp"

namespace riskcluster {

/// One symbol. There are as many as the instrument table, the FX pairs of known currencies and the VIX: no feed can
/// make more.
struct SymbolFeed {
  bool has_instrument = false;  ///< false: the VIX, which is no quote of a view
  double anchor = 0;            ///< the last accepted price, tick or close; 0: none
  std::optional<LastTick> tick; ///< the last accepted one
  std::size_t folder_rows = 0;  ///< rows of its history that a feed did not bring
};

class SymbolFeeds {
public:
  /// @param rules without faults.
  SymbolFeeds(PriceHistory history, std::shared_ptr<const InstrumentTable> instruments, const FeedRules& rules);

  /// The first price of a symbol has nothing to be held against. A bar is held against closes alone, and is what
  /// later prices are held against, whatever the ticks before it said.
  FeedVerdict take(const Tick& tick, TimeMs now);
  FeedVerdict take(const Bar& bar, TimeMs now);

  const PriceHistory& history() const { return history_; }
  /// Those that were asked about or heard of.
  const std::map<Symbol, SymbolFeed>& all() const { return feeds_; }

  /// Nothing for a symbol of which no feed has said anything.
  std::optional<FeedMemory> memory(const Symbol& symbol) const;
  /// Before the symbol's first input. Of bars that are not after the folder's last row, the folder knows better. The
  /// error names what could not be used; the rest counts.
  Result<bool> restore(const FeedMemory& memory);
  /// Symbols whose memory is another one than when this was last asked; sorted.
  std::vector<Symbol> take_changed();

private:
  /// Null for a symbol that we do not know.
  SymbolFeed* feed_of(const Symbol& symbol);
  /// Null for a symbol without rows.
  const DailyClose* last_row(const Symbol& symbol) const;
  void add_row(const Symbol& symbol, SymbolFeed& feed, DailyClose row);
  std::string restore_bars(const FeedMemory& memory, SymbolFeed& feed);

  PriceHistory history_;
  std::shared_ptr<const InstrumentTable> instruments_;
  FeedRules rules_;
  std::map<Symbol, SymbolFeed> feeds_;
  std::set<Symbol> changed_;
};

} // namespace riskcluster
