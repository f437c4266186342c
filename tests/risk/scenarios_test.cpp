#include <cmath>

#include <doctest/doctest.h>

#include "random_numbers.hpp"
#include "risk/normal.hpp"
#include "risk/random.hpp"
#include "risk/scenarios.hpp"
#include "risk/value_at_risk.hpp"

using namespace riskcluster;

namespace {

struct Market {
  Eigen::VectorXd mean;
  Eigen::MatrixXd sigma;
  CovarianceFactor factor;
};

Market random_market(test::RandomNumbers& random, Eigen::Index n) {
  const Eigen::MatrixXd returns = random.normals(252, n, 0.01);
  Market market{column_means(returns), covariance(returns), {}};
  market.factor = *factorise(market.sigma);
  return market;
}

Scenarios of_one_symbol(int paths, std::uint64_t seed) {
  return simulate(Eigen::VectorXd::Zero(1), {Eigen::MatrixXd::Ones(1, 1), 1}, 1, paths, seed);
}

} // namespace

TEST_CASE("a path's draw depends on seed, path and column alone") {
  const Scenarios few = of_one_symbol(1'000, 42), many = of_one_symbol(5'001, 42);
  CHECK(few.returns == many.returns.topRows(1'000));
  CHECK(few.seed == 42);
  CHECK(of_one_symbol(1'000, 43).returns != few.returns);
  CHECK(of_one_symbol(1'000, 42 + (std::uint64_t{1} << 32)).returns != few.returns); // all 64 bits of the seed count
}

TEST_CASE("the first scenarios are the quantiles of Philox's published words") {
  // Known answer of counter 0, key 0 (see normal_test.cpp): two uniforms, hence paths 0 and 1 of column 0.
  const Scenarios scenarios = of_one_symbol(2, 0);
  const double z0 = normal_quantile(open_unit_interval(0x6627e8d5, 0xe169c58d));
  const double z1 = normal_quantile(open_unit_interval(0xbc57ac4c, 0x9b00dbd8));
  CHECK(scenarios.returns(0, 0) == static_cast<float>(z0));
  CHECK(scenarios.returns(1, 0) == static_cast<float>(z1));
}

TEST_CASE("scenarios have the mean, deviation and correlation they are asked for") {
  // x = μh + √h·Lz: over 4 days mean 4μ, covariance 4Σ. Tolerances are five standard errors.
  const Eigen::VectorXd mean{{0.001, -0.002}};
  const Eigen::Matrix2d sigma{{4e-4, 1.2e-4}, {1.2e-4, 1e-4}}; // deviations 2% and 1%, correlation 0.6
  const int paths = 100'000;
  const auto scenarios = simulate(mean, *factorise(sigma), 4, paths, 9);
  const Eigen::MatrixXd drawn = scenarios.returns.cast<double>();
  const Eigen::VectorXd means = column_means(drawn);
  const Eigen::MatrixXd covariances = covariance(drawn);
  const double root = std::sqrt(static_cast<double>(paths));
  for (int j = 0; j < 2; ++j) {
    const double deviation = std::sqrt(4 * sigma(j, j));
    CHECK(std::fabs(means[j] - 4 * mean[j]) < 5 * deviation / root);
    CHECK(std::fabs(covariances(j, j) / (4 * sigma(j, j)) - 1) < 5 * std::sqrt(2.0) / root);
  }
  const double rho = covariances(0, 1) / std::sqrt(covariances(0, 0) * covariances(1, 1));
  CHECK(std::fabs(rho - 0.6) < 5 * (1 - 0.36) / root);
}

TEST_CASE("two symbols that are one symbol twice move together on every path") {
  test::RandomNumbers random{8};
  Eigen::MatrixXd returns = random.normals(252, 3, 0.01);
  returns.col(2) = returns.col(0);
  const auto factor = factorise(covariance(returns));
  const auto scenarios = simulate(column_means(returns), *factor, 1, 2'000, 1);
  CHECK((scenarios.returns.col(2) - scenarios.returns.col(0)).cwiseAbs().maxCoeff() < 1e-7F);
}

TEST_CASE("simulated VaR agrees with the delta-normal one within four standard errors") {
  // RISK mathematics §2: 4·σ√h·√(c(1-c)/N)/φ(z).
  constexpr std::uint64_t seed = 12;
  MESSAGE("seed ", seed);
  test::RandomNumbers random{seed};
  TailScratch scratch;
  int beyond = 0;
  for (int round = 0; round < 30; ++round) {
    const Eigen::Index n = random.whole(1, 8);
    const Market market = random_market(random, n);
    const int horizon = random.whole(1, 10);
    const auto scenarios = simulate(market.mean, market.factor, horizon, 10'000, static_cast<std::uint64_t>(round));
    const Eigen::VectorXd weights = random.normals(n, 1, 1e4);
    const double mean = weights.dot(market.mean), deviation = std::sqrt(weights.dot(market.sigma * weights));
    Eigen::VectorXf pnl;
    scenario_pnl(pnl, scenarios, weights);
    for (const double confidence : {0.95, 0.99}) {
      const double spread = deviation * std::sqrt(static_cast<double>(horizon));
      const double tolerance = 4 * spread * std::sqrt(confidence * (1 - confidence) / 10'000) /
                               normal_density(normal_quantile(1 - confidence));
      const Tail simulated = simulated_tail(pnl, confidence, mean * horizon, spread, scratch);
      const Tail closed = parametric_tail(mean, deviation, confidence, horizon);
      beyond += std::fabs(simulated.value_at_risk - closed.value_at_risk) > tolerance;
      CHECK(std::fabs(simulated.expected_shortfall / closed.expected_shortfall - 1) < 0.1);
    }
  }
  CHECK(beyond == 0);
}

TEST_CASE("a book's P&L is the sum of its positions' P&L, to the bit") {
  test::RandomNumbers random{13};
  for (const Eigen::Index n : {1, 3, 4, 5, 8, 11}) {
    const Market market = random_market(random, n);
    const auto scenarios = simulate(market.mean, market.factor, 1, 1'037, 5); // no multiple of any vector's width
    Eigen::VectorXd weights = random.normals(n, 1, 1e4);
    if (n > 3) weights[2] = 0;
    Eigen::VectorXf whole = Eigen::VectorXf::Constant(3, 1.0F); // of another size, to be overwritten
    scenario_pnl(whole, scenarios, weights);
    Eigen::VectorXf added = Eigen::VectorXf::Zero(1'037);
    for (Eigen::Index j = 0; j < n; ++j) add_scenario_pnl(added, scenarios, j, weights[j]);
    CHECK(whole == added);
    const Eigen::VectorXd exact = scenarios.returns.cast<double>() * weights;
    CHECK((whole.cast<double>() - exact).cwiseAbs().maxCoeff() < 1e-6 * weights.cwiseAbs().sum());
  }
}
