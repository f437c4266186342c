#include <doctest/doctest.h>

#include "risk/stress.hpp"
#include "risk/value_at_risk.hpp"

using namespace riskcluster;

namespace {

StressPosition eurusd(double notional) { return {"EURUSD", "EUR", "USD", "FX", "", notional}; }
StressPosition apple(double notional) { return {"AAPL", "", "USD", "EQUITY", "TECH", notional}; }

} // namespace

TEST_CASE("shocks that name a position add up") {
  const StressScenario crash{"crash", {{"AAPL", -5}}, {}, {{"EQUITY", -10}}, {{"TECH", -3}}};
  const StressResult result = apply_stress({apple(1'000), apple(-500), eurusd(2'000)}, crash);
  CHECK(result.name == "crash");
  CHECK(result.pnl[0] == doctest::Approx(-180));
  CHECK(result.pnl[1] == doctest::Approx(90)); // a short gains from the fall
  CHECK(result.pnl[2] == 0.0);
  CHECK(result.total == doctest::Approx(-90));
}

TEST_CASE("a currency moves a pair up as its base and down as its quote, and moves no share") {
  const StressScenario dollar{"dollar", {}, {{"USD", 4}}, {}, {}}, euro{"euro", {}, {{"EUR", 4}}, {}, {}};
  CHECK(apply_stress({eurusd(1'000)}, dollar).total == doctest::Approx(-40));
  CHECK(apply_stress({eurusd(1'000)}, euro).total == doctest::Approx(40));
  CHECK(apply_stress({apple(1'000)}, dollar).total == 0.0);
}

TEST_CASE("a missing sector is the class") {
  const StressScenario scenario{"fx", {}, {}, {}, {{"FX", -2}}};
  CHECK(apply_stress({eurusd(1'000)}, scenario).total == doctest::Approx(-20));
}

TEST_CASE("a shock for nobody finds nobody, not the positions without a name") {
  const StressScenario scenario{"none", {{"", -50}}, {{"", -50}}, {{"", -50}}, {{"", -50}}};
  CHECK(apply_stress({apple(1'000), {"GOLD", "", "", "", "", 10}}, scenario).total == 0.0);
}

TEST_CASE("the worst day is the one worst for today's weights") {
  Eigen::MatrixXd returns{3, 2};
  returns << 0.01, 0.02, -0.05, 0.03, 0.04, -0.02;
  const WorstDay long_first = worst_day(returns, Eigen::Vector2d{100, 10});
  CHECK(long_first.row == 1);
  CHECK(long_first.pnl[0] == doctest::Approx(-5));
  CHECK(long_first.pnl[1] == doctest::Approx(0.3));
  CHECK(long_first.total == doctest::Approx(-4.7));
  CHECK(worst_day(returns, Eigen::Vector2d{-100, 0}).row == 2);
  CHECK(worst_day(returns, Eigen::Vector2d{0, 0}).row == 0); // the first of equals
}

TEST_CASE("doubled volatility doubles the deviation and leaves the mean") {
  // 2·10·1.6448536269514722 - 1, with z from R's qnorm.
  CHECK(stressed_volatility_var(1, 10, 2, 0.95, 1) == doctest::Approx(20 * 1.6448536269514722 - 1).epsilon(1e-14));
  CHECK(stressed_volatility_var(-1, 10, 0, 0.95, 1) == 1.0);
}
