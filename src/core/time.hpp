#pragma once
// Time as the rules see it: milliseconds since 1970 UTC, handed in, never read here; dates as days since 1970.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace riskcluster {

using TimeMs = std::int64_t;

inline constexpr TimeMs second_ms = 1'000;
inline constexpr TimeMs minute_ms = 60 * second_ms;
inline constexpr TimeMs hour_ms = 60 * minute_ms;
inline constexpr TimeMs day_ms = 24 * hour_ms;

/// Times outside are refused: a clock in micro- or nanoseconds, or none at all.
inline constexpr TimeMs time_min_ms = 631'152'000'000;   // 1990-01-01
inline constexpr TimeMs time_max_ms = 4'102'444'800'000; // 2100-01-01

/// A UTC calendar day.
struct Date {
  std::int32_t days = 0; ///< since 1970-01-01
  auto operator<=>(const Date&) const = default;
  TimeMs begin_ms() const noexcept { return days * day_ms; }
  /// The first instant after the day: a daily close is known by then.
  TimeMs end_ms() const noexcept { return begin_ms() + day_ms; }
  std::string iso() const;
};

Date date_of(TimeMs at) noexcept;

/// ISO (2024-03-29) or month/day/year (3/29/2024); nothing else, and only days that exist.
std::optional<Date> parse_date(std::string_view text);

/// RFC 3339 with an offset or Z, to the millisecond; nothing else.
std::optional<TimeMs> parse_rfc3339(std::string_view text);
std::string format_rfc3339(TimeMs at);

} // namespace riskcluster
