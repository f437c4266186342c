// Dates and instants. Day numbers and Unix times are those of `date -u -d … +%s` (GNU coreutils).

#include <string>

#include <doctest/doctest.h>

#include "core/time.hpp"

using namespace riskcluster;

TEST_CASE("a date is ISO or month/day/year") {
  const struct {
    const char* text;
    std::int32_t days; // date -u -d YYYY-MM-DD +%s, divided by 86400
  } table[] = {{"1970-01-01", 0},      {"1969-12-31", -1},    {"2000-02-29", 11016}, {"2024-02-29", 19782},
               {"2024-03-01", 19783},  {"2026-04-13", 20556}, {"1/4/1999", 10595},   {"01/04/1999", 10595},
               {"12/31/2024", 20088},  {"2/29/2024", 19782},  {"02/9/2024", 19762},  {"1900-03-01", -25508},
               {"9999-12-31", 2932896}};
  for (const auto& [text, days] : table) {
    const auto shown_text = text;
    CAPTURE(shown_text);
    const auto date = parse_date(text);
    REQUIRE(date);
    CHECK(date->days == days);
    CHECK(parse_date(date->iso()) == date);
  }
}

TEST_CASE("a day that does not exist is no date") {
  for (const char* const text :
       {"2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30", "2024-04-31", "2024-13-01", "2024-00-10", "2024-01-00",
        "2024-01-32", "2/29/2023", "13/1/2024", "0/1/2024", "1/0/2024", "31/12/2024"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date(text));
  }
}

TEST_CASE("a text in any other shape is no date") {
  for (const char* const text : {"",
                                 "2024",
                                 "2024-1-1",
                                 "24-01-01",
                                 "02024-01-01",
                                 "2024-01-01 ",
                                 " 2024-01-01",
                                 "2024/01/01",
                                 "2024-01-01T00:00",
                                 "01-02-2024",
                                 "1/2/24",
                                 "1/2/20245",
                                 "001/2/2024",
                                 "1/2/2024 ",
                                 "1//2024",
                                 "-024-01-01",
                                 "2024-01",
                                 "2024-01-",
                                 "20240101",
                                 "01.02.2024",
                                 "1-2/2024",
                                 "today",
                                 "NaN",
                                 "2024-0a-01",
                                 "\xEF\xBC\x92" // NOLINT(bugprone-suspicious-missing-comma)
                                 "024-01-01"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date(text));
  }
}

TEST_CASE("an instant is RFC 3339 with Z or an offset") {
  const struct {
    const char* text;
    TimeMs at; // date -u -d "…" +%s%3N
  } table[] = {{"1970-01-01T00:00:00Z", 0},
               {"2026-04-13T14:30:15Z", 1776090615000},
               {"2026-04-13t14:30:15z", 1776090615000},
               {"2026-04-13 14:30:15Z", 1776090615000},
               {"2026-04-13T16:30:15+02:00", 1776090615000},
               {"2026-04-13T10:30:15-04:00", 1776090615000},
               {"2026-04-13T20:00:15+05:30", 1776090615000},
               {"2026-04-14T00:15:15+09:45", 1776090615000},
               {"2026-04-12T23:30:15-15:00", 1776090615000},
               {"2026-04-13T14:30:15.5Z", 1776090615500},
               {"2026-04-13T14:30:15.123Z", 1776090615123},
               {"2026-04-13T14:30:15.123999999Z", 1776090615123},
               {"2026-04-13T14:30:15.001+00:00", 1776090615001},
               {"1969-12-31T23:59:59.999Z", -1},
               {"2024-02-29T00:00:00-00:00", 1709164800000}};
  for (const auto& [text, at] : table) {
    const auto shown_text = text;
    CAPTURE(shown_text);
    const auto parsed = parse_rfc3339(text);
    REQUIRE(parsed);
    CHECK(*parsed == at);
  }
}

TEST_CASE("an instant without its offset, or out of range, is none") {
  for (const char* const text : {"",
                                 "2026-04-13",
                                 "2026-04-13T14:30:15",
                                 "2026-04-13T14:30Z",
                                 "2026-04-13T24:00:00Z",
                                 "2026-04-13T14:60:00Z",
                                 "2026-04-13T14:30:60Z",
                                 "2026-04-13T14:30:15.Z",
                                 "2026-04-13T14:30:15,5Z",
                                 "2026-04-13T14:30:15+0200",
                                 "2026-04-13T14:30:15+02",
                                 "2026-04-13T14:30:15+24:00",
                                 "2026-04-13T14:30:15+02:60",
                                 "2026-04-13T14:30:15 Z",
                                 "2026-04-13T14:30:15Zx",
                                 "2026-04-13T14:30:15+02:00x",
                                 "4/13/2026T14:30:15Z",
                                 "2026-02-30T14:30:15Z",
                                 "2026-04-13T1:30:15Z",
                                 "2026-04-13T14:30:15.1",
                                 "2026-04-13_14:30:15Z",
                                 "1776090615"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("an instant is printed to the millisecond and read back") {
  CHECK(format_rfc3339(1776090615123) == "2026-04-13T14:30:15.123Z");
  CHECK(format_rfc3339(0) == "1970-01-01T00:00:00.000Z");
  CHECK(format_rfc3339(-1) == "1969-12-31T23:59:59.999Z");
  for (const TimeMs at : {TimeMs{-1}, TimeMs{0}, TimeMs{1}, time_min_ms, time_max_ms, TimeMs{1709251199999}})
    CHECK(parse_rfc3339(format_rfc3339(at)) == at);
}

TEST_CASE("an instant belongs to the UTC day that holds it, before 1970 too") {
  CHECK(date_of(0).days == 0);
  CHECK(date_of(day_ms - 1).days == 0);
  CHECK(date_of(day_ms).days == 1);
  CHECK(date_of(-1).days == -1);
  CHECK(date_of(-day_ms).days == -1);
  CHECK(date_of(-day_ms - 1).days == -2);
}

TEST_CASE("a day ends where the next begins, and its close is known by then") {
  const auto date = parse_date("2026-04-13");
  REQUIRE(date);
  CHECK(date->begin_ms() == 1776038400000); // date -u -d 2026-04-13 +%s
  CHECK(date->end_ms() == 1776124800000);
  CHECK(date_of(date->end_ms() - 1) == *date);
  CHECK(date_of(date->end_ms()) > *date);
}

TEST_CASE("the bounds of time are 1990 and 2100") {
  CHECK(format_rfc3339(time_min_ms) == "1990-01-01T00:00:00.000Z");
  CHECK(format_rfc3339(time_max_ms) == "2100-01-01T00:00:00.000Z");
}
