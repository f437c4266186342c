// Sessions as people write them.

#include <doctest/doctest.h>

#include "market/trading_hours.hpp"

using namespace riskcluster;

TEST_CASE("a session is days, a blank and two times") {
  constexpr unsigned sun = 1, mon = 2, tue = 4, wed = 8, thu = 16, fri = 32, sat = 64;
  const struct {
    const char* text = "";
    WeeklySession session;
  } table[] = {{"Mon-Fri 09:30-16:00", {mon | tue | wed | thu | fri, 570, 960}},
               {"Sun 17:00-24:00", {sun, 1020, 1440}},
               {"Sat-Sun 00:00-24:00", {sat | sun, 0, 1440}},
               {"Fri-Mon 10:00-11:00", {fri | sat | sun | mon, 600, 660}},
               {"Sun-Sat 00:00-24:00", {127, 0, 1440}},
               {"Mon-Sun 00:00-24:00", {127, 0, 1440}},
               {"Wed-Wed 08:00-08:01", {wed, 480, 481}},
               {"Sun-Thu 17:00-16:00", {sun | mon | tue | wed | thu, 1020, 960}},
               {"Tue 23:59-00:00", {tue, 1439, 0}}};
  for (const auto& [text, session] : table) {
    const auto shown_text = text;
    CAPTURE(shown_text);
    const auto parsed = parse_session(text);
    REQUIRE(parsed);
    CHECK(*parsed == session);
  }
}

TEST_CASE("anything else is no session") {
  for (const char* const text : {"",
                                 "Mon-Fri",
                                 "09:30-16:00",
                                 "Mon-Fri 9:30-16:00",
                                 "Mon-Fri 09:30",
                                 "Mon-Fri 09:30-",
                                 "Mon-Fri 09:30-16:0",
                                 "Mon-Fri 09:30-16:60",
                                 "Mon-Fri 09:60-16:00",
                                 "Mon-Fri 09:30-24:01",
                                 "Mon-Fri 24:00-09:00",
                                 "Mon-Fri 25:00-26:00",
                                 "Mon-Fri 09:30-09:30",
                                 "Mon-Fri 00:00-00:00",
                                 "mon-fri 09:30-16:00",
                                 "MON-FRI 09:30-16:00",
                                 "Monday 09:30-16:00",
                                 "Mon-Xyz 09:30-16:00",
                                 "Mon- 09:30-16:00",
                                 "Mon,Tue 09:30-16:00",
                                 "Mon-Fri  09:30-16:00",
                                 "Mon-Fri 09:30-16:00 ",
                                 " Mon-Fri 09:30-16:00",
                                 "Mon-Fri 09:30 - 16:00",
                                 "Mon-Fri 0930-1600",
                                 "Mon-Fri 09.30-16.00",
                                 "Mon-Fri -9:30-16:00",
                                 "Mon-Fri 09:30-16:00x",
                                 "Mon-Fri-Sun 09:30-16:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_session(text));
  }
}

TEST_CASE("an interval is open at its opening and closed at its close") {
  const std::vector<UtcInterval> intervals = {{100, 200}, {200, 300}, {500, 500}};
  for (const TimeMs at : {100, 199, 200, 299}) CHECK(contains(intervals, at));
  for (const TimeMs at : {99, 300, 500, 501}) CHECK_FALSE(contains(intervals, at));
  CHECK_FALSE(contains({}, 0));
}
