// Average-cost accounting of fills, by pencil.

#include <cmath>

#include <doctest/doctest.h>

#include "portfolio/position.hpp"
#include "risk/random_numbers.hpp"

using namespace riskcluster;

TEST_CASE("a fill opens, adds, reduces, closes or flips; a short mirrors a long") {
  const struct {
    const char* what;
    double held, average, filled, price;      // before, and the fill
    double quantity, after, closed, realized; // the effect on a long
  } table[] = {
      {"opens", 0, 0, 10, 100, 10, 100, 0, 0},
      {"adds above", 10, 100, 10, 110, 20, 105, 0, 0},
      {"adds below", 10, 100, 30, 80, 40, 85, 0, 0}, // (1000 + 2400) / 40
      {"reduces at a gain", 10, 100, -4, 110, 6, 100, 4, 40},
      {"reduces at a loss", 10, 100, -4, 95, 6, 100, 4, -20},
      {"closes at a gain", 10, 100, -10, 103, 0, 0, 10, 30},
      {"closes at its average", 10, 100, -10, 100, 0, 0, 10, 0},
      {"flips at a gain", 10, 100, -15, 120, -5, 120, 10, 200},
      {"flips at a loss", 10, 100, -25, 90, -15, 90, 10, -100},
  };
  for (const auto& row : table) {
    CAPTURE(row.what);
    const auto effect = fill_effect(row.held, row.average, row.filled, row.price);
    CHECK(effect.quantity == row.quantity);
    CHECK(effect.average_price == row.after);
    CHECK(effect.closed_quantity == row.closed);
    CHECK(effect.realized_quote == row.realized);
    const auto mirrored = fill_effect(-row.held, row.average, -row.filled, row.price);
    CHECK(mirrored.quantity == -row.quantity);
    CHECK(mirrored.average_price == row.after);
    CHECK(mirrored.closed_quantity == row.closed);
    CHECK(mirrored.realized_quote == -row.realized);
  }
}

TEST_CASE("a fill of nothing changes nothing") {
  const auto effect = fill_effect(10, 100, 0, 500);
  CHECK(effect.quantity == 10);
  CHECK(effect.average_price == 100);
  CHECK(effect.closed_quantity == 0);
  CHECK(effect.realized_quote == 0);
  CHECK(fill_effect(0, 0, 0, 500).average_price == 0);
}

TEST_CASE("no profit is made or lost by bookkeeping: realised plus unrealised is the cash flow at the mark") {
  constexpr std::uint64_t seed = 4711;
  CAPTURE(seed);
  test::RandomNumbers random{seed};
  for (int run = 0; run < 200; ++run) {
    CAPTURE(run);
    double quantity = 0, average = 0, realized = 0, cash = 0, traded = 0;
    for (int i = 0; i < 100; ++i) {
      // Every fourth fill closes what is there exactly; the others are whole lots of either sign.
      const double filled = i % 4 == 3 ? -quantity : random.whole(-20, 20);
      const double price = random.uniform(50, 150);
      const auto effect = fill_effect(quantity, average, filled, price);
      quantity = effect.quantity;
      average = effect.average_price;
      realized += effect.realized_quote;
      cash -= filled * price;
      traded += std::abs(filled) * price;
      const double mark = random.uniform(50, 150);
      const double unrealized = quantity * (mark - average);
      CHECK(std::abs(realized + unrealized - (cash + quantity * mark)) <= 1e-12 * (traded + 1));
      CHECK((average > 0) == (quantity != 0));
    }
  }
}
