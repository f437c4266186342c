#include "market/market_view.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace riskcluster {

namespace {

void add(Hasher& hasher, const Instrument& instrument) {
  hasher.add(instrument.symbol).add(instrument.asset_class).add(instrument.sector);
  hasher.add(instrument.base).add(instrument.quote).add(instrument.contract_size).add(instrument.lot_step);
  hasher.add(instrument.min_quantity).add(instrument.settlement).add(instrument.leverage);
  hasher.add(instrument.trading_hours_text).add(instrument.time_zone).add(instrument.major_index);
}

/// Of all that an answer can depend on: the instruments without a price and the hours of the view's day included.
Hash128 content_hash(const MarketModel& model, const InstrumentTable& instruments,
                     const std::vector<ViewSymbol>& symbols) {
  Hasher hasher;
  hasher.bytes(model.hash.bytes.data(), model.hash.bytes.size()).add(model.scenarios.seed);
  hasher.add(static_cast<std::uint64_t>(instruments.entries().size()));
  for (const auto& [symbol, instrument] : instruments.entries()) add(hasher, instrument);
  hasher.add(static_cast<std::uint64_t>(symbols.size()));
  for (const auto& entry : symbols) {
    add(hasher, entry.instrument);
    hasher.add(entry.quote.price).add(entry.quote.at).add(entry.quote.source);
    hasher.add(static_cast<std::uint64_t>(entry.open_intervals.size()));
    for (const auto& interval : entry.open_intervals) hasher.add(interval.open).add(interval.close);
  }
  return hasher.digest();
}

/// The order in which currencies serve as a bridge.
int bridge_rank(const Currency& currency) { return currency.value == "USD" ? 0 : currency.value == "EUR" ? 1 : 2; }

using Place = std::size_t; ///< of a currency among the sorted ones
using RateTable = std::vector<std::vector<std::optional<FxRate>>>;

Place place_of(const std::vector<Currency>& sorted, const Currency& currency) {
  return static_cast<Place>(std::lower_bound(sorted.begin(), sorted.end(), currency) - sorted.begin());
}

/// Of the priced pairs, both ways; of two pairs of the same currencies the first symbol's.
RateTable direct_rates(const std::vector<ViewSymbol>& symbols, const std::vector<Currency>& currencies) {
  RateTable direct(currencies.size(), RateTable::value_type(currencies.size()));
  for (const auto& entry : symbols) {
    const auto& instrument = entry.instrument;
    if (instrument.asset_class != AssetClass::fx) continue;
    const Place base = place_of(currencies, instrument.base), quote = place_of(currencies, instrument.quote);
    const auto& [price, at, source] = entry.quote;
    const TimeMs age_max = entry.quote.age_max();
    if (!direct[base][quote]) direct[base][quote] = FxRate{price, at, age_max};
    if (!direct[quote][base]) direct[quote][base] = FxRate{1 / price, at, age_max};
  }
  return direct;
}

/// Breadth first; currencies that bridge better are reached and left first.
std::vector<std::optional<FxRate>> rates_from(Place from, const RateTable& direct, const std::vector<Place>& bridges) {
  std::vector<std::optional<FxRate>> rates(direct.size());
  rates[from] = FxRate{};
  std::vector<Place> reached{from};
  for (std::size_t next = 0; next < reached.size(); ++next) {
    const FxRate here = *rates[reached[next]];
    for (const Place to : bridges) {
      const auto& step = direct[reached[next]][to];
      if (rates[to] || !step) continue;
      const FxRate& first_stale = here.at + here.age_max <= step->at + step->age_max ? here : *step;
      rates[to] = FxRate{here.rate * step->rate, first_stale.at, first_stale.age_max};
      reached.push_back(to);
    }
  }
  return rates;
}

} // namespace

std::string_view name(DataSource source) {
  switch (source) {
  case DataSource::real_time:
    return "real_time";
  case DataSource::cache:
    return "cache";
  case DataSource::fallback:
    return "fallback";
  }
  return "";
}

MarketView::MarketView(std::shared_ptr<const MarketModel> model, std::shared_ptr<const InstrumentTable> instruments,
                       std::vector<ViewSymbol> symbols)
    : model_{std::move(model)}, instruments_{std::move(instruments)}, symbols_{std::move(symbols)} {
  std::sort(symbols_.begin(), symbols_.end(),
            [](const ViewSymbol& a, const ViewSymbol& b) { return a.instrument.symbol < b.instrument.symbol; });
  add_conversions();
  id_ = content_hash(*model_, *instruments_, symbols_).hex();
}

void MarketView::add_conversions() {
  std::set<Currency> known;
  for (const auto& entry : symbols_)
    if (entry.instrument.asset_class == AssetClass::fx) known.insert({entry.instrument.base, entry.instrument.quote});
  const std::vector<Currency> currencies{known.begin(), known.end()};
  const auto direct = direct_rates(symbols_, currencies);
  std::vector<Place> bridges(currencies.size());
  std::iota(bridges.begin(), bridges.end(), Place{0});
  std::stable_sort(bridges.begin(), bridges.end(),
                   [&](Place a, Place b) { return bridge_rank(currencies[a]) < bridge_rank(currencies[b]); });
  for (Place from = 0; from < currencies.size(); ++from) {
    const auto rates = rates_from(from, direct, bridges);
    for (Place to = 0; to < currencies.size(); ++to)
      if (to != from && rates[to]) conversions_.push_back({currencies[from], currencies[to], *rates[to]});
  }
}

const ViewSymbol* MarketView::find(const Symbol& symbol) const {
  const auto at = std::lower_bound(symbols_.begin(), symbols_.end(), symbol,
                                   [](const ViewSymbol& a, const Symbol& s) { return a.instrument.symbol < s; });
  return at != symbols_.end() && at->instrument.symbol == symbol ? &*at : nullptr;
}

std::optional<FxRate> MarketView::fx(const Currency& from, const Currency& to) const {
  if (from == to) return FxRate{};
  const auto at = std::lower_bound(conversions_.begin(), conversions_.end(), std::tie(from, to),
                                   [](const Conversion& c, const auto& key) { return std::tie(c.from, c.to) < key; });
  if (at == conversions_.end() || at->from != from || at->to != to) return std::nullopt;
  return at->rate;
}

} // namespace riskcluster
