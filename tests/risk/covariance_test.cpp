#include <cmath>

#include <doctest/doctest.h>

#include "random_numbers.hpp"
#include "risk/covariance.hpp"
#include "risk/returns.hpp"
#include "risk/volatility.hpp"

using namespace riskcluster;

namespace {

double worst_gap(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) { return (a - b).cwiseAbs().maxCoeff(); }

Eigen::MatrixXd squared(const CovarianceFactor& factor) { return factor.lower * factor.lower.transpose(); }

} // namespace

TEST_CASE("simple returns are price ratios less one") {
  Eigen::MatrixXd prices{3, 2};
  prices << 100, 50, 110, 40, 99, 40;
  const auto returns = simple_returns(prices);
  REQUIRE(returns);
  Eigen::MatrixXd expected{2, 2};
  expected << 0.1, -0.2, -0.1, 0;
  CHECK(worst_gap(*returns, expected) < 1e-15);
}

TEST_CASE("a price that is no price makes no return") {
  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    Eigen::MatrixXd prices{3, 1};
    prices << 1, bad, 1;
    CHECK_FALSE(simple_returns(prices));
  }
  CHECK_FALSE(simple_returns(Eigen::MatrixXd::Ones(1, 2)));
}

TEST_CASE("the last rows of a short history are all of it") {
  const Eigen::MatrixXd history = Eigen::VectorXd::LinSpaced(5, 1, 5);
  CHECK(last_rows(history, 2)(0, 0) == 4);
  CHECK(last_rows(history, 9).rows() == 5);
}

TEST_CASE("mean and deviation are the sample's") {
  const Eigen::VectorXd values{{2, 4, 4, 4, 5, 5, 7, 9}}; // mean 5, squares 32
  CHECK(mean(values) == 5.0);
  CHECK(standard_deviation(values) == doctest::Approx(std::sqrt(32.0 / 7)).epsilon(1e-15));
  CHECK(standard_deviation(Eigen::VectorXd::Ones(1)) == 0.0);
}

TEST_CASE("covariance and correlation are those done by hand") {
  // Columns (1,2,3,4), (2,1,4,3), constant: sums of squares 5 and 5, of products 3; divisor 3.
  Eigen::MatrixXd returns{4, 3};
  returns << 1, 2, 0.1, 2, 1, 0.1, 3, 4, 0.1, 4, 3, 0.1;
  Eigen::MatrixXd expected{3, 3};
  expected << 5.0 / 3, 1, 0, 1, 5.0 / 3, 0, 0, 0, 0;
  CHECK(worst_gap(covariance(returns), expected) < 1e-15);
  Eigen::MatrixXd correlations{3, 3};
  correlations << 1, 0.6, 0, 0.6, 1, 0, 0, 0, 1; // 0 against a column without variance
  CHECK(worst_gap(correlation(returns), correlations) < 1e-15);
  CHECK(covariance(returns.topRows(1)) == Eigen::MatrixXd::Zero(3, 3));
}

TEST_CASE("a correlation is symmetric to the bit and never beyond one") {
  test::RandomNumbers random{11};
  for (int round = 0; round < 200; ++round) {
    Eigen::MatrixXd returns = random.normals(60, 4, 0.01);
    returns.col(1) = -3 * returns.col(0);
    returns.col(3).setConstant(0.1); // whose mean rounds
    const Eigen::MatrixXd rho = correlation(returns);
    CHECK(rho == rho.transpose());
    CHECK(rho.cwiseAbs().maxCoeff() <= 1.0);
    CHECK(rho(0, 1) == doctest::Approx(-1.0).epsilon(1e-12));
    CHECK(rho(0, 3) == 0.0);
  }
}

TEST_CASE("the factor's square is the covariance, also when it is nearly singular") {
  constexpr std::uint64_t seed = 3;
  MESSAGE("seed ", seed);
  test::RandomNumbers random{seed};
  for (int round = 0; round < 500; ++round) {
    const Eigen::Index n = random.whole(1, 12);
    Eigen::MatrixXd returns = random.normals(random.whole(2, 252), n, 0.01);
    if (n > 2) returns.col(0) = returns.col(1) + returns.col(2) + random.uniform(0, 1e-4) * returns.col(0); // a cross
    const Eigen::MatrixXd sigma = covariance(returns);
    const auto factor = factorise(sigma);
    REQUIRE(factor);
    CHECK(worst_gap(squared(*factor), sigma) < 1e-11 * sigma.diagonal().maxCoeff());
  }
}

TEST_CASE("a full-rank covariance has full rank and every column") {
  test::RandomNumbers random{4};
  const auto factor = factorise(covariance(random.normals(252, 10, 0.01)));
  REQUIRE(factor);
  CHECK(factor->rank == 10);
}

TEST_CASE("a duplicated column lowers the rank by one and leaves a zero column") {
  test::RandomNumbers random{5};
  Eigen::MatrixXd returns = random.normals(252, 6, 0.01);
  returns.col(4) = returns.col(1);
  const Eigen::MatrixXd sigma = covariance(returns);
  const auto factor = factorise(sigma);
  REQUIRE(factor);
  CHECK(factor->rank == 5);
  CHECK(factor->lower.col(5).isZero(0));
  CHECK(worst_gap(squared(*factor), sigma) < 1e-15);
}

TEST_CASE("a matrix of no variance has rank zero") {
  const auto factor = factorise(Eigen::MatrixXd::Zero(3, 3));
  REQUIRE(factor);
  CHECK(factor->rank == 0);
}

TEST_CASE("what is no covariance matrix is refused") {
  const Eigen::Matrix2d negative_pivot{{1, 2}, {2, 1}}; // eigenvalues 3 and -1
  const Eigen::Matrix2d no_diagonal{{0, 1}, {1, 0}};    // eigenvalues 1 and -1
  const Eigen::Matrix2d all_negative{{-1, 0}, {0, -1}};
  const Eigen::Matrix2d barely{{1, 0}, {0, -2e-10}}; // beyond -1e-10 of the largest
  const Eigen::Matrix2d not_finite{{1, std::nan("")}, {std::nan(""), 1}};
  for (const auto& matrix : {negative_pivot, no_diagonal, all_negative, barely, not_finite})
    CHECK_FALSE(factorise(matrix));
  const Eigen::Matrix2d rounding{{1, 0}, {0, -5e-11}};
  const auto factor = factorise(rounding);
  REQUIRE(factor);
  CHECK(factor->rank == 1);
}

TEST_CASE("a pivot is dropped at 1e-12 of the largest and kept above") {
  CHECK(factorise(Eigen::Matrix2d{{1, 0}, {0, 1e-12}})->rank == 1);
  CHECK(factorise(Eigen::Matrix2d{{1, 0}, {0, 1.1e-12}})->rank == 2);
}
