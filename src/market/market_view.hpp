#pragma once
// What a decision sees of the market: an immutable model and immutable quotes, named by a hash of their content.

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "market/market_model.hpp"

namespace riskcluster {

enum class DataSource : std::uint8_t {
  real_time, ///< the last tick
  cache,     ///< the last daily close
  fallback,  ///< the last tick of a source that is cut off
};
std::string_view name(DataSource source);

inline constexpr TimeMs tick_age_max = minute_ms; ///< of a live price; a daily close has last_close_age_max

struct Quote {
  double price = 0; ///< quote currency, > 0
  TimeMs at = 0;
  DataSource source = DataSource::cache;
  /// How old it may be before increases are refused.
  TimeMs age_max() const { return source == DataSource::cache ? last_close_age_max : tick_age_max; }
};

/// A symbol with a price: its instrument, its column in the model, its hours around the view's day.
struct ViewSymbol {
  Instrument instrument;
  Quote quote;
  std::optional<Eigen::Index> column;
  std::vector<UtcInterval> open_intervals; ///< meaningless when the instrument has no trading hours
};

/// account = amount x rate; `at` and `age_max` are of the quote on the way that goes stale first.
struct FxRate {
  double rate = 1;
  TimeMs at = time_max_ms;
  TimeMs age_max = last_close_age_max;
};

class MarketView {
public:
  MarketView(std::shared_ptr<const MarketModel> model, std::shared_ptr<const InstrumentTable> instruments,
             std::vector<ViewSymbol> symbols);

  const MarketModel& model() const { return *model_; }
  const std::string& id() const { return id_; }
  std::uint64_t seed() const { return model_->scenarios.seed; }
  const std::vector<ViewSymbol>& symbols() const { return symbols_; } ///< sorted by symbol

  /// Symbols that have a price; null for others.
  const ViewSymbol* find(const Symbol& symbol) const;
  const InstrumentTable& instruments() const { return *instruments_; }
  /// Known instruments, priced or not.
  std::optional<Instrument> instrument(const Symbol& symbol) const { return instruments_->find(symbol); }
  /// Fewest hops over the priced FX pairs, by way of USD, then EUR, then the alphabet; nothing when there is no way.
  std::optional<FxRate> fx(const Currency& from, const Currency& to) const;

private:
  struct Conversion {
    Currency from, to;
    FxRate rate;
  };
  void add_conversions();

  std::shared_ptr<const MarketModel> model_;
  std::shared_ptr<const InstrumentTable> instruments_;
  std::vector<ViewSymbol> symbols_;
  std::vector<Conversion> conversions_; ///< sorted by (from, to)
  std::string id_;
};

using MarketViewPtr = std::shared_ptr<const MarketView>;

/// A view, from an instant to before another one.
struct DatedView {
  TimeMs from_ms = 0;
  TimeMs until_ms = 0;
  MarketViewPtr view;
};

/// Last closes before a day as quotes, with the hours that `hours` gives for an instrument.
template <class Hours>
std::vector<ViewSymbol> daily_quotes(const PriceHistory& history, const InstrumentTable& instruments,
                                     const MarketModel& model, Date before, Hours&& hours) {
  std::vector<ViewSymbol> symbols;
  for (const auto& [symbol, closes] : history.closes) {
    auto instrument = instruments.find(symbol);
    const DailyClose* last = nullptr;
    for (auto row = closes.rbegin(); row != closes.rend() && !last; ++row)
      if (row->date < before) last = &*row;
    if (!instrument || !last) continue;
    auto intervals = hours(*instrument);
    symbols.push_back({.instrument = std::move(*instrument),
                       .quote = {.price = last->close, .at = last->date.end_ms(), .source = DataSource::cache},
                       .column = model.column(symbol),
                       .open_intervals = std::move(intervals)});
  }
  return symbols;
}

} // namespace riskcluster
