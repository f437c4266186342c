// The quick VaR of many sizes against the plain one of each.

#include <algorithm>

#include <doctest/doctest.h>

#include "market/small_market.hpp"
#include "portfolio/var_between.hpp"
#include "risk/random_numbers.hpp"

using namespace riskcluster;
using riskcluster::test::SmallMarket;

namespace {

/// The exact figure above the floor. At the very floor either may be told: there the exact one does not matter.
void check_at(VarBetween& between, const BookRisk& book, Eigen::Index column, double notional, double floor) {
  const double exact = book.with(column, notional).largest_var();
  const double quick = between.at(notional);
  if (exact > 1.01 * floor)
    CHECK(quick == exact); // the same bits
  else
    CHECK(quick == doctest::Approx(std::max(exact, floor)).epsilon(0.01));
}

} // namespace

TEST_CASE("between two sizes the quick VaR is the plain one above the floor, and the floor below") {
  constexpr std::uint64_t seed = 31;
  CAPTURE(seed);
  for (const int horizon : {1, 10}) {
    SmallMarket market;
    market.settings.horizon_days = horizon;
    for (const char* const pair : {"AUDUSD", "EURUSD", "GBPUSD", "USDJPY"}) market.pair(pair, 1);
    const auto model = market.model();
    test::RandomNumbers random{seed};
    // Two scratches: the quick one holds its own while it lives.
    BookRiskScratch scratch, plain_scratch;
    for (int run = 0; run < 20; ++run) {
      CAPTURE(run);
      Eigen::VectorXd weights{4};
      for (Eigen::Index i = 0; i < 4; ++i) weights[i] = random.uniform(-5'000, 5'000);
      const BookRisk book{model, weights, scratch};
      const BookRisk plain{model, weights, plain_scratch};
      const Eigen::Index column = random.whole(0, 3);
      const double from = random.uniform(-10'000, 10'000), to = random.uniform(-10'000, 10'000);
      const double floor = book.var() * random.uniform(0.3, 1.5);
      VarBetween between{book, column, from, to, floor};
      for (int i = 0; i <= 10; ++i) check_at(between, plain, column, from + (to - from) * i / 10, floor);
      const double a = from + 0.25 * (to - from), b = from + 0.5 * (to - from);
      between.narrow(a, b);
      for (int i = 0; i <= 10; ++i) check_at(between, plain, column, a + (b - a) * i / 10, floor);
    }
  }
}
