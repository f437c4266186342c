// Value at risk of a book and of the book with one more trade. NumPy, on the two series a and b below:
//   w = [1000, -2000]; p = np.sort(r@w); C = np.cov(r.T)

#include <cmath>

#include <doctest/doctest.h>

#include "market/small_market.hpp"
#include "portfolio/book_risk.hpp"
#include "risk/contribution.hpp"
#include "risk/random_numbers.hpp"

using namespace riskcluster;
using riskcluster::test::daily_closes;
using riskcluster::test::date;
using riskcluster::test::SmallMarket;

namespace {

/// a = 100(1 + 0.01 sin 1.3t), b = 50(1 + 0.02 cos 0.7t), t = -252 … 0
MarketModel two_waves(VarSettings settings = {}) {
  SmallMarket market;
  market.settings = settings;
  market.history.closes[Symbol{"AUDUSD"}] =
      daily_closes(date("2026-03-31"), 253, [](int t) { return 100 * (1 + 0.01 * std::sin(1.3 * t)); });
  market.history.closes[Symbol{"EURUSD"}] =
      daily_closes(date("2026-03-31"), 253, [](int t) { return 50 * (1 + 0.02 * std::cos(0.7 * t)); });
  return market.model();
}

MarketModel six_symbols(int horizon_days = 1) {
  SmallMarket market;
  market.settings.horizon_days = horizon_days;
  for (const char* const pair : {"AUDUSD", "EURUSD", "GBPUSD", "NZDUSD", "USDCHF", "USDJPY"}) market.pair(pair, 1);
  return market.model();
}

void check_same(const VarFigures& a, const VarFigures& b, double scale) {
  const std::pair<const Tail*, const Tail*> tails[] = {
      {&a.historical, &b.historical}, {&a.parametric, &b.parametric}, {&a.monte_carlo, &b.monte_carlo}};
  for (const auto& [x, y] : tails) {
    CHECK(std::abs(x->value_at_risk - y->value_at_risk) <= 1e-5 * scale);
    CHECK(std::abs(x->expected_shortfall - y->expected_shortfall) <= 1e-5 * scale);
  }
}

} // namespace

TEST_CASE("the figures of a book are NumPy's") {
  const auto model = two_waves();
  BookRiskScratch scratch;
  const BookRisk risk{model, Eigen::Vector2d{1'000, -2'000}, scratch};
  CHECK(risk.figures().historical.value_at_risk ==
        doctest::Approx(34.26040866364919).epsilon(1e-10)); // -quantile(p,.05)
  CHECK(risk.figures().parametric.value_at_risk == doctest::Approx(34.944689446500334).epsilon(1e-10));
  // Four standard errors, σ√(c(1-c)/N)/φ(z), σ² = w@C@w = 1e6·C₀₀ - 4e6·C₀₁ + 4e6·C₁₁
  const double variance = 1e6 * 7.370294688658408e-05 - 4e6 * 1.0460151364320824e-07 + 4e6 * 9.423389309758217e-05;
  CHECK(risk.variance() == doctest::Approx(variance).epsilon(1e-10));
  const double tolerance = 4 * std::sqrt(variance) * std::sqrt(0.95 * 0.05 / 10'000) / 0.10313564037537139;
  CHECK(std::abs(risk.figures().monte_carlo.value_at_risk - 34.944689446500334) <= tolerance);
  CHECK(risk.var() == risk.figures().largest_var());
}

TEST_CASE("an empty book has no risk") {
  const auto model = two_waves();
  BookRiskScratch scratch;
  const BookRisk risk{model, Eigen::Vector2d::Zero(), scratch};
  CHECK(risk.var() == 0);
  CHECK(risk.variance() == 0);
  CHECK(risk.least_variance_notional(0) == 0);
}

TEST_CASE("the book with a trade is the fresh book of the new weights; a book that took it is, too") {
  constexpr std::uint64_t seed = 99;
  CAPTURE(seed);
  for (const int horizon : {1, 10}) {
    const auto model = six_symbols(horizon);
    test::RandomNumbers random{seed};
    BookRiskScratch scratch, other;
    for (int run = 0; run < 10; ++run) {
      CAPTURE(run);
      Eigen::VectorXd weights = Eigen::VectorXd::Zero(6);
      for (Eigen::Index i = 0; i < 6; ++i) weights[i] = random.whole(0, 2) == 0 ? 0 : random.uniform(-10'000, 10'000);
      BookRisk risk{model, weights, scratch};
      for (int trade = 0; trade < 5; ++trade) {
        const Eigen::Index column = random.whole(0, 5);
        // One trade in three closes the symbol's position.
        const double notional = random.whole(0, 2) == 0 ? -risk.weights()[column] : random.uniform(-5'000, 5'000);
        const auto figures = risk.with(column, notional);
        weights = risk.weights();
        weights[column] += notional;
        const BookRisk fresh{model, weights, other};
        const double scale = 100 + fresh.var();
        check_same(figures, fresh.figures(), scale);
        CHECK(std::abs(risk.parametric_var_with(column, notional) - figures.parametric.value_at_risk) <= 1e-9 * scale);
        risk.add(column, notional, figures);
        check_same(risk.figures(), fresh.figures(), scale);
        CHECK((risk.weights() - fresh.weights()).cwiseAbs().maxCoeff() == 0);
        CHECK(risk.variance() == doctest::Approx(fresh.variance()).epsilon(1e-9));
        for (Eigen::Index i = 0; i < 6; ++i)
          CHECK(std::abs(risk.covariance_with(i) - fresh.covariance_with(i)) <= 1e-9);
      }
    }
  }
}

TEST_CASE("asking about a trade changes nothing") {
  const auto model = six_symbols();
  BookRiskScratch scratch;
  const BookRisk risk{model, Eigen::VectorXd::Constant(6, 1'000), scratch};
  const auto before = risk.with(2, 500);
  (void)risk.with(3, -70'000);
  const auto after = risk.with(2, 500);
  CHECK(before.monte_carlo.value_at_risk == after.monte_carlo.value_at_risk);
  CHECK(before.historical.value_at_risk == after.historical.value_at_risk);
  CHECK(risk.with(0, 0).largest_var() == risk.var());
}

TEST_CASE("closing the only position leaves no risk") {
  const auto model = six_symbols();
  BookRiskScratch scratch;
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(6);
  weights[4] = -12'345.678;
  BookRisk risk{model, weights, scratch};
  const auto figures = risk.with(4, 12'345.678);
  CHECK(figures.largest_var() <= 1e-6 * risk.var());
  CHECK(figures.largest_shortfall() <= 1e-6 * risk.var());
}

TEST_CASE("the least-variance trade has less variance than its neighbours") {
  const auto model = six_symbols();
  BookRiskScratch scratch;
  Eigen::VectorXd weights{6};
  weights << 5'000, -3'000, 1'000, 0, 2'000, -4'000;
  const BookRisk risk{model, weights, scratch};
  for (Eigen::Index column = 0; column < 6; ++column) {
    const double least = risk.least_variance_notional(column);
    const auto variance = [&](double notional) {
      Eigen::VectorXd moved = weights;
      moved[column] += notional;
      return moved.dot(model.covariance * moved);
    };
    CHECK(variance(least) < variance(least + 10));
    CHECK(variance(least) < variance(least - 10));
  }
}

TEST_CASE("the components of a book add up to its parametric VaR") {
  const auto model = six_symbols(5);
  BookRiskScratch scratch;
  Eigen::VectorXd weights{6};
  weights << 5'000, -3'000, 1'000, 0, 2'000, -4'000;
  const BookRisk risk{model, weights, scratch};
  const auto components = component_value_at_risk(weights, model.mean, model.covariance, 0.95, 5);
  REQUIRE(risk.figures().parametric.value_at_risk > 0); // so that the floor plays no part
  CHECK(components.sum() == doctest::Approx(risk.figures().parametric.value_at_risk).epsilon(1e-10));
  CHECK(components[3] == 0);
}
