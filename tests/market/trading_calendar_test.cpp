// Local sessions as UTC intervals, above all where clocks change. UTC offsets: the published rules (United States:
// second Sunday of March to first of November, UTC-5/-4; European Union: last Sundays of March and October, +1/+2).

#include <algorithm>

#include <doctest/doctest.h>

#include "files/trading_calendar.hpp"
#include "market/small_market.hpp"

using namespace riskcluster;
using riskcluster::test::cfd;
using riskcluster::test::date;
using riskcluster::test::instant;

namespace {

Instrument trading(const char* hours, const char* zone) {
  auto instrument = cfd("X", AssetClass::index, "USD");
  instrument.trading_hours_text = {hours};
  instrument.time_zone = zone;
  check(complete(instrument).empty(), "a test's hours are hours");
  return instrument;
}

/// The session that opens at an instant, as the view of a UTC day has it; "none" if it has not.
std::string close_of(const Instrument& instrument, const char* day, const char* open) {
  for (const auto& interval : open_intervals(instrument, date(day)))
    if (interval.open == instant(open)) return format_rfc3339(interval.close);
  return "none";
}

const auto new_york = trading("Mon-Fri 09:30-16:00", "America/New_York");
const auto berlin = trading("Mon-Fri 09:00-17:30", "Europe/Berlin");

} // namespace

TEST_CASE("a session opens and closes at its local times, winter, summer and around the change of clocks") {
  const struct {
    const Instrument* instrument;
    const char* day;
    const char* open;
    const char* close;
  } table[] = {
      {&new_york, "2026-01-14", "2026-01-14T14:30:00Z", "2026-01-14T21:00:00.000Z"},
      {&new_york, "2026-07-15", "2026-07-15T13:30:00Z", "2026-07-15T20:00:00.000Z"},
      {&new_york, "2026-03-06", "2026-03-06T14:30:00Z", "2026-03-06T21:00:00.000Z"}, // Friday before
      {&new_york, "2026-03-09", "2026-03-09T13:30:00Z", "2026-03-09T20:00:00.000Z"}, // Monday after
      {&new_york, "2026-10-30", "2026-10-30T13:30:00Z", "2026-10-30T20:00:00.000Z"},
      {&new_york, "2026-11-02", "2026-11-02T14:30:00Z", "2026-11-02T21:00:00.000Z"},
      {&berlin, "2026-01-14", "2026-01-14T08:00:00Z", "2026-01-14T16:30:00.000Z"},
      {&berlin, "2026-07-15", "2026-07-15T07:00:00Z", "2026-07-15T15:30:00.000Z"},
      {&berlin, "2026-03-27", "2026-03-27T08:00:00Z", "2026-03-27T16:30:00.000Z"},
      {&berlin, "2026-03-30", "2026-03-30T07:00:00Z", "2026-03-30T15:30:00.000Z"},
      {&berlin, "2026-10-23", "2026-10-23T07:00:00Z", "2026-10-23T15:30:00.000Z"},
      {&berlin, "2026-10-26", "2026-10-26T08:00:00Z", "2026-10-26T16:30:00.000Z"},
  };
  for (const auto& [instrument, day, open, close] : table) {
    const auto shown_day = day;
    CAPTURE(shown_day);
    CHECK(close_of(*instrument, day, open) == close);
  }
}

TEST_CASE("a weekend is closed") {
  for (const char* const day : {"2026-03-07", "2026-03-08", "2026-11-01"}) {
    const auto intervals = open_intervals(new_york, date(day));
    for (int hour = 0; hour < 24; ++hour) CHECK_FALSE(contains(intervals, date(day).begin_ms() + hour * hour_ms));
  }
}

TEST_CASE("a session over midnight ends on the next local day") {
  const auto overnight = trading("Mon 18:00-17:00", "America/New_York");
  CHECK(close_of(overnight, "2026-01-13", "2026-01-12T23:00:00Z") == "2026-01-13T22:00:00.000Z");
  CHECK(close_of(overnight, "2026-01-12", "2026-01-12T23:00:00Z") == "2026-01-13T22:00:00.000Z");
  const auto to_midnight = trading("Mon 23:00-00:00", "Europe/Berlin");
  CHECK(close_of(to_midnight, "2026-01-12", "2026-01-12T22:00:00Z") == "2026-01-12T23:00:00.000Z");
}

TEST_CASE("a session over the change of clocks is an hour shorter or longer") {
  const auto american = trading("Sat 17:00-16:00", "America/New_York");
  CHECK(close_of(american, "2026-03-08", "2026-03-07T22:00:00Z") == "2026-03-08T20:00:00.000Z"); // 22 h
  CHECK(close_of(american, "2026-11-01", "2026-10-31T21:00:00Z") == "2026-11-01T21:00:00.000Z"); // 24 h
  const auto german = trading("Sat 22:00-08:00", "Europe/Berlin");
  CHECK(close_of(german, "2026-03-29", "2026-03-28T21:00:00Z") == "2026-03-29T06:00:00.000Z"); // 9 h
  CHECK(close_of(german, "2026-10-25", "2026-10-24T20:00:00Z") == "2026-10-25T07:00:00.000Z"); // 11 h
  const auto whole_day = trading("Sun 00:00-24:00", "America/New_York");
  CHECK(close_of(whole_day, "2026-03-08", "2026-03-08T05:00:00Z") == "2026-03-09T04:00:00.000Z"); // 23 h
  CHECK(close_of(whole_day, "2026-11-01", "2026-11-01T04:00:00Z") == "2026-11-02T05:00:00.000Z"); // 25 h
}

TEST_CASE("a local time that is skipped is the change, one that is repeated its first") {
  // New York 2026-03-08: 02:00 becomes 03:00 at 07:00Z. 2026-11-01: 02:00 EDT becomes 01:00 EST at 06:00Z.
  const auto opens_in_gap = trading("Sun 02:30-12:00", "America/New_York");
  CHECK(close_of(opens_in_gap, "2026-03-08", "2026-03-08T07:00:00Z") == "2026-03-08T16:00:00.000Z");
  const auto inside_gap = trading("Sun 02:15-02:45", "America/New_York");
  for (const auto& interval : open_intervals(inside_gap, date("2026-03-08"))) CHECK(interval.open == interval.close);
  const auto opens_twice = trading("Sun 01:30-03:00", "America/New_York");
  CHECK(close_of(opens_twice, "2026-11-01", "2026-11-01T05:30:00Z") == "2026-11-01T08:00:00.000Z");
}

TEST_CASE("a view's day is covered whole, in zones far from UTC too") {
  for (const char* const zone :
       {"Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Kathmandu", "", "Etc/UTC"}) {
    CAPTURE(zone);
    const auto always = trading("Mon-Sun 00:00-24:00", zone);
    const auto overnight = trading("Mon-Sun 12:30-12:29", zone);
    for (const char* const day : {"2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01", "2026-12-31"}) {
      const auto whole = open_intervals(always, date(day)), most = open_intervals(overnight, date(day));
      int closed_minutes = 0;
      for (TimeMs at = date(day).begin_ms(); at < date(day).end_ms(); at += minute_ms) {
        CHECK(contains(whole, at));
        closed_minutes += contains(most, at) ? 0 : 1;
      }
      CHECK(closed_minutes == 1);
    }
  }
}

TEST_CASE("no hours are no intervals: the instrument is always open") {
  CHECK(open_intervals(cfd("X", AssetClass::index, "USD"), date("2026-01-14")).empty());
}

TEST_CASE("without a zone hours are UTC") {
  const auto utc = trading("Wed 09:30-16:00", "");
  CHECK(close_of(utc, "2026-07-15", "2026-07-15T09:30:00Z") == "2026-07-15T16:00:00.000Z");
}

TEST_CASE("a time zone is a name of the IANA database, or empty") {
  for (const char* const zone : {"", "America/New_York", "Europe/Berlin", "UTC", "Etc/UTC", "Asia/Tokyo"})
    CHECK(is_time_zone(zone));
  for (const char* const zone : {"Mars/Olympus", "new york", "EDT5", "../passwd", " "}) {
    CAPTURE(zone);
    CHECK_FALSE(is_time_zone(zone));
  }
}
