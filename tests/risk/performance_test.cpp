#include <cmath>

#include <doctest/doctest.h>

#include "random_numbers.hpp"
#include "risk/drawdown.hpp"
#include "risk/performance.hpp"

using namespace riskcluster;

namespace {

// Mean 0.01, squared deviations 1+4+4+1 = 10 (x 1e-4), hence variance 0.001/3.
const Eigen::VectorXd returns{{0.02, -0.01, 0.03, 0.0}};

PerformanceInput without_benchmark(Eigen::VectorXd series) {
  const Eigen::Index n = series.size();
  return {std::move(series), std::nullopt, Eigen::VectorXd::Zero(n), 0, 252};
}

} // namespace

TEST_CASE("Sharpe and Sortino are those done by hand") {
  const PerformanceRatios ratios = performance_ratios(without_benchmark(returns));
  CHECK(*ratios.sharpe == doctest::Approx(std::sqrt(0.3)).epsilon(1e-14)); // 0.01/√(0.001/3)
  CHECK(*ratios.sharpe_annualized == doctest::Approx(std::sqrt(0.3 * 252)).epsilon(1e-14));
  CHECK(*ratios.sortino == doctest::Approx(2).epsilon(1e-14)); // 0.01/√(0.0001/4): all four periods count
  CHECK(*ratios.sortino_annualized == doctest::Approx(2 * std::sqrt(252.0)).epsilon(1e-14));
  CHECK(*ratios.volatility == doctest::Approx(std::sqrt(0.001 / 3 * 252)).epsilon(1e-14));
}

TEST_CASE("the risk-free rate lowers Sharpe, the acceptable return lowers Sortino") {
  PerformanceInput input = without_benchmark(returns);
  input.risk_free.setConstant(0.005);
  input.minimum_acceptable_return = 0.01;
  const PerformanceRatios ratios = performance_ratios(input);
  CHECK(*ratios.sharpe == doctest::Approx(0.5 * std::sqrt(0.3)).epsilon(1e-14));
  CHECK(std::fabs(*ratios.sortino) < 1e-14); // the mean is what was acceptable
}

TEST_CASE("calmar is annual growth over the deepest fall") {
  PerformanceInput input = without_benchmark(returns);
  input.periods_per_year = 4; // four periods are the year: growth 1.02·0.99·1.03 - 1; the fall is the 1%
  const PerformanceRatios ratios = performance_ratios(input);
  CHECK(ratios.max_drawdown == doctest::Approx(0.01).epsilon(1e-13));
  CHECK(*ratios.calmar == doctest::Approx((1.02 * 0.99 * 1.03 - 1) / 0.01).epsilon(1e-12));
}

TEST_CASE("a fund that doubles its benchmark has beta 2, no alpha and correlation 1") {
  PerformanceInput input = without_benchmark(returns);
  input.benchmark = returns / 2;
  input.periods_per_year = 4;
  const PerformanceRatios ratios = performance_ratios(input);
  CHECK(*ratios.beta == doctest::Approx(2).epsilon(1e-14));
  CHECK(std::fabs(*ratios.alpha) < 1e-16);
  CHECK(*ratios.correlation == doctest::Approx(1).epsilon(1e-14));
  const double growth = 1.02 * 0.99 * 1.03 - 1, benchmark_growth = 1.01 * 0.995 * 1.015 - 1;
  CHECK(*ratios.treynor == doctest::Approx(growth / 2).epsilon(1e-12));
  CHECK(*ratios.tracking_error == doctest::Approx(std::sqrt(0.001 / 12 * 4)).epsilon(1e-13)); // half of r is left
  CHECK(*ratios.information_ratio ==
        doctest::Approx((growth - benchmark_growth) / std::sqrt(0.001 / 12 * 4)).epsilon(1e-12));
}

TEST_CASE("alpha is what beta does not explain, beyond the risk-free rate") {
  // r = rf + 0.001 - 0.5 (b - rf): alpha 0.001 and beta -0.5 by construction.
  PerformanceInput input = without_benchmark(returns);
  input.risk_free = Eigen::VectorXd{{0.0001, 0.0002, 0.0003, 0.0002}};
  input.benchmark = Eigen::VectorXd{{0.01, -0.02, 0.015, 0.03}};
  input.returns = (input.risk_free.array() + 0.001 - 0.5 * (*input.benchmark - input.risk_free).array()).matrix();
  const PerformanceRatios ratios = performance_ratios(input);
  CHECK(*ratios.beta == doctest::Approx(-0.5).epsilon(1e-13));
  CHECK(*ratios.alpha == doctest::Approx(0.001).epsilon(1e-12));
  CHECK(ratios.treynor); // a negative beta is a denominator like another
}

TEST_CASE("a denominator of nothing makes a ratio absent") {
  PerformanceInput input = without_benchmark(Eigen::VectorXd::Constant(10, 0.001));
  input.benchmark = input.returns;
  const PerformanceRatios ratios = performance_ratios(input);
  CHECK_FALSE(ratios.sharpe);
  CHECK_FALSE(ratios.sharpe_annualized);
  CHECK_FALSE(ratios.sortino); // no period below
  CHECK_FALSE(ratios.sortino_annualized);
  CHECK_FALSE(ratios.calmar); // no fall
  CHECK_FALSE(ratios.beta);
  CHECK_FALSE(ratios.alpha);
  CHECK_FALSE(ratios.treynor);
  CHECK_FALSE(ratios.information_ratio);
  CHECK_FALSE(ratios.correlation);
  CHECK(std::fabs(*ratios.volatility) < 1e-15);
}

TEST_CASE("without a benchmark nothing is measured against one") {
  const PerformanceRatios ratios = performance_ratios(without_benchmark(returns));
  CHECK_FALSE(ratios.beta);
  CHECK_FALSE(ratios.alpha);
  CHECK_FALSE(ratios.treynor);
  CHECK_FALSE(ratios.tracking_error);
  CHECK_FALSE(ratios.information_ratio);
  CHECK_FALSE(ratios.correlation);
}

TEST_CASE("annual growth compounds, and lost wealth stays lost") {
  CHECK(annualized_return(Eigen::VectorXd::Constant(126, 0.001), 252) ==
        doctest::Approx(std::pow(1.001, 252) - 1).epsilon(1e-12));
  CHECK(annualized_return(Eigen::Vector3d{0.5, -1, 0.5}, 252) == -1.0);
  CHECK(annualized_return(Eigen::Vector2d{-1.5, -1.5}, 252) == -1.0); // two minus signs are no gain
}

TEST_CASE("a first-day loss is a drawdown from the start") {
  const Drawdown fall = max_drawdown(Eigen::Vector3d{-0.1, 0.05, 0.10});
  CHECK(fall.max_drawdown == doctest::Approx(0.1).epsilon(1e-14));
  CHECK(fall.peak == -1);
  CHECK(fall.trough == 0);
  CHECK(fall.recovery == 2); // 0.9·1.05·1.1 = 1.0395
}

TEST_CASE("the deepest fall has its peak, trough and recovery") {
  // Wealth 1.1, 0.99, 1.21 (about), 0.605, 0.605, 1.3: the second fall is the deeper one.
  const Eigen::VectorXd series{{0.1, -0.1, 0.2222222222, -0.5, 0.0, 1.2}};
  const Drawdown fall = max_drawdown(series);
  CHECK(fall.max_drawdown == doctest::Approx(0.5).epsilon(1e-14));
  CHECK(fall.peak == 2);
  CHECK(fall.trough == 3); // the first of two equal depths
  CHECK(fall.recovery == 5);
  CHECK_FALSE(max_drawdown(series.head(5)).recovery);
}

TEST_CASE("a fall and its exact reverse recover, though they round") {
  for (int percent = 1; percent < 100; ++percent) {
    CAPTURE(percent);
    const double left = 1 - percent / 100.0;
    CHECK(max_drawdown(Eigen::Vector2d{-percent / 100.0, 1 / left - 1}).recovery == 1);
  }
}

TEST_CASE("the peak is the first row that reached it") {
  CHECK(max_drawdown(Eigen::Vector3d{0.1, 0.0, -0.5}).peak == 0);
  CHECK(max_drawdown(Eigen::Vector2d{0.0, -0.5}).peak == -1);
}

TEST_CASE("wealth that never falls has no drawdown") {
  const Drawdown none = max_drawdown(Eigen::Vector3d{0.1, 0.0, 0.2});
  CHECK(none.max_drawdown == 0.0);
  CHECK(none.trough == none.peak);
  CHECK_FALSE(none.recovery);
  CHECK(max_drawdown(Eigen::VectorXd{}).max_drawdown == 0.0);
  CHECK(max_drawdown(Eigen::Vector2d{-1.5, -1.5}).max_drawdown == 1.0);
}

TEST_CASE("the drawdown is the worst of all pairs of a day and a later one") {
  constexpr std::uint64_t seed = 17;
  MESSAGE("seed ", seed);
  test::RandomNumbers random{seed};
  for (int round = 0; round < 300; ++round) {
    const int n = random.whole(1, 60);
    const Eigen::VectorXd series = random.normals(n, 1, 0.02);
    std::vector<double> wealth{1.0};
    for (const double r : series) wealth.push_back(wealth.back() * (1 + r));
    double worst = 0;
    for (std::size_t i = 0; i < wealth.size(); ++i)
      for (std::size_t j = i; j < wealth.size(); ++j) worst = std::max(worst, 1 - wealth[j] / wealth[i]);
    const Drawdown fall = max_drawdown(series);
    CHECK(fall.max_drawdown == doctest::Approx(worst).epsilon(1e-12));
    const auto at = [&](Eigen::Index row) { return wealth[static_cast<std::size_t>(row + 1)]; };
    CHECK(1 - at(fall.trough) / at(fall.peak) == doctest::Approx(worst).epsilon(1e-12));
    if (fall.recovery) CHECK(at(*fall.recovery) >= at(fall.peak) * (1 - 1e-11));
  }
}
