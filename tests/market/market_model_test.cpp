// The figures of a model against NumPy's:
//   t = np.arange(253) - 252
//   a = 100*(1 + 0.01*np.sin(1.3*t)); b = 50*(1 + 0.02*np.cos(0.7*t))
//   r = np.c_[a[1:]/a[:-1] - 1, b[1:]/b[:-1] - 1]

#include <cmath>

#include <doctest/doctest.h>

#include "market/small_market.hpp"
#include "risk/scenarios.hpp"

using namespace riskcluster;
using riskcluster::test::cfd;
using riskcluster::test::daily_closes;
using riskcluster::test::date;
using riskcluster::test::SmallMarket;

namespace {

SmallMarket two_waves() {
  SmallMarket market;
  market.history.closes[Symbol{"AUDUSD"}] =
      daily_closes(date("2026-03-31"), 253, [](int t) { return 100 * (1 + 0.01 * std::sin(1.3 * t)); });
  market.history.closes[Symbol{"EURUSD"}] =
      daily_closes(date("2026-03-31"), 253, [](int t) { return 50 * (1 + 0.02 * std::cos(0.7 * t)); });
  return market;
}

doctest::Approx near(double value) { return doctest::Approx(value).epsilon(1e-10); }

/// Four standard errors of a simulated VaR: 4σ√(c(1-c)/N)/φ(z), z at 95 %.
double monte_carlo_tolerance(double deviation) {
  return 4 * deviation * std::sqrt(0.95 * 0.05 / 10'000) / 0.10313564037537139; // scipy.stats.norm.pdf(-1.6448536…)
}

} // namespace

TEST_CASE("mean, covariance, volatility and correlation are NumPy's") {
  const auto model = two_waves().model();
  REQUIRE(model.observations() == 252);
  CHECK(model.dates.front() == date("2025-07-23")); // 251 days before 2026-03-31
  CHECK(model.dates.back() == date("2026-03-31"));
  CHECK(model.mean[0] == near(6.726344813776626e-05)); // r.mean(0)
  CHECK(model.mean[1] == near(5.5402816125737346e-05));
  CHECK(model.covariance(0, 0) == near(7.370294688658408e-05)); // np.cov(r.T)
  CHECK(model.covariance(0, 1) == near(1.0460151364320824e-07));
  CHECK(model.covariance(1, 0) == model.covariance(0, 1));
  CHECK(model.covariance(1, 1) == near(9.423389309758217e-05));
  CHECK(model.volatility[0] == near(0.008740013857198348)); // r[-30:].std(0, ddof=1)
  CHECK(model.volatility[1] == near(0.009926472581727819));
  CHECK(model.correlation(0, 1) == near(-0.030585161544442872)); // np.corrcoef(r[-60:].T)[0,1]
  CHECK(model.correlation(0, 0) == 1);
  CHECK(model.rank == 2);
  CHECK(model.has_var);
  CHECK(model.has_correlation);
}

TEST_CASE("the stand-alone figures of one unit, long and short, are NumPy's") {
  const auto model = two_waves().model();
  const struct {
    const UnitRisk* unit;
    double historical, historical_es, parametric, parametric_es;
  } table[] = {
      // x = np.sort(±r[:,i]): -np.quantile(x, .05), -x[:13].mean();
      // 1.6448536269514722*sd - mean, sd*φ(z)/.05 - mean
      {&model.long_unit[0], 0.0119447819056411, 0.011965008852064623, 0.014053874094444965, 0.017641212727729713},
      {&model.long_unit[1], 0.0135439806234609, 0.01359770995506182, 0.01591187286334101, 0.019968205063245544},
      {&model.short_unit[0], 0.011901909018054902, 0.012094273157020692, 0.014188400990720497, 0.01777573962400525},
      {&model.short_unit[1], 0.013464391764605121, 0.013617672617779294, 0.016022678495592482, 0.020079010695497015},
  };
  for (const auto& [unit, historical, historical_es, parametric, parametric_es] : table) {
    CHECK(unit->figures.historical.value_at_risk == near(historical));
    CHECK(unit->figures.historical.expected_shortfall == near(historical_es));
    CHECK(unit->figures.parametric.value_at_risk == near(parametric));
    CHECK(unit->figures.parametric.expected_shortfall == near(parametric_es));
    const double deviation = std::sqrt(model.covariance(unit == table[0].unit || unit == table[2].unit ? 0 : 1,
                                                        unit == table[0].unit || unit == table[2].unit ? 0 : 1));
    CHECK(std::abs(unit->figures.monte_carlo.value_at_risk - parametric) <= monte_carlo_tolerance(deviation));
    // The asymptotic standard error is a quarter of that tolerance; an estimate from order statistics is rougher.
    CHECK(unit->standard_error == doctest::Approx(monte_carlo_tolerance(deviation) / 4).epsilon(0.25));
  }
}

TEST_CASE("over ten days historical VaR scales with the root, the mean of the parametric one does not") {
  auto market = two_waves();
  market.settings.horizon_days = 10;
  const auto model = market.model();
  CHECK(model.long_unit[0].figures.historical.value_at_risk == near(0.0119447819056411 * std::sqrt(10.0)));
  CHECK(model.long_unit[0].figures.historical.expected_shortfall == near(0.011965008852064623 * std::sqrt(10.0)));
  // -(10·mean - 1.6448536269514722·√10·sd) of the NumPy figures above
  const double deviation = std::sqrt(7.370294688658408e-05 * 10);
  const double parametric = 1.6448536269514722 * deviation - 10 * 6.726344813776626e-05;
  CHECK(model.long_unit[0].figures.parametric.value_at_risk == near(parametric));
  CHECK(std::abs(model.long_unit[0].figures.monte_carlo.value_at_risk - parametric) <=
        monte_carlo_tolerance(deviation));
}

TEST_CASE("columns follow the sorted symbols; an unknown symbol has none") {
  const auto model = two_waves().model();
  CHECK(model.column(Symbol{"AUDUSD"}) == 0);
  CHECK(model.column(Symbol{"EURUSD"}) == 1);
  CHECK_FALSE(model.column(Symbol{"USDJPY"}));
  CHECK_FALSE(model.column(Symbol{"AAA"}));
  CHECK_FALSE(model.column(Symbol{"ZZZ"}));
}

TEST_CASE("a column that repeats another costs a rank, and its VaR is the merged position's") {
  auto market = two_waves();
  market.instruments.add(cfd("EURTWIN", AssetClass::index, "USD"));
  market.history.closes[Symbol{"EURTWIN"}] = market.history.closes[Symbol{"EURUSD"}];
  const auto model = market.model();
  REQUIRE(model.symbols.size() == 3); // AUDUSD EURTWIN EURUSD
  CHECK(model.rank == 2);
  Eigen::VectorXf split, merged;
  scenario_pnl(split, model.scenarios, Eigen::Vector3d{700, 300, 500});
  scenario_pnl(merged, model.scenarios, Eigen::Vector3d{700, 0, 800});
  TailScratch scratch;
  const auto a = simulated_tail(split, 0.95, 0, 10, scratch), b = simulated_tail(merged, 0.95, 0, 10, scratch);
  CHECK(b.value_at_risk > 0);
  CHECK(a.value_at_risk == doctest::Approx(b.value_at_risk).epsilon(1e-5)); // paths are floats
  const Eigen::Vector3d w{700, 300, 500}, m{700, 0, 800};
  CHECK(w.dot(model.covariance * w) == near(m.dot(model.covariance * m)));
  const auto c = empirical_tail(model.returns * w, 0.95), d = empirical_tail(model.returns * m, 0.95);
  CHECK(c.value_at_risk == near(d.value_at_risk));
}

TEST_CASE("a VaR needs 30 returns, and 1/(1-c) of them") {
  const struct { // NOLINT(clang-analyzer-optin.performance.Padding)
    int rows;
    double confidence;
    bool has_var, has_correlation;
  } table[] = {{30, 0.95, false, false},  // 29 returns
               {31, 0.95, true, true},    // 30
               {100, 0.99, false, true},  // 99 < 1/0.01
               {101, 0.99, true, true},   // 100, within the tolerance of 1/(1-0.99)
               {253, 0.997, false, true}, // 252 < 333.3
               {253, 0.996, true, true}}; // 252 >= 250
  for (const auto& [rows, confidence, has_var, has_correlation] : table) {
    const auto shown_rows = rows;
    CAPTURE(shown_rows);
    const auto shown_confidence = confidence;
    CAPTURE(shown_confidence);
    auto market = two_waves();
    market.settings.confidence = confidence;
    const auto prices = align(market.history, market.instruments, market.before, static_cast<std::size_t>(rows));
    const auto model = build_model(prices, market.settings, 0);
    REQUIRE(model);
    CHECK(model->observations() == rows - 1);
    CHECK(model->has_var == has_var);
    CHECK(model->has_correlation == has_correlation);
    CHECK((model->volatility[0] > 0) == (rows > 30));
    CHECK(model->long_unit.size() == (has_var ? 2U : 0U));
  }
}

TEST_CASE("settings that cannot be make no model") {
  const auto prices = two_waves().aligned();
  for (const double confidence : {0.0, 1.0, -0.5, 95.0, std::nan("")})
    CHECK_FALSE(build_model(prices, {.confidence = confidence}, 0));
  CHECK_FALSE(build_model(prices, {.horizon_days = 0}, 0));
  CHECK_FALSE(build_model(prices, {.paths = 0}, 0));
  CHECK_FALSE(build_model(prices, {.window_days = 1}, 0));
}

TEST_CASE("the same prices and seed give the same scenarios; another seed, price or setting gives others") {
  const auto base = two_waves();
  const auto model = base.model();
  const auto again = two_waves().model();
  CHECK(again.hash == model.hash);
  CHECK(again.scenarios.seed == model.scenarios.seed);
  CHECK(again.scenarios.returns == model.scenarios.returns);

  auto seeded = base, repriced = base, older = base, reset = base, dated = base;
  seeded.seed = 1;
  CHECK(seeded.model().hash == model.hash); // the prices are the same
  CHECK(seeded.model().scenarios.seed != model.scenarios.seed);
  CHECK(seeded.model().scenarios.returns != model.scenarios.returns);
  repriced.history.closes[Symbol{"EURUSD"}].back().close *= 1 + 1e-15;
  older.history.closes[Symbol{"EURUSD"}].front().close += 1e-9;
  reset.settings.confidence = 0.99;
  dated.history.closes[Symbol{"AUDUSD"}].front().date.days -= 1;
  dated.history.closes[Symbol{"EURUSD"}].front().date.days -= 1;
  for (const auto& other : {repriced, older, reset, dated}) {
    CHECK(other.model().hash != model.hash);
    CHECK(other.model().scenarios.seed != model.scenarios.seed);
  }
}

TEST_CASE("prices older than the window are not part of the model") {
  auto market = two_waves();
  const auto model = market.model();
  for (auto& [symbol, closes] : market.history.closes)
    closes.insert(closes.begin(), {Date{closes.front().date.days - 1}, 1e6});
  CHECK(market.model().hash == model.hash);
  CHECK(market.model().covariance == model.covariance);
}
