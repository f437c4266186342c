#include "market/feed_rules.hpp"

#include <array>
#include <cmath>

#include "core/bounds.hpp"

namespace riskcluster {

namespace {

constexpr std::array<std::string_view, feed_verdict_count> verdict_names = {
    "TAKEN",   "DUPLICATE", "OUT_OF_ORDER", "UNKNOWN_SYMBOL", "NOT_A_PRICE",
    "CROSSED", "FUTURE",    "JUMP",         "SOURCE_OFF",     "TOO_MANY_SOURCES"};
static_assert(static_cast<std::size_t>(FeedVerdict::too_many_sources) + 1 == feed_verdict_count);

constexpr double jump_max_pct_max = 800; ///< × 9: a wrong decimal point is never let through
constexpr TimeMs clock_skew_max_max = minute_ms;

bool price_or_absent(double value) { return value == 0 || is_price(value); }

bool inside_range(const Bar& bar) {
  if (bar.high != 0 && bar.low != 0 && bar.high < bar.low) return false;
  return (bar.high == 0 || bar.close <= bar.high) && (bar.low == 0 || bar.close >= bar.low);
}

} // namespace

std::vector<std::string> faults_of(const FeedRules& rules) {
  std::vector<std::string> faults;
  const auto require_jump = [&](const char* field, double value) {
    if (!(value > 0 && value <= jump_max_pct_max))
      faults.push_back(field + (": must be > 0, at most 800, not " + std::to_string(value)));
  };
  require_jump("tick_jump_max_pct", rules.tick_jump_max_pct);
  require_jump("vix_jump_max_pct", rules.vix_jump_max_pct);
  if (rules.clock_skew_max < 0 || rules.clock_skew_max > clock_skew_max_max)
    faults.push_back("clock_skew_max: must be 0 to 60000 ms, not " + std::to_string(rules.clock_skew_max));
  for (const auto& fault : faults_of(rules.breaker)) faults.push_back("breaker." + fault);
  return faults;
}

std::string_view name(FeedVerdict verdict) { return verdict_names[static_cast<std::size_t>(verdict)]; }

bool is_failure(FeedVerdict verdict) {
  switch (verdict) {
  case FeedVerdict::not_a_price:
  case FeedVerdict::crossed:
  case FeedVerdict::future:
  case FeedVerdict::jump:
    return true;
  default:
    return false;
  }
}

bool within_jump(const Symbol& symbol, double price, double anchor, const FeedRules& rules) {
  const bool vix = symbol.value == vix_symbol;
  const double ratio_max = 1 + (vix ? rules.vix_jump_max_pct : rules.tick_jump_max_pct) / 100;
  return price <= anchor * ratio_max && anchor <= price * ratio_max;
}

FeedVerdict judge(const Tick& tick, const std::optional<LastTick>& last, double anchor, const FeedRules& rules,
                  TimeMs now) {
  const double price = price_of(tick);
  for (const double given : {tick.bid, tick.ask, tick.last})
    if (!price_or_absent(given)) return FeedVerdict::not_a_price;
  if (!is_price(price)) return FeedVerdict::not_a_price;
  if (tick.bid != 0 && tick.ask != 0 && tick.ask < tick.bid) return FeedVerdict::crossed;
  if (tick.at > now + rules.clock_skew_max) return FeedVerdict::future;
  // Before the jump: what comes late may well be far from a price that has moved since.
  if (last && tick.at == last->at && price == last->price) return FeedVerdict::duplicate;
  if (!is_live(tick.at, now) || (last && tick.at < last->at)) return FeedVerdict::out_of_order;
  if (anchor != 0 && !within_jump(tick.symbol, price, anchor, rules)) return FeedVerdict::jump;
  return FeedVerdict::taken;
}

FeedVerdict judge(const Bar& bar, const DailyClose* last, const FeedRules& rules, TimeMs now) {
  for (const double given : {bar.open, bar.high, bar.low})
    if (!price_or_absent(given)) return FeedVerdict::not_a_price;
  if (!is_price(bar.close) || !(std::isfinite(bar.volume) && bar.volume >= 0)) return FeedVerdict::not_a_price;
  if (!inside_range(bar)) return FeedVerdict::crossed;
  if (bar.date > date_of(now) || bar.at > now + rules.clock_skew_max) return FeedVerdict::future;
  if (last && bar.date == last->date && bar.close == last->close) return FeedVerdict::duplicate;
  if (last && bar.date <= last->date) return FeedVerdict::out_of_order;
  if (last && !within_jump(bar.symbol, bar.close, last->close, rules)) return FeedVerdict::jump;
  return FeedVerdict::taken;
}

} // namespace riskcluster
