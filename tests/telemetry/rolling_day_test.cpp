// Sums of the last day.

#include <random>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "telemetry/rolling_day.hpp"

using namespace riskcluster;

namespace {

constexpr TimeMs noon = 1'760'011'200'000; // a multiple of 15 minutes

} // namespace

TEST_CASE("what was added counts for a day, but for less than a slot") {
  RollingDay day;
  day.add(noon, 2);
  day.add(noon + RollingDay::slot_ms - 1);
  CHECK(day.sum(noon) == 3);
  CHECK(day.sum(noon + day_ms - 1) == 3);
  CHECK(day.sum(noon + day_ms) == 0);
}

TEST_CASE("a new day's slot begins at 0") {
  RollingDay day;
  day.add(noon, 5);
  day.add(noon + day_ms, 1);
  CHECK(day.sum(noon + day_ms) == 1);
  CHECK(day.sum(noon + 30 * day_ms) == 0);
}

TEST_CASE("a clock that is set back loses what is more than a day old, and nothing else") {
  RollingDay day;
  day.add(noon, 1);
  day.add(noon - hour_ms, 10);
  CHECK(day.sum(noon) == 11);
  day.add(noon - day_ms, 100); // the slot has been given away
  CHECK(day.sum(noon) == 11);
  CHECK(day.sum(noon - hour_ms) == 10); // what comes later is not yet
}

TEST_CASE("it sums what a list of everything would") {
  const std::uint64_t seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937_64 random{seed};
  RollingDay day;
  std::vector<std::pair<TimeMs, double>> all;
  TimeMs now = noon;
  for (int i = 0; i < 3'000; ++i) {
    now += static_cast<TimeMs>(random() % static_cast<std::uint64_t>(hour_ms));
    if (random() % 300 == 0) now += 2 * day_ms;
    const auto amount = static_cast<double>(random() % 100);
    day.add(now, amount);
    all.emplace_back(now, amount);
    double expected = 0;
    const TimeMs from = (now / RollingDay::slot_ms - 95) * RollingDay::slot_ms;
    for (const auto& [at, added] : all)
      if (at >= from) expected += added;
    REQUIRE(day.sum(now) == expected);
  }
}

TEST_CASE("threads that add at once lose nothing") {
  RollingDay day;
  std::vector<std::thread> threads(4);
  for (auto& thread : threads)
    thread = std::thread{[&] {
      for (int i = 0; i < 10'000; ++i) day.add(noon + i);
    }};
  for (auto& thread : threads) thread.join();
  CHECK(day.sum(noon + 10'000) == 40'000);
}
