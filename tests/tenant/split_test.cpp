#include <doctest/doctest.h>

#include "support/tenant.hpp"
#include "tenant/judgement.hpp"

using namespace riskcluster;
using test::order;

namespace {

Split parts(std::optional<double> notional, Closable closable, bool reduce_only = false) {
  TradingSignal signal = order(Side::sell, "EURUSD", notional);
  signal.reduce_only = reduce_only;
  return split(signal, closable);
}

constexpr Closable thousand{.quantity = 1'000, .unit_value = 1.10, .lot_step = 1};

} // namespace

TEST_CASE("nothing to close: the whole signal opens") {
  const auto result = parts(500, {});
  CHECK(result.closing_quantity == 0);
  CHECK(result.may_open);
  CHECK(result.opening_request == 500);
}

TEST_CASE("without a request a signal against a position closes what is available and opens nothing") {
  const auto result = parts({}, thousand);
  CHECK(result.closing_quantity == 1'000);
  CHECK_FALSE(result.may_open);
}

TEST_CASE("a request below the position closes that much, in whole lots") {
  const auto result = parts(550.6, thousand); // 500.545 units
  CHECK(result.closing_quantity == 500);
  CHECK_FALSE(result.may_open);
}

TEST_CASE("a request for the whole closes the whole, odd lots included") {
  const auto result = parts(1.10 * 1'000.7, {.quantity = 1'000.7, .unit_value = 1.10, .lot_step = 1});
  CHECK(result.closing_quantity == 1'000.7);
  CHECK_FALSE(result.may_open);
}

TEST_CASE("a request beyond the position closes it and opens the rest") {
  const auto result = parts(1'500, thousand);
  CHECK(result.closing_quantity == 1'000);
  CHECK(result.may_open);
  CHECK(*result.opening_request == doctest::Approx(400));
}

TEST_CASE("reduce_only drops the opening part, and is refused when there is nothing to reduce") {
  CHECK_FALSE(parts(1'500, thousand, true).may_open);
  CHECK(parts(1'500, thousand, true).closing_quantity == 1'000);
  CHECK(parts(1'500, {}, true).fault == "REDUCE_ONLY");
}

TEST_CASE("a close of less than a lot is refused, and one of an unpriced symbol needs to be whole") {
  CHECK(parts(0.5, thousand).fault == "BELOW_MIN_QUANTITY");
  CHECK(parts(500, {.quantity = 10}).fault == "NO_MARKET_DATA");
  CHECK(parts({}, {.quantity = 10}).closing_quantity == 10);
}
