#pragma once
// A market of a few symbols whose last prices are round: closes swing by one percent around them, each at its own pace,
// so that the covariance has full rank. The newest row is 2026-03-31.

#include <cmath>
#include <memory>
#include <string>

#include "core/check.hpp"
#include "market/market_view.hpp"

namespace riskcluster::test {

inline Date date(const char* text) {
  const auto parsed = parse_date(text);
  check(parsed.has_value(), "a test's date is a date");
  return *parsed;
}

inline TimeMs instant(const char* text) {
  const auto parsed = parse_rfc3339(text);
  check(parsed.has_value(), "a test's instant is an instant");
  return *parsed;
}

/// One close a day up to `last`.
template <class Price>
std::vector<DailyClose> daily_closes(Date last, int count, Price&& price) {
  std::vector<DailyClose> closes;
  for (int back = count - 1; back >= 0; --back) closes.push_back({Date{last.days - back}, price(-back)});
  return closes;
}

inline Instrument cfd(const char* symbol, AssetClass asset_class, const char* quote, double contract_size = 1) {
  return {.symbol = Symbol{symbol},
          .asset_class = asset_class,
          .quote = Currency{quote},
          .contract_size = contract_size,
          .settlement = Settlement::cfd};
}

class SmallMarket {
public:
  PriceHistory history;
  InstrumentTable instruments;
  VarSettings settings;
  std::uint64_t seed = 0;
  Date before = date("2026-04-01");

  /// A pair of the built-in table.
  SmallMarket& pair(const char* symbol, double last) {
    const double pace = 1.3 + 0.37 * static_cast<double>(history.closes.size());
    history.closes[Symbol{symbol}] =
        daily_closes(date("2026-03-31"), closes_min, [&](int t) { return last * (1 + 0.01 * std::sin(pace * t)); });
    return *this;
  }

  SmallMarket& add(const Instrument& instrument, double last) {
    instruments.add(instrument);
    return pair(instrument.symbol.value.c_str(), last);
  }

  AlignedPrices aligned() const {
    return align(history, instruments, before, static_cast<std::size_t>(settings.window_days) + 1);
  }

  MarketModel model() const {
    auto built = build_model(aligned(), settings, seed);
    check(static_cast<bool>(built), "a small market has a model");
    return std::move(*built);
  }

  template <class Hours>
  MarketView view(Hours&& hours) const {
    auto shared = std::make_shared<const MarketModel>(model());
    return {shared, std::make_shared<const InstrumentTable>(instruments),
            daily_quotes(history, instruments, *shared, before, hours)};
  }

  MarketView view() const {
    return view([](const Instrument&) { return std::vector<UtcInterval>{}; });
  }

  TimeMs now() const { return before.begin_ms() + 12 * hour_ms; }
};

} // namespace riskcluster::test
