#include "market/symbol_feeds.hpp"

#include <algorithm>

#include "core/bounds.hpp"
#include "core/check.hpp"

namespace riskcluster {

SymbolFeeds::SymbolFeeds(PriceHistory history, std::shared_ptr<const InstrumentTable> instruments,
                         const FeedRules& rules)
    : history_{std::move(history)}, instruments_{std::move(instruments)}, rules_{rules} {
  check(faults_of(rules).empty(), "the rules of a feed have no faults");
}

SymbolFeed* SymbolFeeds::feed_of(const Symbol& symbol) {
  if (const auto known = feeds_.find(symbol); known != feeds_.end()) return &known->second;
  SymbolFeed feed{.has_instrument = instruments_->find(symbol).has_value()};
  if (!feed.has_instrument && symbol.value != vix_symbol) return nullptr;
  if (const auto* const last = last_row(symbol)) {
    feed.anchor = last->close;
    feed.folder_rows = history_.closes.at(symbol).size();
  }
  return &feeds_.emplace(symbol, std::move(feed)).first->second;
}

const DailyClose* SymbolFeeds::last_row(const Symbol& symbol) const {
  const auto rows = history_.closes.find(symbol);
  return rows == history_.closes.end() || rows->second.empty() ? nullptr : &rows->second.back();
}

FeedVerdict SymbolFeeds::take(const Tick& tick, TimeMs now) {
  SymbolFeed* const feed = feed_of(tick.symbol);
  if (!feed) return FeedVerdict::unknown_symbol;
  const auto verdict = judge(tick, feed->tick, feed->anchor, rules_, now);
  if (verdict != FeedVerdict::taken) return verdict;
  feed->anchor = price_of(tick);
  feed->tick = LastTick{feed->anchor, tick.at, tick.source};
  changed_.insert(tick.symbol);
  return verdict;
}

FeedVerdict SymbolFeeds::take(const Bar& bar, TimeMs now) {
  SymbolFeed* const feed = feed_of(bar.symbol);
  if (!feed) return FeedVerdict::unknown_symbol;
  const auto verdict = judge(bar, last_row(bar.symbol), rules_, now);
  if (verdict != FeedVerdict::taken) return verdict;
  add_row(bar.symbol, *feed, {bar.date, bar.close});
  changed_.insert(bar.symbol);
  return verdict;
}

void SymbolFeeds::add_row(const Symbol& symbol, SymbolFeed& feed, DailyClose row) {
  auto& rows = history_.closes[symbol];
  rows.push_back(row);
  feed.anchor = row.close;
  // The oldest that a feed brought goes, here as in the memory: a view must be the same after a restart.
  if (rows.size() - feed.folder_rows > feed_bars_max)
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(feed.folder_rows));
}

std::optional<FeedMemory> SymbolFeeds::memory(const Symbol& symbol) const {
  const auto feed = feeds_.find(symbol);
  if (feed == feeds_.end()) return std::nullopt;
  FeedMemory memory{.symbol = symbol, .tick = feed->second.tick, .bars = {}};
  if (const auto rows = history_.closes.find(symbol); rows != history_.closes.end())
    memory.bars.assign(rows->second.begin() + static_cast<std::ptrdiff_t>(feed->second.folder_rows),
                       rows->second.end());
  if (!memory.tick && memory.bars.empty()) return std::nullopt;
  return memory;
}

std::string SymbolFeeds::restore_bars(const FeedMemory& memory, SymbolFeed& feed) {
  if (memory.bars.size() > feed_bars_max) return "more than " + std::to_string(feed_bars_max) + " bars";
  for (const auto& bar : memory.bars) {
    const auto* const last = last_row(memory.symbol);
    if (last && bar.date <= last->date) continue;
    if (!is_price(bar.close)) return "bar of " + bar.date.iso() + ": not a price";
    if (last && !within_jump(memory.symbol, bar.close, last->close, rules_))
      return "bar of " + bar.date.iso() + ": too far from the close before it";
    add_row(memory.symbol, feed, bar);
  }
  return {};
}

Result<bool> SymbolFeeds::restore(const FeedMemory& memory) {
  SymbolFeed* const feed = feed_of(memory.symbol);
  if (!feed) return Error{Errc::not_found, memory.symbol.value + ": not a symbol of ours"};
  if (this->memory(memory.symbol)) return invalid(memory.symbol.value + ": its feed has spoken already");
  auto fault = restore_bars(memory, *feed);
  if (const auto& tick = memory.tick) {
    const bool usable = is_price(tick->price) && tick->at >= time_min_ms && tick->at < time_max_ms;
    if (usable && (feed->anchor == 0 || within_jump(memory.symbol, tick->price, feed->anchor, rules_))) {
      const auto* const last = last_row(memory.symbol);
      if (!last || tick->at >= last->date.end_ms()) feed->anchor = tick->price;
      feed->tick = tick;
    } else {
      fault += (fault.empty() ? "" : "; ") + std::string{"tick: not a price, or too far from the last close"};
    }
  }
  if (!fault.empty()) return invalid(memory.symbol.value + ": " + fault);
  return true;
}

std::vector<Symbol> SymbolFeeds::take_changed() {
  std::vector<Symbol> symbols{changed_.begin(), changed_.end()};
  changed_.clear();
  return symbols;
}

} // namespace riskcluster
