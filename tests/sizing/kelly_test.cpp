// Kelly's fraction and the size that it gives, by pencil.

#include <doctest/doctest.h>

#include "sizing/build_sizing.hpp"

using namespace riskcluster;
using riskcluster::test::input;

TEST_CASE("full Kelly is p - (1-p)/b") {
  CHECK(full_kelly(0.6, 2) == doctest::Approx(0.4));     // 0.6 - 0.4/2
  CHECK(full_kelly(0.5, 1) == doctest::Approx(0));       // a fair coin
  CHECK(full_kelly(0.4, 1) == doctest::Approx(-0.2));    // 0.4 - 0.6
  CHECK(full_kelly(0.55, 1.5) == doctest::Approx(0.25)); // 0.55 - 0.45/1.5
  CHECK(full_kelly(1, 3) == doctest::Approx(1));
  CHECK(full_kelly(0, 2) == doctest::Approx(-0.5));
}

TEST_CASE("without own statistics the odds are confidence, and target over stop") {
  auto in = input(); // E 10,000, stop 2 %, target 4 %, p 0.6: f = 0.4/4 = 0.1, size 10,000 · 0.1 / 0.02
  const auto sized = kelly(in);
  REQUIRE(sized.size);
  CHECK_FALSE(sized.own_statistics);
  CHECK(sized.probability == 0.6);
  CHECK(sized.ratio == doctest::Approx(2));
  CHECK(sized.full_kelly == doctest::Approx(0.4));
  CHECK(sized.fraction == doctest::Approx(0.1));
  CHECK(*sized.size == doctest::Approx(50'000));
}

TEST_CASE("own statistics replace confidence and levels") {
  auto in = input();
  in.own_probability = 0.55;
  in.own_ratio = 1.5; // f = 0.25/4 = 0.0625
  auto sized = kelly(in);
  CHECK(sized.own_statistics);
  CHECK(*sized.size == doctest::Approx(31'250)); // 10,000 · 0.0625 / 0.02
  in.stop_distance.reset();
  in.target_distance.reset();
  sized = kelly(in);
  CHECK(*sized.size == doctest::Approx(625)); // without a stop: E·f
}

TEST_CASE("a negative edge is present with size 0, never a short and never absent") {
  auto in = input();
  in.confidence = 0.2; // 0.2 - 0.8/2 = -0.2
  auto sized = kelly(in);
  REQUIRE(sized.size);
  CHECK(*sized.size == 0);
  CHECK(sized.fraction == 0);
  CHECK(sized.full_kelly == doctest::Approx(-0.2));
  in.own_probability = 0.3;
  in.own_ratio = 0.5; // 0.3 - 0.7/0.5 = -1.1
  sized = kelly(in);
  REQUIRE(sized.size);
  CHECK(*sized.size == 0);
  CHECK(sized.full_kelly == doctest::Approx(-1.1));
}

TEST_CASE("certainty bets the whole Kelly fraction, no more") {
  auto in = input();
  in.confidence = 1;
  const auto sized = kelly(in);
  CHECK(sized.fraction == doctest::Approx(0.25));
  CHECK(*sized.size == doctest::Approx(125'000)); // 10,000 · 0.25 / 0.02
}

TEST_CASE("the Kelly fraction of the limits scales the bet") {
  auto in = input();
  in.kelly_fraction = 0.5;
  CHECK(*kelly(in).size == doctest::Approx(100'000));
}

TEST_CASE("a stop inside a quarter of the daily volatility is floored where it divides: in the odds and in the size") {
  auto in = input();
  in.volatility = 0.04;     // floor 0.01
  in.stop_distance = 0.001; // b = 0.04/0.01 = 4, f = (0.6 - 0.1)/4 = 0.125, size 10,000·0.125/0.01
  const auto sized = kelly(in);
  CHECK(sized.ratio == doctest::Approx(4));
  CHECK(*sized.size == doctest::Approx(125'000));
  CHECK(*floored_stop(in) == doctest::Approx(0.01));
}

TEST_CASE("a stop of exactly a quarter of the volatility or more stands") {
  auto in = input();
  in.volatility = 0.04;
  for (const double stop : {0.01, 0.0101, 0.5}) {
    in.stop_distance = stop;
    CHECK(*floored_stop(in) == stop);
  }
  in.stop_distance.reset();
  CHECK_FALSE(floored_stop(in));
}

TEST_CASE("a stop without a volatility to floor it with is no stop to divide by: nothing is sized") {
  auto in = input();
  in.volatility.reset();
  in.stop_distance = 0.0001;
  CHECK_FALSE(floored_stop(in));
  CHECK_FALSE(kelly(in).size);
  CHECK_FALSE(fixed_fractional(in).size);
}

TEST_CASE("without own statistics a missing stop or target makes Kelly absent, with the reason") {
  auto no_stop = input(), no_target = input(), half = input();
  no_stop.stop_distance.reset();
  no_target.target_distance.reset();
  half.target_distance.reset();
  half.own_probability = 0.6; // one half of the statistics is no statistics
  for (const auto& in : {no_stop, no_target, half}) {
    const auto sized = kelly(in);
    CHECK_FALSE(sized.size);
    CHECK_FALSE(sized.absent_reason.empty());
  }
}
