#include "market/live_market.hpp"

#include <algorithm>
#include <limits>

namespace riskcluster {

namespace {

bool stands_before(const ViewSymbol& entry, const Symbol& symbol) { return entry.instrument.symbol < symbol; }

} // namespace

LiveMarket::LiveMarket(PriceHistory history, InstrumentTable instruments, const VarSettings& settings,
                       std::uint64_t seed, const FeedRules& rules, HoursOf hours)
    : instruments_{std::make_shared<const InstrumentTable>(std::move(instruments))},
      settings_{settings},
      seed_{seed},
      hours_{std::move(hours)},
      sources_{rules.breaker},
      feeds_{std::move(history), instruments_, rules} {}

template <class Input>
FeedVerdict LiveMarket::judged(const Input& input, TimeMs now) {
  if (const auto refused = sources_.refusal(input.source, now)) return *refused;
  const auto verdict = feeds_.take(input, now);
  const bool trusted = sources_.trusted(input.source);
  sources_.settle(input.source, verdict, now);
  if (trusted != sources_.trusted(input.source) && quotes_from(input.source, now)) quotes_changed_ = true;
  return verdict;
}

FeedVerdict LiveMarket::take(const Tick& tick, TimeMs now) {
  const auto verdict = judged(tick, now);
  if (verdict == FeedVerdict::taken && in_views(tick.symbol)) quotes_changed_ = true;
  return verdict;
}

FeedVerdict LiveMarket::take(const Bar& bar, TimeMs now) {
  const auto verdict = judged(bar, now);
  // A bar of the day itself is not seen before the next one, whose view is made from the start.
  if (verdict == FeedVerdict::taken && in_views(bar.symbol) && basis_ && bar.date < basis_->before)
    rows_changed_ = true;
  return verdict;
}

bool LiveMarket::in_views(const Symbol& symbol) const {
  const auto feed = feeds_.all().find(symbol);
  return feed != feeds_.all().end() && feed->second.has_instrument;
}

bool LiveMarket::quotes_from(const SourceId& source, TimeMs now) const {
  const auto& all = feeds_.all();
  return std::any_of(all.begin(), all.end(), [&](const auto& entry) {
    const auto& feed = entry.second;
    return feed.has_instrument && feed.tick && feed.tick->source == source && is_live(feed.tick->at, now);
  });
}

bool LiveMarket::due(TimeMs now) const {
  return !made_ || quotes_changed_ || rows_changed_ || basis_->before != date_of(now) || now >= tick_expires_at_;
}

Result<DatedView> LiveMarket::view(TimeMs now) {
  if (!due(now)) return *made_;
  const Date day = date_of(now);
  if (!basis_ || basis_->before != day || rows_changed_) {
    auto basis = daily_basis(feeds_.history(), *instruments_, day, settings_, seed_, hours_);
    if (!basis) return basis.error();
    basis_ = std::move(*basis);
    rows_changed_ = false;
  }
  add_symbols_without_close();
  made_ = DatedView{day.begin_ms(), day.end_ms(),
                    std::make_shared<const MarketView>(basis_->model, instruments_, quoted(now))};
  quotes_changed_ = false;
  return *made_;
}

void LiveMarket::add_symbols_without_close() {
  auto& symbols = basis_->symbols;
  for (const auto& [symbol, feed] : feeds_.all()) {
    if (!feed.has_instrument || !feed.tick) continue;
    const auto at = std::lower_bound(symbols.begin(), symbols.end(), symbol, stands_before);
    if (at != symbols.end() && at->instrument.symbol == symbol) continue;
    auto instrument = *instruments_->find(symbol);
    auto intervals = hours_(instrument, basis_->before);
    symbols.insert(at, {.instrument = std::move(instrument),
                        .quote = {},
                        .column = basis_->model->column(symbol),
                        .open_intervals = std::move(intervals)});
  }
}

std::vector<ViewSymbol> LiveMarket::quoted(TimeMs now) {
  auto symbols = basis_->symbols;
  tick_expires_at_ = std::numeric_limits<TimeMs>::max();
  auto at = symbols.begin();
  for (const auto& [symbol, feed] : feeds_.all()) {
    if (!feed.has_instrument || !feed.tick || !is_live(feed.tick->at, now)) continue;
    const auto& tick = *feed.tick;
    at = std::lower_bound(at, symbols.end(), symbol, stands_before);
    at->quote = {.price = tick.price,
                 .at = tick.at,
                 .source = sources_.trusted(tick.source) ? DataSource::real_time : DataSource::fallback};
    tick_expires_at_ = std::min(tick_expires_at_, tick.at + last_close_age_max + 1);
  }
  std::erase_if(symbols, [](const ViewSymbol& entry) { return entry.quote.price == 0; });
  return symbols;
}

Result<bool> LiveMarket::restore(const FeedMemory& memory) {
  rows_changed_ = quotes_changed_ = true;
  return feeds_.restore(memory);
}

} // namespace riskcluster
