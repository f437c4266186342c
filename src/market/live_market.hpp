#pragma once
// The market while it moves: a folder's rows, what feeds add to them, and the views that follow from both.

#include <memory>
#include <optional>
#include <vector>

#include "market/daily_basis.hpp"
#include "market/feed_sources.hpp"
#include "market/symbol_feeds.hpp"

namespace riskcluster {

/// One thread; `now` should not run backwards. Ticks and bars are taken as they come; views are made when somebody
/// asks, so that many ticks cost one view. The model is rebuilt only when rows before the day were added or the UTC day
/// changes.
///
/// A symbol that had a tick within 96 h is quoted by its last one, which may be a minute old before increases are
/// refused: real_time, or fallback while its source is cut off. Any other symbol is quoted by its last close: cache.
class LiveMarket {
public:
  /// @param rules without faults.
  LiveMarket(PriceHistory history, InstrumentTable instruments, const VarSettings& settings, std::uint64_t seed,
             const FeedRules& rules, HoursOf hours);

  FeedVerdict take(const Tick& tick, TimeMs now);
  FeedVerdict take(const Bar& bar, TimeMs now);

  /// A view made now may be another one than the last: new quotes or rows, another breaker, another day. While it is
  /// false it would be the same.
  bool due(TimeMs now) const;
  /// Good for the UTC day of `now`, until it is due again. Errors are build_model's: then there is no view.
  Result<DatedView> view(TimeMs now);

  /// What must survive a restart, see SymbolFeeds.
  std::optional<FeedMemory> memory(const Symbol& symbol) const { return feeds_.memory(symbol); }
  Result<bool> restore(const FeedMemory& memory);
  std::vector<Symbol> take_changed() { return feeds_.take_changed(); }

  /// For metrics and health: breakers and counts, and the last tick of each symbol.
  const FeedSources& sources() const { return sources_; }
  const PriceHistory& history() const { return feeds_.history(); }
  const std::map<Symbol, SymbolFeed>& symbols() const { return feeds_.all(); }

private:
  template <class Input>
  FeedVerdict judged(const Input& input, TimeMs now);
  bool in_views(const Symbol& symbol) const;
  bool quotes_from(const SourceId& source, TimeMs now) const;
  void add_symbols_without_close();
  std::vector<ViewSymbol> quoted(TimeMs now);

  std::shared_ptr<const InstrumentTable> instruments_;
  VarSettings settings_;
  std::uint64_t seed_;
  HoursOf hours_;
  FeedSources sources_;
  SymbolFeeds feeds_;

  std::optional<DailyBasis> basis_; ///< symbols without a close are in it at price 0, for their hours
  std::optional<DatedView> made_;   ///< the last view
  bool rows_changed_ = false;       ///< since the basis was made, before its day
  bool quotes_changed_ = false;     ///< since the last view
  TimeMs tick_expires_at_ = 0;      ///< when the first live quote of the last view gives way to a close
};

} // namespace riskcluster
