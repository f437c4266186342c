// closed → open → half-open → closed or open again, by steps and under random outcomes.

#include <random>

#include <doctest/doctest.h>

#include "market/circuit_breaker.hpp"

using namespace riskcluster;

namespace {

constexpr BreakerRules rules{.failures = 3, .window = 1'000, .cool_down = 5'000, .probes = 2};

/// What happens to one that asks at `at`: b bad, g good, u undecided, l let through and never heard of again, x not let
/// through.
struct Step {
  TimeMs at;
  char outcome;
  BreakerState after;
};

void run(const std::vector<Step>& steps) {
  CircuitBreaker breaker{rules};
  for (const auto& step : steps) {
    CAPTURE(step.at);
    CHECK(breaker.let_through(step.at) == (step.outcome != 'x'));
    if (step.outcome == 'b') breaker.failed(step.at);
    if (step.outcome == 'g') breaker.succeeded();
    if (step.outcome == 'u') breaker.undecided();
    CHECK(breaker.state(step.at) == step.after);
    CHECK(breaker.trusted() == (step.after == BreakerState::closed));
  }
}

constexpr auto closed = BreakerState::closed;
constexpr auto open = BreakerState::open;
constexpr auto half_open = BreakerState::half_open;

} // namespace

TEST_CASE("as many failures as the rules say, within the window, open it") {
  run({{0, 'b', closed}, {500, 'b', closed}, {1'000, 'b', open}, {1'001, 'x', open}});
}

TEST_CASE("failures further apart than the window do not, and good ones between them do not help") {
  run({{0, 'b', closed}, {500, 'b', closed}, {1'001, 'b', closed}, {1'501, 'b', closed}, {1'502, 'b', open}});
  run({{0, 'b', closed}, {1, 'g', closed}, {2, 'b', closed}, {3, 'g', closed}, {4, 'b', open}});
}

TEST_CASE("what says nothing either way never opens it") {
  run({{0, 'u', closed}, {0, 'u', closed}, {0, 'u', closed}, {0, 'u', closed}, {0, 'u', closed}});
}

TEST_CASE("after the cool-down it lets probes through, and closes when all were good") {
  run({{0, 'b', closed},
       {0, 'b', closed},
       {0, 'b', open},
       {4'999, 'x', open},
       {5'000, 'g', half_open},
       {5'001, 'g', closed},
       {5'002, 'b', closed}});
}

TEST_CASE("one bad probe opens it for another cool-down") {
  run({{0, 'b', closed},
       {0, 'b', closed},
       {0, 'b', open},
       {5'000, 'g', half_open},
       {5'001, 'b', open},
       {10'000, 'x', open},
       {10'001, 'g', half_open},
       {10'002, 'g', closed}});
}

TEST_CASE("closed again it counts failures from nothing, however wide the window") {
  CircuitBreaker breaker{{.failures = 2, .window = 100'000, .cool_down = 10, .probes = 1}};
  breaker.failed(0);
  breaker.failed(0);
  REQUIRE(breaker.let_through(10));
  breaker.succeeded();
  breaker.failed(11);
  CHECK(breaker.state(11) == closed);
  breaker.failed(12);
  CHECK(breaker.state(12) == open);
}

TEST_CASE("no more than the probes are on the way at once, and an undecided one gives its place back") {
  run({{0, 'b', closed},
       {0, 'b', closed},
       {0, 'b', open},
       {5'000, 'l', half_open},
       {5'000, 'l', half_open},
       {5'001, 'x', half_open}});
  run({{0, 'b', closed},
       {0, 'b', closed},
       {0, 'b', open},
       {5'000, 'u', half_open},
       {5'000, 'u', half_open},
       {5'000, 'u', half_open},
       {5'000, 'g', half_open},
       {5'000, 'g', closed}});
}

TEST_CASE("probes whose outcome never comes are sent again after a cool-down") {
  run({{0, 'b', closed},
       {0, 'b', closed},
       {0, 'b', open},
       {5'000, 'l', half_open},
       {6'000, 'l', half_open},
       {10'999, 'x', half_open},
       {11'000, 'g', half_open},
       {11'000, 'g', closed}});
}

TEST_CASE("an outcome from before it opened is no probe's") {
  CircuitBreaker breaker{rules};
  for (int i = 0; i < 5; ++i) CHECK(breaker.let_through(0));
  for (int i = 0; i < 3; ++i) breaker.failed(0);
  breaker.succeeded();
  breaker.succeeded();
  CHECK(breaker.state(0) == open);
  breaker.failed(5'000); // half-open by now, but nothing is on trial
  CHECK(breaker.state(5'000) == half_open);
  CHECK(breaker.openings() == 1);
}

TEST_CASE("a clock that runs backwards ends the cool-down instead of making it longer") {
  CircuitBreaker breaker{rules};
  constexpr TimeMs years_ahead = 100'000'000'000;
  for (int i = 0; i < 3; ++i) breaker.failed(years_ahead);
  CHECK_FALSE(breaker.let_through(years_ahead));
  CHECK(breaker.let_through(0));
}

TEST_CASE("it opens when and only when the failures of the last window are enough") {
  constexpr std::uint64_t seed = 41;
  MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (int round = 0; round < 300; ++round) {
    CircuitBreaker breaker{rules};
    std::vector<TimeMs> failures;
    for (TimeMs now = 0; breaker.trusted() && failures.size() < 200; now += static_cast<TimeMs>(random() % 900)) {
      REQUIRE(breaker.let_through(now));
      if (random() % 3 == 0) {
        breaker.succeeded();
        continue;
      }
      breaker.failed(now);
      failures.push_back(now);
      const auto recent = std::count_if(failures.begin(), failures.end(), [&](TimeMs at) { return now - at <= 1'000; });
      REQUIRE(breaker.trusted() == (recent < 3));
    }
  }
}

TEST_CASE("of a source that only fails hardly anything passes") {
  constexpr std::uint64_t seed = 42;
  MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (int round = 0; round < 200; ++round) {
    CircuitBreaker breaker{rules};
    TimeMs now = 0;
    TimeMs passed = 0;
    for (int i = 0; i < 2'000; ++i) {
      now += static_cast<TimeMs>(random() % 333); // dense enough that any three are within the window
      if (!breaker.let_through(now)) continue;
      ++passed;
      breaker.failed(now);
    }
    CHECK(passed <= 3 + now / rules.cool_down); // then one a cool-down
    CHECK(breaker.openings() == static_cast<std::uint64_t>(passed - 2));
  }
}

TEST_CASE("whatever happened, two cool-downs later good probes close it") {
  constexpr std::uint64_t seed = 43;
  MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (int round = 0; round < 2'000; ++round) {
    CircuitBreaker breaker{rules};
    TimeMs now = 0;
    for (std::uint64_t i = random() % 60; i > 0; --i) {
      now += static_cast<TimeMs>(random() % (random() % 4 == 0 ? 7'000 : 300));
      if (!breaker.let_through(now)) continue;
      const auto outcome = random() % 8;
      if (outcome < 4) breaker.failed(now);
      if (outcome == 4) breaker.succeeded();
      if (outcome == 5) breaker.undecided();
    }
    now += 2 * rules.cool_down;
    for (std::size_t i = 0; i < rules.probes; ++i) {
      REQUIRE(breaker.let_through(now));
      breaker.succeeded();
    }
    REQUIRE(breaker.state(now) == closed);
  }
}

TEST_CASE("rules that cannot be are refused with their values") {
  CHECK(faults_of(BreakerRules{}).empty());
  const std::pair<BreakerRules, const char*> cases[] = {{{.failures = 0}, "failures: must be 1 to 1000, not 0"},
                                                        {{.failures = 1'001}, "failures: must be 1 to 1000, not 1001"},
                                                        {{.window = 0}, "window: must be 1 ms to a day, not 0"},
                                                        {{.cool_down = -1}, "cool_down: must be 1 ms to a day, not -1"},
                                                        {{.probes = 0}, "probes: must be 1 to 1000, not 0"}};
  for (const auto& [bad, fault] : cases) {
    REQUIRE(faults_of(bad).size() == 1);
    CHECK(faults_of(bad).front() == fault);
  }
  CHECK(faults_of(BreakerRules{0, 0, 0, 0}).size() == 4);
}
