// Ten real pairs whose three crosses are products of the others, held against NumPy. Data: European Central Bank, not
// part of the project; the folder is named by RISKCLUSTER_MARKET_DATA and holds fx_daily_ecb_10pairs.csv and VIX.csv.
//
//   P = np.genfromtxt("fx_daily_ecb_10pairs.csv", delimiter=",", skip_header=1)[:, 1:]
//   P = P[-253:]  # up to 2026-04-13
//   R = P[1:]/P[:-1] - 1; C = np.cov(R.T)
//   w = EURUSD 10000, GBPUSD 8000, USDJPY -5000, AUDUSD -3000, EURJPY 2000, the others 0

#include <cmath>
#include <cstdlib>

#include <doctest/doctest.h>

#include "files/market_folder.hpp"
#include "market/small_market.hpp"
#include "risk/scenarios.hpp"
#include "support/skip.hpp"

using namespace riskcluster;
using riskcluster::test::date;

namespace {

std::optional<PriceHistory> real_market() {
  const char* const folder = std::getenv("RISKCLUSTER_MARKET_DATA");
  if (folder == nullptr) {
    test::skip("RISKCLUSTER_MARKET_DATA names no folder of real prices");
    return std::nullopt;
  }
  auto history = read_market_folder(folder);
  if (!history) FAIL(history.error().message);
  return std::move(*history);
}

MarketModel model_before(const PriceHistory& history, Date before) {
  auto model = build_model(align(history, {}, before, 253), {}, 0);
  if (!model) FAIL(model.error().message);
  return std::move(*model);
}

Eigen::VectorXd book(const MarketModel& model) {
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(model.returns.cols());
  const std::pair<const char*, double> positions[] = {
      {"EURUSD", 10'000}, {"GBPUSD", 8'000}, {"USDJPY", -5'000}, {"AUDUSD", -3'000}, {"EURJPY", 2'000}};
  for (const auto& [symbol, notional] : positions) weights[model.column(Symbol{symbol}).value()] = notional;
  return weights;
}

} // namespace

TEST_CASE("the ten pairs are eligible, nearly singular, and need no repair") {
  const auto history = real_market();
  if (!history) return;
  CHECK(history->closes.contains(Symbol{"VIX"}));
  const auto model = model_before(*history, date("2026-04-14"));
  CHECK(model.symbols.size() == 10);
  CHECK_FALSE(model.column(Symbol{"VIX"}));
  CHECK(model.observations() == 252);
  CHECK(model.dates.back() == date("2026-04-13"));
  CHECK(model.rank == 10); // np.linalg.matrix_rank(C); np.linalg.eigvalsh(C): least / largest = 4.1e-7
}

TEST_CASE("the VaR of a real book is NumPy's") {
  const auto history = real_market();
  if (!history) return;
  const auto model = model_before(*history, date("2026-04-14"));
  REQUIRE(model.symbols.size() == 10);
  const Eigen::VectorXd w = book(model);
  const auto historical = empirical_tail(model.returns * w, 0.95);
  CHECK(historical.value_at_risk == doctest::Approx(122.23596906170009).epsilon(1e-9)); // -np.quantile(R@w, .05)
  CHECK(historical.expected_shortfall ==
        doctest::Approx(161.52199915160378).epsilon(1e-9)); // -np.sort(R@w)[:13].mean()
  const double deviation = std::sqrt(w.dot(model.covariance * w));
  CHECK(deviation == doctest::Approx(82.97874232378359).epsilon(1e-9)); // np.sqrt(w@C@w)
  const auto parametric = parametric_tail(model.mean.dot(w), deviation, 0.95, 1);
  CHECK(parametric.value_at_risk == doctest::Approx(137.17515119508334).epsilon(1e-9));
  Eigen::VectorXf paths;
  scenario_pnl(paths, model.scenarios, w);
  TailScratch scratch;
  const auto simulated = simulated_tail(paths, 0.95, model.mean.dot(w), deviation, scratch);
  CHECK(std::abs(simulated.value_at_risk - 137.17515119508334) <= 7.014); // 4σ√(c(1-c)/N)/φ(z)
}

TEST_CASE("a triangle of pairs that closes has hardly any VaR, simulated or not") {
  const auto history = real_market();
  if (!history) return;
  const auto model = model_before(*history, date("2026-04-14"));
  REQUIRE(model.symbols.size() == 10);
  // EURJPY is EURUSD · USDJPY: long both legs and short the cross leaves products of returns, of order 1e-5.
  Eigen::VectorXd w = Eigen::VectorXd::Zero(10);
  w[model.column(Symbol{"EURUSD"}).value()] = w[model.column(Symbol{"USDJPY"}).value()] = 10'000;
  w[model.column(Symbol{"EURJPY"}).value()] = -10'000;
  Eigen::VectorXf paths;
  scenario_pnl(paths, model.scenarios, w);
  TailScratch scratch;
  CHECK(simulated_tail(paths, 0.95, 0, 1, scratch).value_at_risk < 2);
  CHECK(empirical_tail(model.returns * w, 0.95).value_at_risk < 2);
}

TEST_CASE("every year of real prices gives a model with a VaR") {
  const auto history = real_market();
  if (!history) return;
  for (int year = 2001; year <= 2026; ++year) {
    CAPTURE(year);
    const auto model = model_before(*history, date((std::to_string(year) + "-03-15").c_str()));
    CHECK(model.has_var);
    CHECK(model.symbols.size() == 10);
    CHECK(model.rank == 10);
  }
}
