#pragma once
// When an instrument trades. Weekly sessions in local time are what people write; the rules only see UTC intervals,
// computed outside, where the time zones are.

#include <optional>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace riskcluster {

/// One session on each of some weekdays, local minutes; close <= open means it ends on the next day.
struct WeeklySession {
  unsigned weekdays = 0; ///< bit 0 Sunday … bit 6 Saturday: the day on which the session opens
  int open_minute = 0;   ///< of the local day, 0 … 1439
  int close_minute = 0;  ///< 1 … 1440
  bool operator==(const WeeklySession&) const = default;
};

/// "Mon-Fri 09:30-16:00", "Sun 17:00-24:00", "Sat-Sun 00:00-24:00"; a range may run over Saturday.
std::optional<WeeklySession> parse_session(std::string_view text);

/// Half open: [open, close).
struct UtcInterval {
  TimeMs open = 0;
  TimeMs close = 0;
  bool operator==(const UtcInterval&) const = default;
};

bool contains(const std::vector<UtcInterval>& intervals, TimeMs at);

} // namespace riskcluster
