#include "core/time.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace riskcluster {

namespace {

/// Takes `digits_min` to `digits_max` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits_min, std::size_t digits_max) {
  std::size_t count = 0;
  while (count < text.size() && count < digits_max && text[count] >= '0' && text[count] <= '9') ++count;
  if (count < digits_min) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + count, value);
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Date> date_from(int year, int month, int day) {
  const std::chrono::year_month_day ymd{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                        std::chrono::day{static_cast<unsigned>(day)}};
  if (!ymd.ok()) return std::nullopt;
  return Date{static_cast<std::int32_t>(std::chrono::sys_days{ymd}.time_since_epoch().count())};
}

std::optional<Date> take_iso_date(std::string_view& text) {
  const auto year = take_number(text, 4, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2, 2);
  return day ? date_from(*year, *month, *day) : std::nullopt;
}

} // namespace

std::string Date::iso() const {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{days}}};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                static_cast<unsigned>(ymd.day()));
  return text;
}

Date date_of(TimeMs at) noexcept {
  const TimeMs floor = at >= 0 ? at / day_ms : -((-at + day_ms - 1) / day_ms);
  return Date{static_cast<std::int32_t>(floor)};
}

std::optional<Date> parse_date(std::string_view text) {
  auto rest = text;
  if (const auto date = take_iso_date(rest)) return rest.empty() ? date : std::nullopt;
  rest = text;
  const auto month = take_number(rest, 1, 2);
  if (!month || !take(rest, '/')) return std::nullopt;
  const auto day = take_number(rest, 1, 2);
  if (!day || !take(rest, '/')) return std::nullopt;
  const auto year = take_number(rest, 4, 4);
  return year && rest.empty() ? date_from(*year, *month, *day) : std::nullopt;
}

std::optional<TimeMs> parse_rfc3339(std::string_view text) {
  const auto date = take_iso_date(text);
  if (!date || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
  const auto hour = take_number(text, 2, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2, 2);
  if (!second || *second > 59) return std::nullopt;
  TimeMs at = date->begin_ms() + *hour * hour_ms + *minute * minute_ms + *second * second_ms;
  if (take(text, '.')) {
    TimeMs scale = 100;
    std::size_t digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
      at += (text.front() - '0') * scale;
      scale /= 10;
    }
    if (digits == 0) return std::nullopt;
  }
  if (take(text, 'Z') || take(text, 'z')) return text.empty() ? std::optional{at} : std::nullopt;
  const bool east = take(text, '+');
  if (!east && !take(text, '-')) return std::nullopt;
  const auto offset_hour = take_number(text, 2, 2);
  if (!offset_hour || *offset_hour > 23 || !take(text, ':')) return std::nullopt;
  const auto offset_minute = take_number(text, 2, 2);
  if (!offset_minute || *offset_minute > 59 || !text.empty()) return std::nullopt;
  const TimeMs offset = *offset_hour * hour_ms + *offset_minute * minute_ms;
  return east ? at - offset : at + offset;
}

std::string format_rfc3339(TimeMs at) {
  const Date date = date_of(at);
  const TimeMs of_day = at - date.begin_ms();
  char text[64];
  std::snprintf(text, sizeof text, "%sT%02d:%02d:%02d.%03dZ", date.iso().c_str(), static_cast<int>(of_day / hour_ms),
                static_cast<int>(of_day / minute_ms % 60), static_cast<int>(of_day / second_ms % 60),
                static_cast<int>(of_day % second_ms));
  return text;
}

} // namespace riskcluster
