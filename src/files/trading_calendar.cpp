#include "files/trading_calendar.hpp"

#include <chrono>
#include <stdexcept>

#include <date/tz.h>

namespace riskcluster {

namespace {

constexpr const char* utc = "Etc/UTC";

TimeMs utc_of(const date::time_zone& zone, date::local_days day, int minute) {
  const auto local = day + std::chrono::minutes{minute};
  const auto at = zone.to_sys(local, date::choose::earliest);
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

} // namespace

bool is_time_zone(const std::string& zone) {
  if (zone.empty()) return true;
  try {
    return date::locate_zone(zone) != nullptr;
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::vector<UtcInterval> open_intervals(const Instrument& instrument, Date day) {
  std::vector<UtcInterval> intervals;
  if (instrument.trading_hours.empty()) return intervals;
  const date::time_zone& zone = *date::locate_zone(instrument.time_zone.empty() ? utc : instrument.time_zone);
  for (int offset = -2; offset <= 1; ++offset) {
    const date::local_days local{date::days{day.days + offset}};
    const unsigned weekday = date::weekday{local}.c_encoding();
    for (const auto& session : instrument.trading_hours) {
      if (!(session.weekdays >> weekday & 1U)) continue;
      const int days = session.close_minute <= session.open_minute ? 1 : 0;
      intervals.push_back(
          {utc_of(zone, local, session.open_minute), utc_of(zone, local + date::days{days}, session.close_minute)});
    }
  }
  return intervals;
}

} // namespace riskcluster
