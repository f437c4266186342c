#include "market/market_view.hpp"

#include <algorithm>
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

bool bridges_before(const Currency& a, const Currency& b) {
  return std::pair{bridge_rank(a), a} < std::pair{bridge_rank(b), b};
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
  std::set<Currency> known;
  for (const auto& entry : symbols_)
    if (entry.instrument.asset_class == AssetClass::fx) known.insert({entry.instrument.base, entry.instrument.quote});
  std::vector<Currency> currencies{known.begin(), known.end()};
  std::sort(currencies.begin(), currencies.end(), bridges_before);
  for (const auto& currency : currencies) add_conversions_from(currency, currencies);
  std::sort(conversions_.begin(), conversions_.end(),
            [](const Conversion& a, const Conversion& b) { return std::tie(a.from, a.to) < std::tie(b.from, b.to); });
  id_ = content_hash(*model_, *instruments_, symbols_).hex();
}

/// Breadth first; currencies that bridge better are reached and left first.
void MarketView::add_conversions_from(const Currency& from, const std::vector<Currency>& currencies) {
  const auto direct = [&](const Currency& a, const Currency& b) -> std::optional<FxRate> {
    for (const auto& entry : symbols_) {
      const auto& [instrument, quote, column, intervals] = entry;
      if (instrument.asset_class != AssetClass::fx) continue;
      if (instrument.base == a && instrument.quote == b) return FxRate{quote.price, quote.at, quote.age_max()};
      if (instrument.base == b && instrument.quote == a) return FxRate{1 / quote.price, quote.at, quote.age_max()};
    }
    return std::nullopt;
  };
  std::vector<Conversion> reached{{from, from, FxRate{}}};
  for (std::size_t next = 0; next < reached.size(); ++next) {
    const Conversion here = reached[next];
    for (const auto& to : currencies) {
      if (std::any_of(reached.begin(), reached.end(), [&](const Conversion& c) { return c.to == to; })) continue;
      const auto step = direct(here.to, to);
      if (!step) continue;
      const FxRate& first_stale = here.rate.at + here.rate.age_max <= step->at + step->age_max ? here.rate : *step;
      reached.push_back({from, to, FxRate{here.rate.rate * step->rate, first_stale.at, first_stale.age_max}});
    }
  }
  conversions_.insert(conversions_.end(), reached.begin() + 1, reached.end());
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
