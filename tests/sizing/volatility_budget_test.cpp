// The volatility budget: the volatility of the book with the trade, computed here again, must be the budget.

#include <cmath>

#include <doctest/doctest.h>

#include "risk/random_numbers.hpp"
#include "sizing/build_sizing.hpp"

using namespace riskcluster;
using riskcluster::test::input;

namespace {

constexpr double budget = 200; // 10,000 · 0.02

/// a = 0.01²; the book's variance, and (Σw)_k.
BookMoments book(double covariance_with_book, double book_variance) {
  return {.own_variance = 1e-4, .covariance_with_book = covariance_with_book, .book_variance = book_variance};
}

/// The size before the multiplier: own statistics that make it 1.
double full_size(const std::optional<BookMoments>& moments, double side) {
  auto in = input();
  in.confidence = 1;
  in.kelly_fraction = 1;
  in.own_probability = 1;
  in.own_ratio = 1;
  const auto sized = volatility_budget(in, moments, side, kelly(in));
  REQUIRE(sized.size);
  REQUIRE(sized.multiplier == 1);
  return *sized.size;
}

double volatility_with(const BookMoments& moments, double side, double n) {
  return std::sqrt(moments.book_variance + 2 * side * n * moments.covariance_with_book + n * n * moments.own_variance);
}

} // namespace

TEST_CASE("an empty book takes equity times target over volatility") {
  CHECK(full_size(book(0, 0), +1) == doctest::Approx(20'000)); // T/σ
}

TEST_CASE("within budget and not hedging: up to the budget") {
  const auto moments = book(0.6, 10'000); // √D = √(0.36 - 1e-4(10,000 - 40,000)) = √3.36
  const double size = full_size(moments, +1);
  CHECK(size == doctest::Approx((-0.6 + std::sqrt(3.36)) / 1e-4));
  CHECK(volatility_with(moments, +1, size) == doctest::Approx(budget));
}

TEST_CASE("within budget and hedging: past the least variance, up to the budget") {
  const auto moments = book(0.6, 10'000);
  const double size = full_size(moments, -1);
  CHECK(size == doctest::Approx((0.6 + std::sqrt(3.36)) / 1e-4));
  CHECK(volatility_with(moments, -1, size) == doctest::Approx(budget));
}

TEST_CASE("at or over budget and not hedging: nothing") {
  CHECK(full_size(book(0.6, 40'000), +1) == 0);
  CHECK(full_size(book(0.6, 90'000), +1) == 0);
  CHECK(full_size(book(0, 90'000), +1) == 0);
}

TEST_CASE("at or over budget and hedging: the least variance") {
  const auto moments = book(2, 90'000);
  const double size = full_size(moments, -1);
  CHECK(size == doctest::Approx(20'000)); // -g/a = 2/1e-4
  const double least = volatility_with(moments, -1, size);
  CHECK(least < volatility_with(moments, -1, size * 0.99));
  CHECK(least < volatility_with(moments, -1, size * 1.01));
  CHECK(full_size(book(1, 40'000), -1) == doctest::Approx(10'000));
}

TEST_CASE("within budget the book's volatility becomes the budget, whatever the book") {
  constexpr std::uint64_t seed = 7;
  CAPTURE(seed);
  test::RandomNumbers random{seed};
  for (int i = 0; i < 1'000; ++i) {
    const double deviation = random.uniform(0, budget);
    const auto moments = book(random.uniform(-1, 1) * 0.01 * deviation, deviation * deviation);
    const double side = i % 2 == 0 ? 1 : -1;
    CAPTURE(i);
    const double size = full_size(moments, side);
    CHECK(size >= 0);
    CHECK(std::abs(volatility_with(moments, side, size) - budget) <= 1e-9 * budget);
  }
}

TEST_CASE("with stop and target the multiplier is fractional Kelly; confidence is in it and not taken twice") {
  const auto in = input(); // f = 0.4 · 0.25
  const auto sized = volatility_budget(in, book(0, 0), +1, kelly(in));
  CHECK(sized.multiplier == doctest::Approx(0.1));
  CHECK(*sized.size == doctest::Approx(2'000));
}

TEST_CASE("own statistics know nothing of this signal's confidence, which multiplies them") {
  auto in = input();
  in.own_probability = 0.55;
  in.own_ratio = 1.5; // f = 0.0625, x 0.6
  CHECK(volatility_budget(in, book(0, 0), +1, kelly(in)).multiplier == doctest::Approx(0.0375));
}

TEST_CASE("a missing stop or target multiplies by 0.01 and confidence, own statistics or not") {
  auto no_stop = input(), no_target = input(), own = input();
  no_stop.stop_distance.reset();
  no_target.target_distance.reset();
  own.stop_distance.reset();
  own.own_probability = 0.9;
  own.own_ratio = 3;
  for (const auto& in : {no_stop, no_target, own}) {
    const auto sized = volatility_budget(in, book(0, 0), +1, kelly(in));
    CHECK(sized.multiplier == doctest::Approx(0.006));
    CHECK(*sized.size == doctest::Approx(120)); // 20,000 · 0.006
  }
}

TEST_CASE("no edge is a budget of 0, present") {
  auto in = input();
  in.confidence = 0.2;
  const auto sized = volatility_budget(in, book(0, 0), +1, kelly(in));
  REQUIRE(sized.size);
  CHECK(*sized.size == 0);
}

TEST_CASE("without a covariance the volatility budget is absent, with the reason") {
  const auto in = input();
  CHECK_FALSE(volatility_budget(in, std::nullopt, +1, kelly(in)).size);
  const auto sized = volatility_budget(in, BookMoments{}, +1, kelly(in));
  CHECK_FALSE(sized.size);
  CHECK_FALSE(sized.absent_reason.empty());
}
