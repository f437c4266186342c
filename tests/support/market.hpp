#pragma once
// A small market for tests of the rules: correlated random closes from a seed, and builders that make a test short.

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "market/market_view.hpp"

namespace riskcluster::test {

inline constexpr TimeMs noon_ms = 1'760'011'200'000; // 2025-10-09T12:00:00Z, a Thursday

/// Uniform in [low, high) from a generator, the same on every standard library.
inline double uniform(std::mt19937_64& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random() >> 11U) * 0x1p-53;
}

struct Listed {
  Instrument instrument;
  double last = 1;
  double daily_volatility = 0.006;
  double common = 0.5; ///< share of the common factor: what makes correlations
};

inline Instrument fx(const std::string& symbol) {
  Instrument pair{.symbol = Symbol{symbol}, .asset_class = AssetClass::fx};
  pair.base = Currency{symbol.substr(0, 3)};
  pair.quote = Currency{symbol.substr(3)};
  return pair;
}

inline Instrument cfd(const std::string& symbol, AssetClass asset_class, const std::string& quote, double contract_size,
                      double lot_step) {
  Instrument instrument{.symbol = Symbol{symbol}, .asset_class = asset_class, .settlement = Settlement::cfd};
  instrument.quote = Currency{quote};
  instrument.contract_size = contract_size;
  instrument.lot_step = lot_step;
  return instrument;
}

/// Four pairs, an index and gold.
inline std::vector<Listed> usual_symbols() {
  return {{fx("EURUSD"), 1.10, 0.005, 0.6},
          {fx("GBPUSD"), 1.30, 0.006, 0.6},
          {fx("USDJPY"), 150.0, 0.006, -0.4},
          {fx("EURJPY"), 165.0, 0.006, 0.1},
          {cfd("US30", AssetClass::index, "USD", 1, 0.1), 40'000, 0.01, 0.2},
          {cfd("XAUUSD", AssetClass::commodity, "USD", 100, 0.01), 2'500, 0.009, 0.3}};
}

/// Closes of `days` days up to the day before `noon_ms`, ending exactly at the listed prices.
inline PriceHistory history_of(const std::vector<Listed>& listed, int days, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  const auto normal = [&] { // sum of uniforms: near enough to a bell for prices
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform(random, 0, 1);
    return sum;
  };
  PriceHistory history;
  std::vector<double> prices;
  for (const auto& entry : listed) prices.push_back(entry.last);
  std::vector<std::vector<DailyClose>> backwards(listed.size());
  const Date last{date_of(noon_ms).days - 1};
  for (int day = 0; day < days; ++day) {
    const double common = normal();
    for (std::size_t i = 0; i < listed.size(); ++i) {
      backwards[i].push_back({{last.days - day}, prices[i]});
      const double own = std::sqrt(1 - listed[i].common * listed[i].common);
      prices[i] /= 1 + listed[i].daily_volatility * (listed[i].common * common + own * normal());
    }
  }
  for (std::size_t i = 0; i < listed.size(); ++i)
    history.closes[listed[i].instrument.symbol] = {backwards[i].rbegin(), backwards[i].rend()};
  return history;
}

inline MarketViewPtr view_of(const std::vector<Listed>& listed, int days = 300, std::uint64_t seed = 7,
                             VarSettings settings = {}) {
  const PriceHistory history = history_of(listed, days, seed);
  InstrumentTable instruments;
  for (const auto& entry : listed) instruments.add(entry.instrument);
  const Date before = date_of(noon_ms);
  const auto rows = static_cast<std::size_t>(settings.window_days) + 1;
  auto model =
      std::make_shared<const MarketModel>(*build_model(align(history, instruments, before, rows), settings, 0));
  auto symbols =
      daily_quotes(history, instruments, *model, before, [](const Instrument&) { return std::vector<UtcInterval>{}; });
  return std::make_shared<const MarketView>(model, std::make_shared<const InstrumentTable>(instruments),
                                            std::move(symbols));
}

} // namespace riskcluster::test
