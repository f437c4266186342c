#pragma once
// A small market that feeds talk to: 2026-04-01, noon, with last closes of the day before.

#include "market/live_market.hpp"
#include "market/small_market.hpp"

namespace riskcluster::test {

inline SmallMarket feed_market() {
  SmallMarket made;
  made.pair("EURUSD", 1.1).pair("USDJPY", 150).add(cfd("US30", AssetClass::index, "USD"), 40'000);
  return made;
}

inline const TimeMs feed_noon = instant("2026-04-01T12:00:00Z");

inline std::vector<UtcInterval> always_open(const Instrument&, Date) { return {}; }

inline LiveMarket live(const SmallMarket& market = feed_market(), const FeedRules& rules = {},
                       HoursOf hours = always_open) {
  return {market.history, market.instruments, market.settings, market.seed, rules, std::move(hours)};
}

inline Tick tick(const char* symbol, double price, TimeMs at = feed_noon, const char* source = "main") {
  return {.symbol = Symbol{symbol}, .last = price, .at = at, .source = SourceId{source}};
}

inline Bar bar(const char* symbol, const char* day, double close, const char* source = "main") {
  return {.symbol = Symbol{symbol}, .date = date(day), .close = close, .source = SourceId{source}};
}

inline DatedView dated(LiveMarket& market, TimeMs now) {
  auto made = market.view(now);
  check(static_cast<bool>(made), "a small market has a view");
  return std::move(*made);
}

inline MarketViewPtr view_at(LiveMarket& market, TimeMs now) { return dated(market, now).view; }

inline Quote quote_at(LiveMarket& market, const char* symbol, TimeMs now) {
  const auto view = view_at(market, now);
  const auto* const found = view->find(Symbol{symbol});
  check(found != nullptr, "the symbol has a price");
  return found->quote;
}

/// Of the only source, or of the one at this place.
inline std::uint64_t count(const LiveMarket& market, FeedVerdict verdict, std::size_t source = 0) {
  return market.sources().status(feed_noon).at(source).counts[static_cast<std::size_t>(verdict)];
}

} // namespace riskcluster::test
