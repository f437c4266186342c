// Lines that repeat.

#include <doctest/doctest.h>

#include "telemetry/log_limit.hpp"

using namespace riskcluster;

namespace {

/// How many of `count` equal lines are let through.
std::size_t admitted(LogLimit& limit, LogLevel level, std::string_view message, std::size_t count) {
  std::size_t passed = 0;
  for (std::size_t i = 0; i < count; ++i) passed += limit.admit(level, message) ? 1U : 0U;
  return passed;
}

using Held = std::vector<HeldLines>;

} // namespace

TEST_CASE("of one level and message so many lines a second are printed, and the others are told in the next") {
  LogLimit limit;
  CHECK(limit.held(10'000).empty());
  CHECK(admitted(limit, LogLevel::warn, "refused", log_repeats_max) == log_repeats_max);
  CHECK(limit.held(10'999).empty());
  CHECK(admitted(limit, LogLevel::warn, "refused", 7) == 0);
  CHECK(limit.held(10'999).empty());
  CHECK(limit.held(11'000) == Held{{LogLevel::warn, "refused", 7}});
  CHECK(limit.held(12'000).empty()); // once
}

TEST_CASE("another second is another allowance") {
  LogLimit limit;
  for (const TimeMs now : {TimeMs{0}, TimeMs{1'000}, TimeMs{2'500}, TimeMs{100}}) { // also when a clock is set back
    limit.held(now);
    CHECK(admitted(limit, LogLevel::info, "a", 150) == log_repeats_max);
  }
}

TEST_CASE("another message or another level has an allowance of its own") {
  LogLimit limit;
  CHECK(admitted(limit, LogLevel::warn, "a", 150) == log_repeats_max);
  CHECK(admitted(limit, LogLevel::warn, "b", 120) == log_repeats_max);
  CHECK(admitted(limit, LogLevel::error, "a", 101) == log_repeats_max);
  CHECK(limit.held(5'000) ==
        Held{{LogLevel::warn, "a", 50}, {LogLevel::warn, "b", 20}, {LogLevel::error, "a", 1}}); // loudest first
}

TEST_CASE("asked at once, what is held is told, and the second's allowance stays used up") {
  LogLimit limit;
  admitted(limit, LogLevel::info, "a", 110);
  CHECK(limit.held() == Held{{LogLevel::info, "a", 10}});
  CHECK(limit.held().empty());
  CHECK(admitted(limit, LogLevel::info, "a", 5) == 0);
  CHECK(limit.held(9'000) == Held{{LogLevel::info, "a", 5}});
}

TEST_CASE("messages that are all different have one allowance together, beyond a bound") {
  LogLimit limit;
  std::size_t passed = 0;
  for (std::size_t i = 0; i < 10'000; ++i) passed += admitted(limit, LogLevel::info, "m" + std::to_string(i), 1);
  CHECK(passed == log_messages_max + log_repeats_max);
  CHECK(limit.held(1'000) == Held{{LogLevel::info, "others", 10'000 - passed}});
  CHECK(admitted(limit, LogLevel::info, "m9999", 1) == 1); // the next second is a fresh one
}
