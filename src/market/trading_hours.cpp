#include "market/trading_hours.hpp"

#include <array>

namespace riskcluster {

namespace {

constexpr std::array<std::string_view, 7> day_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::optional<int> take_day(std::string_view& text) {
  for (int day = 0; day < 7; ++day) {
    if (!text.starts_with(day_names[static_cast<std::size_t>(day)])) continue;
    text.remove_prefix(3);
    return day;
  }
  return std::nullopt;
}

std::optional<int> take_minute(std::string_view& text) {
  const auto digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  if (!digit(0) || !digit(1) || text.size() < 5 || text[2] != ':' || !digit(3) || !digit(4)) return std::nullopt;
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  text.remove_prefix(5);
  if (minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return hour * 60 + minute;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

} // namespace

std::optional<WeeklySession> parse_session(std::string_view text) {
  const auto first = take_day(text);
  if (!first) return std::nullopt;
  auto last = first;
  if (take(text, '-')) last = take_day(text);
  if (!last || !take(text, ' ')) return std::nullopt;
  const auto open = take_minute(text);
  if (!open || !take(text, '-')) return std::nullopt;
  const auto close = take_minute(text);
  if (!close || !text.empty() || *open == *close || *open == 24 * 60) return std::nullopt;

  WeeklySession session{.weekdays = 0, .open_minute = *open, .close_minute = *close};
  for (int day = *first;; day = (day + 1) % 7) {
    session.weekdays |= 1u << day;
    if (day == *last) break;
  }
  return session;
}

bool contains(const std::vector<UtcInterval>& intervals, TimeMs at) {
  for (const auto& interval : intervals)
    if (interval.open <= at && at < interval.close) return true;
  return false;
}

} // namespace riskcluster
