#pragma once
// Live prices: how often a view is made of them, and what is not believed. That a live price is too old after 60 s is
// a rule of judgement and no setting.

#include <chrono>
#include <cstddef>

#include "config/setting.hpp"

namespace riskcluster {

struct MarketSettings {
  std::chrono::milliseconds view_interval{100};
  double tick_jump_max_pct = 50;
  std::chrono::milliseconds clock_skew_max{5'000};
  std::size_t breaker_failures = 10;
  std::chrono::seconds breaker_window{10};
  std::chrono::seconds breaker_cool_down{30};
  std::size_t breaker_probes = 3;
  std::size_t ticks_waiting_max = 65'536;
};

template <class Visit>
void each_setting(MarketSettings& market, Visit&& visit) {
  visit("view_interval_ms", market.view_interval, Whole{1, 10'000},
        "Ticks that come within it make one market view: decisions see a price at most so much later.");
  visit(
      "tick_jump_max_pct", market.tick_jump_max_pct, Decimal{0.1, 500, "%"},
      "A price that moves further at once is refused. No bound lets a decimal point in the wrong place (900 %) pass.");
  visit("clock_skew_max_ms", market.clock_skew_max, Whole{0, 60'000},
        "A tick from further in the future than this is refused: it would look fresh for too long.");
  visit("breaker_failures", market.breaker_failures, Whole{1, 1'000, "refused prices"},
        "Refused prices within breaker_window_s after which a source is not listened to.");
  visit("breaker_window_s", market.breaker_window, Whole{1, 3'600}, "How far back a source's refused prices count.");
  visit(
      "breaker_cool_down_s", market.breaker_cool_down, Whole{1, 3'600},
      "How long a source is not listened to before it is tried again. Below the minute after which a live price is too "
      "old, so that one bad symbol among good ones does not make the good ones stale.");
  visit("breaker_probes", market.breaker_probes, Whole{1, 1'000, "prices"},
        "Prices in a row that must be good before a source is believed again.");
  visit("ticks_waiting_max", market.ticks_waiting_max, Whole{1, 1'048'576, "ticks"},
        "Ticks that wait to be taken: a flood of prices takes no more memory than these.");
}

} // namespace riskcluster
