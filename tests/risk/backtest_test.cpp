#include <cmath>

#include <doctest/doctest.h>

#include "random_numbers.hpp"
#include "risk/backtest.hpp"

using namespace riskcluster;

TEST_CASE("the chi-square tail has the table's critical values") {
  // Any chi-square table; digits from R's qchisq.
  CHECK(chi_square_upper(3.841458820694124, 1) == doctest::Approx(0.05).epsilon(1e-12));
  CHECK(chi_square_upper(6.634896601021213, 1) == doctest::Approx(0.01).epsilon(1e-12));
  CHECK(chi_square_upper(5.991464547107979, 2) == doctest::Approx(0.05).epsilon(1e-12));
  CHECK(chi_square_upper(0, 1) == 1.0);
  CHECK(chi_square_upper(0, 2) == 1.0);
}

TEST_CASE("the binomial sum is the one the Basel Committee printed") {
  // Supervisory framework for backtesting (1996), table 1: P(X <= x), 250 days at 99%, in percent.
  const double percent[] = {8.11, 28.58, 54.32, 75.81, 89.22, 95.88, 98.63, 99.60, 99.89, 99.97, 99.99};
  for (int x = 0; x <= 10; ++x) {
    CAPTURE(x);
    CHECK(std::fabs(100 * binomial_cumulative(x, 250, 0.01) - percent[x]) < 0.00501);
  }
}

TEST_CASE("the binomial sum is exact where a pencil is") {
  CHECK(binomial_cumulative(1, 3, 0.5) == doctest::Approx(0.5).epsilon(1e-15));
  CHECK(binomial_cumulative(0, 250, 0.01) == doctest::Approx(std::pow(0.99, 250)).epsilon(1e-13));
  CHECK(binomial_cumulative(2, 4, 0.1) == doctest::Approx(0.9963).epsilon(1e-15)); // .6561 + .2916 + .0486
  CHECK(binomial_cumulative(-1, 4, 0.1) == 0.0);
  CHECK(binomial_cumulative(4, 4, 0.1) == 1.0);
  CHECK(binomial_cumulative(500'000, 1'000'001, 0.5) == doctest::Approx(0.5).epsilon(1e-12)); // by symmetry
}

TEST_CASE("250 days at 99% have the traffic light of 1996") {
  for (int breaches = 0; breaches <= 30; ++breaches) {
    CAPTURE(breaches);
    const auto coverage = unconditional_coverage(250, breaches, 0.99);
    REQUIRE(coverage);
    CHECK(name(coverage->basel_zone) == (breaches <= 4 ? "green" : breaches <= 9 ? "yellow" : "red"));
  }
}

TEST_CASE("Kupiec's ratio is Jorion's for J.P. Morgan in 1998") {
  // Jorion, Value at Risk, 3rd edition, ch. 6: 20 exceptions on 252 days at 95%: LR = 3.91.
  const auto coverage = unconditional_coverage(252, 20, 0.95);
  REQUIRE(coverage);
  CHECK(std::fabs(coverage->kupiec_lr - 3.91) < 0.005);
  CHECK(coverage->expected == doctest::Approx(12.6));
  CHECK(coverage->kupiec_p < 0.05);
}

TEST_CASE("Kupiec's test does not reject inside his published intervals, and rejects outside") {
  // Kupiec (1995), table of non-rejection regions at 95%: low < x < high.
  struct Row {
    double confidence;
    int observations, low, high;
  };
  for (const Row& row :
       {Row{0.99, 510, 1, 11}, Row{0.99, 1'000, 4, 17}, Row{0.975, 255, 2, 12}, Row{0.975, 510, 6, 21},
        Row{0.975, 1'000, 15, 36}, Row{0.95, 255, 6, 21}, Row{0.95, 510, 16, 36}, Row{0.95, 1'000, 37, 65},
        Row{0.9, 255, 16, 36}, Row{0.9, 510, 38, 65}, Row{0.9, 1'000, 81, 120}})
    for (int x = 0; x <= row.high + 5; ++x) {
      CAPTURE(row.confidence);
      CAPTURE(row.observations);
      CAPTURE(x);
      const auto coverage = unconditional_coverage(row.observations, x, row.confidence);
      CHECK((coverage->kupiec_p > 0.05) == (x > row.low && x < row.high));
    }
}

TEST_CASE("no breach and breaches only have a ratio: 0·ln 0 is 0") {
  CHECK(unconditional_coverage(250, 0, 0.99)->kupiec_lr == doctest::Approx(-500 * std::log(0.99)).epsilon(1e-14));
  CHECK(unconditional_coverage(10, 10, 0.99)->kupiec_lr == doctest::Approx(-20 * std::log(0.01)).epsilon(1e-14));
  CHECK(unconditional_coverage(100, 5, 0.95)->kupiec_lr == doctest::Approx(0)); // exactly as many as expected
}

TEST_CASE("counts that cannot be are refused") {
  CHECK_FALSE(unconditional_coverage(0, 0, 0.95));
  CHECK_FALSE(unconditional_coverage(10, -1, 0.95));
  CHECK_FALSE(unconditional_coverage(10, 11, 0.95));
  for (const double confidence : {0.0, 1.0, std::nan("")}) CHECK_FALSE(unconditional_coverage(10, 1, confidence));
  CHECK_FALSE(conditional_coverage({}, 0.95));
}

TEST_CASE("Christoffersen's ratio is the one counted by hand") {
  // 0 0 1 1 0 0 0 1 0 0: transitions 00: 4, 01: 2, 10: 2, 11: 1. Likelihoods: 6^6·3^3/9^9 restricted,
  // (4/6)^4(2/6)^2 · (2/3)^2(1/3)^1 free.
  const std::vector<bool> breaches{false, false, true, true, false, false, false, true, false, false};
  const auto independence = conditional_coverage(breaches, 0.9);
  REQUIRE(independence);
  const double restricted = 6 * std::log(6.0 / 9) + 3 * std::log(3.0 / 9);
  const double free = 4 * std::log(4.0 / 6) + 2 * std::log(2.0 / 6) + 2 * std::log(2.0 / 3) + std::log(1.0 / 3);
  CHECK(independence->independence_lr == doctest::Approx(2 * (free - restricted)).epsilon(1e-12).scale(1));
  const double kupiec = unconditional_coverage(10, 3, 0.9)->kupiec_lr;
  CHECK(independence->joint_lr == doctest::Approx(kupiec + 2 * (free - restricted)).epsilon(1e-12));
  CHECK(independence->joint_p == doctest::Approx(std::exp(-independence->joint_lr / 2)).epsilon(1e-12));
}

TEST_CASE("breaches in one cluster fail the independence test; scattered ones pass") {
  std::vector<bool> clustered(250, false), scattered(250, false);
  for (std::size_t i = 0; i < 12; ++i) {
    clustered[100 + i] = true;
    scattered[i * 20 + 3] = true;
  }
  CHECK(conditional_coverage(clustered, 0.95)->independence_p < 1e-6);
  CHECK(conditional_coverage(scattered, 0.95)->independence_p > 0.05);
  // Transitions 00: 236, 01: 1, 10: 1, 11: 11, by counting.
  const double free = 236 * std::log(236.0 / 237) + std::log(1.0 / 237) + std::log(1.0 / 12) + 11 * std::log(11.0 / 12);
  const double restricted = 237 * std::log(237.0 / 249) + 12 * std::log(12.0 / 249);
  CHECK(conditional_coverage(clustered, 0.95)->independence_lr == doctest::Approx(2 * (free - restricted)));
}

TEST_CASE("a series without breach is independent") {
  const auto independence = conditional_coverage(std::vector<bool>(250, false), 0.99);
  CHECK(independence->independence_lr == 0.0);
  CHECK(independence->independence_p == 1.0);
}

TEST_CASE("a day breaches when it loses more than the VaR of the days before it") {
  // Window 30 of -0.29 … 0.00 in steps of 0.01, c = 0.95: h = 1.45, VaR = 0.28 - 0.45·0.01 = 0.2755.
  Eigen::VectorXd returns{32};
  for (int i = 0; i < 30; ++i) returns[i] = -0.01 * i;
  returns[30] = -0.2754;
  // A day on, 0.00 has left the window and -0.2754 entered it: VaR = 0.28 - 0.45·(0.28 - 0.2754) = 0.27793.
  returns[31] = -0.2780;
  const auto breaches = var_breaches(returns, 30, 0.95, VarMethod::historical);
  REQUIRE(breaches);
  CHECK(*breaches == std::vector<bool>{false, true});
  returns[31] = -0.2779;
  CHECK_FALSE(var_breaches(returns, 30, 0.95, VarMethod::historical)->back());
  returns[30] = -0.2756;
  CHECK(var_breaches(returns, 30, 0.95, VarMethod::historical)->front());
}

TEST_CASE("normal returns breach about as often as they should, by all three methods") {
  // 1,000 days at 95%: 50 expected; Kupiec's interval at 95% is 38 … 64, widened for the estimated VaR.
  test::RandomNumbers random{31};
  const Eigen::VectorXd returns = random.normals(1'252, 1, 0.01);
  for (const auto method : {VarMethod::historical, VarMethod::parametric, VarMethod::monte_carlo}) {
    const auto breaches = var_breaches(returns, 252, 0.95, method, 7);
    REQUIRE(breaches);
    CHECK(breaches->size() == 1'000);
    const auto count = std::count(breaches->begin(), breaches->end(), true);
    CHECK(count > 30);
    CHECK(count < 75);
    CHECK(*var_breaches(returns, 252, 0.95, method, 7) == *breaches);
  }
}

TEST_CASE("a backtest without enough history is an error") {
  const Eigen::VectorXd returns = Eigen::VectorXd::Constant(100, 0.01);
  CHECK_FALSE(var_breaches(returns, 100, 0.95, VarMethod::historical)); // no day left to judge
  CHECK_FALSE(var_breaches(returns, 29, 0.95, VarMethod::historical));
  CHECK_FALSE(var_breaches(returns, 50, 0.99, VarMethod::historical)); // 99% needs 100
  CHECK_FALSE(var_breaches(returns, 50, 1.0, VarMethod::historical));
  Eigen::VectorXd broken = returns;
  broken[7] = std::nan("");
  CHECK_FALSE(var_breaches(broken, 50, 0.95, VarMethod::historical));
}
