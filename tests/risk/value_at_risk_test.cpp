#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "random_numbers.hpp"
#include "risk/value_at_risk.hpp"

using namespace riskcluster;

namespace {

Eigen::VectorXd one_to(int n, double sign = 1) {
  Eigen::VectorXd values{n};
  for (int i = 0; i < n; ++i) values[i] = sign * (n - i); // any order will do: falling
  return values;
}

} // namespace

TEST_CASE("the quantile lies where Hyndman and Fan's type 7 puts it") {
  // h = (n-1)(1-c), by hand.
  struct Row {
    Eigen::Index n;
    double confidence;
    Eigen::Index k;
    double g;
  };
  for (const Row& row :
       {Row{252, 0.95, 12, 0.55}, Row{252, 0.99, 2, 0.51}, Row{10'000, 0.95, 499, 0.95}, Row{101, 0.95, 5, 0},
        Row{101, 0.99, 1, 0}, Row{21, 0.9, 2, 0}, Row{1, 0.95, 0, 0}, Row{30, 0.95, 1, 0.45}, Row{2, 0.5, 0, 0.5}}) {
    CAPTURE(row.n);
    const auto position = quantile_position(row.n, row.confidence);
    CHECK(position.k == row.k);
    CHECK(position.g == doctest::Approx(row.g).epsilon(1e-9));
  }
}

TEST_CASE("historical VaR is R's type-7 quantile with its sign turned") {
  // R: quantile(-(1:10), 0.05) = -9.55; quantile(-(1:101), 0.05) = -96; quantile(-(1:5), 0.5) = -3.
  CHECK(empirical_tail(one_to(10, -1), 0.95).value_at_risk == doctest::Approx(9.55).epsilon(1e-14));
  CHECK(empirical_tail(one_to(101, -1), 0.95).value_at_risk == 96.0);
  CHECK(empirical_tail(one_to(5, -1), 0.5).value_at_risk == 3.0);
}

TEST_CASE("expected shortfall is the mean of the outcomes up to the quantile's lower neighbour") {
  CHECK(empirical_tail(one_to(10, -1), 0.95).expected_shortfall == 10.0);                   // k = 0: the worst alone
  CHECK(empirical_tail(one_to(101, -1), 0.95).expected_shortfall == 98.5);                  // mean of 101 … 96
  CHECK(empirical_tail(one_to(1'001, -1), 0.9).expected_shortfall == doctest::Approx(951)); // mean of 1001 … 901
}

TEST_CASE("a tail that gains is no loss") {
  const Tail tail = empirical_tail(one_to(100), 0.95);
  CHECK(tail.value_at_risk == 0.0);
  CHECK(tail.expected_shortfall == 0.0);
  const Tail rising = parametric_tail(1.0, 0.1, 0.95, 1);
  CHECK(rising.value_at_risk == 0.0);
  CHECK(rising.expected_shortfall == 0.0);
}

TEST_CASE("a single outcome is its own tail") {
  const Tail tail = empirical_tail(Eigen::VectorXd::Constant(1, -3.0), 0.99);
  CHECK(tail.value_at_risk == 3.0);
  CHECK(tail.expected_shortfall == 3.0);
}

TEST_CASE("parametric figures are z and φ(z)/(1-c) deviations") {
  // z(95%) = 1.6448536269514722 and φ(z)/0.05 = 2.0627128075074257: R's qnorm and dnorm.
  const Tail one = parametric_tail(0, 1, 0.95, 1);
  CHECK(one.value_at_risk == doctest::Approx(1.6448536269514722).epsilon(1e-14));
  CHECK(one.expected_shortfall == doctest::Approx(2.0627128075074257).epsilon(1e-14));
  // Mean by h, deviation by √h: 4 days of mean 0.1 and deviation 2 are mean 0.4, deviation 4.
  const Tail four = parametric_tail(0.1, 2, 0.95, 4);
  CHECK(four.value_at_risk == doctest::Approx(4 * 1.6448536269514722 - 0.4).epsilon(1e-14));
  CHECK(four.expected_shortfall == doctest::Approx(4 * 2.0627128075074257 - 0.4).epsilon(1e-14));
  CHECK(parametric_tail(0, 1, 0.99, 1).value_at_risk == doctest::Approx(2.3263478740408408).epsilon(1e-14));
}

TEST_CASE("VaR needs thirty observations and 1/(1-c) of them") {
  CHECK_FALSE(enough_observations(29, 0.95));
  CHECK(enough_observations(30, 0.95));
  CHECK_FALSE(enough_observations(99, 0.99));
  CHECK(enough_observations(100, 0.99)); // 1/(1-0.99) is a little more than 100 in binary
  CHECK_FALSE(enough_observations(999, 0.999));
  CHECK(enough_observations(1'000, 0.999));
}

TEST_CASE("settings outside their range are refused, not computed with") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(validate({}));
  for (const double confidence : {0.0, 1.0, -0.1, 95.0, nan}) CHECK_FALSE(validate({.confidence = confidence}));
  CHECK_FALSE(validate({.horizon_days = 0}));
  CHECK_FALSE(validate({.paths = 0}));
  CHECK_FALSE(validate({.window_days = 1}));
}

TEST_CASE("the largest of three methods is the one compared with a limit") {
  const VarFigures figures{{1, 6}, {3, 4}, {2, 5}};
  CHECK(figures.largest_var() == 3);
  CHECK(figures.largest_shortfall() == 6);
}
