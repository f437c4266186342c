// The two sizes that look at one symbol alone, by pencil.

#include <doctest/doctest.h>

#include "sizing/build_sizing.hpp"

using namespace riskcluster;
using riskcluster::test::input;

TEST_CASE("fixed fractional risks one percent of equity at the stop") {
  const auto sized = fixed_fractional(input());
  CHECK(*sized.size == doctest::Approx(5'000)); // 10,000 · 0.01 / 0.02
  CHECK(sized.stop_distance == doctest::Approx(0.02));
  auto bolder = input();
  bolder.risk_per_trade = 0.025;
  CHECK(*fixed_fractional(bolder).size == doctest::Approx(12'500));
}

TEST_CASE("fixed fractional without a stop takes two daily deviations") {
  auto in = input();
  in.stop_distance.reset();
  in.volatility = 0.005;
  const auto sized = fixed_fractional(in);
  CHECK(sized.stop_distance == doctest::Approx(0.01));
  CHECK(*sized.size == doctest::Approx(10'000)); // 10,000 · 0.01 / 0.01
}

TEST_CASE("fixed fractional divides by no stop below a quarter of the volatility") {
  auto in = input();
  in.stop_distance = 1e-9;
  const auto sized = fixed_fractional(in);
  CHECK(sized.stop_distance == doctest::Approx(0.0025));
  CHECK(*sized.size == doctest::Approx(40'000)); // 100 / 0.0025
}

TEST_CASE("fixed fractional is absent when there is neither stop nor volatility") {
  auto in = input();
  in.stop_distance.reset();
  in.volatility.reset();
  const auto sized = fixed_fractional(in);
  CHECK_FALSE(sized.size);
  CHECK_FALSE(sized.absent_reason.empty());
}

TEST_CASE("the volatility target is equity times target over volatility, whatever the stop") {
  auto in = input();
  CHECK(*volatility_target(in).size == doctest::Approx(20'000)); // 10,000 · 0.02 / 0.01
  in.volatility = 0.04;
  in.target_volatility = 0.01;
  in.stop_distance.reset();
  CHECK(*volatility_target(in).size == doctest::Approx(2'500));
}

TEST_CASE("the volatility target is absent without a volatility") {
  auto in = input();
  in.volatility.reset();
  const auto sized = volatility_target(in);
  CHECK_FALSE(sized.size);
  CHECK_FALSE(sized.absent_reason.empty());
}
