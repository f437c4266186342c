// Risk parity: the defining equation checked at the answer, and the cases that a pencil solves.

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "risk/random_numbers.hpp"
#include "sizing/build_sizing.hpp"

using namespace riskcluster;
using riskcluster::test::input;

namespace {

/// Two symbols: the traded one with deviation `own`, weight `w`; another with deviation `other`, weight `v`.
BookMoments two_symbols(double own, double w, double other, double v, double correlation) {
  const double c = correlation * own * other;
  return {.own_variance = own * own,
          .own_weight = w,
          .covariance_with_book = own * own * w + c * v,
          .book_variance = own * own * w * w + 2 * c * w * v + other * other * v * v,
          .symbols_after = 2};
}

} // namespace

TEST_CASE("alone in the book, the position is equity times target over volatility") {
  const BookMoments flat{.own_variance = 1e-4, .symbols_after = 1};
  CHECK(*risk_parity(input(), flat, +1).size == doctest::Approx(20'000).epsilon(1e-12)); // 200 / 0.01
  CHECK(*risk_parity(input(), flat, -1).size == doctest::Approx(20'000).epsilon(1e-12));
  const BookMoments quarter{.own_variance = 4e-4, .symbols_after = 4};
  CHECK(*risk_parity(input(), quarter, +1).size == doctest::Approx(2'500).epsilon(1e-12)); // 200/4/0.02
}

TEST_CASE("what the book holds of the symbol is part of the position") {
  // Only this symbol: w 5,000 long, the position is to be 20,000 in the trade's direction.
  const BookMoments held{.own_variance = 1e-4,
                         .own_weight = 5'000,
                         .covariance_with_book = 0.5,
                         .book_variance = 2'500,
                         .symbols_after = 1};
  CHECK(*risk_parity(input(), held, +1).size == doctest::Approx(15'000).epsilon(1e-9));
  CHECK(*risk_parity(input(), held, -1).size == doctest::Approx(25'000).epsilon(1e-9));
}

TEST_CASE("a symbol that has its share already gets size 0") {
  const BookMoments full{.own_variance = 1e-4,
                         .own_weight = 30'000,
                         .covariance_with_book = 3,
                         .book_variance = 90'000,
                         .symbols_after = 1};
  CHECK(*risk_parity(input(), full, +1).size == 0);
}

TEST_CASE("the answer satisfies its equation to 1e-9") {
  constexpr std::uint64_t seed = 20260413;
  CAPTURE(seed);
  test::RandomNumbers random{seed};
  for (int i = 0; i < 2'000; ++i) {
    const double own = random.uniform(0.001, 0.05), other = random.uniform(0.001, 0.05);
    const double w = i % 3 == 0 ? 0 : random.uniform(-20'000, 20'000);
    const double v = random.uniform(-60'000, 60'000), rho = random.uniform(-0.95, 0.95);
    const double side = i % 2 == 0 ? 1 : -1;
    CAPTURE(i);
    const auto sized = risk_parity(input(), two_symbols(own, w, other, v, rho), side);
    REQUIRE(sized.size);
    CHECK(*sized.size >= 0);
    const double y = *sized.size + side * w; // the position after, in the trade's direction
    const double h = side * rho * own * other * v;
    const double rest = other * other * v * v;
    const double share = 10'000 * 0.02 / 2;
    const auto contribution = [&](double x) {
      return x * (h + x * own * own) / std::sqrt(rest + 2 * x * h + x * x * own * own);
    };
    CHECK(y > std::max(0.0, -h / (own * own)) - 1e-9);
    if (*sized.size > 0)
      CHECK(std::abs(contribution(y) - share) <= 1e-9 * share);
    else
      CHECK(contribution(y) >= share * (1 - 1e-9)); // more would be beyond the share
  }
}

TEST_CASE("an uncorrelated pair is solved by hand") {
  // h = 0: y²σ² = s√(V + y²σ²), with u = y²σ²: u² = s²(V + u). s = 100, V = 100²: u = 100²(1+√5)/2.
  const auto book = two_symbols(0.01, 0, 0.02, 5'000, 0);
  const double golden = (1 + std::sqrt(5.0)) / 2;
  CHECK(*risk_parity(input(), book, +1).size == doctest::Approx(100 * std::sqrt(golden) / 0.01).epsilon(1e-9));
}

TEST_CASE("a hedge is sized beyond the point where it stops reducing the book") {
  const auto book = two_symbols(0.01, 0, 0.01, 20'000, 0.8); // selling: h = -1.6, least variance at y = 16,000
  const auto sized = risk_parity(input(), book, -1);
  REQUIRE(sized.size);
  CHECK(*sized.size > 16'000);
}

TEST_CASE("a perfect hedge whose share is below what it cancels stops at the cancelling point") {
  // ρ = 1, V₋ₖ = (σ·20,000)²: residual variance 0 at y = 20,000; above it the contribution is yσ >= 200 > 100.
  const auto book = two_symbols(0.01, 0, 0.01, 20'000, 1);
  CHECK(*risk_parity(input(), book, -1).size == doctest::Approx(20'000).epsilon(1e-6));
}

TEST_CASE("a perfect hedge whose share is larger goes on to it") {
  // ρ = 1, V₋ₖ = (0.01·5,000)²: above y = 5,000 the contribution is yσ = 100 at y = 10,000.
  const auto book = two_symbols(0.01, 0, 0.01, 5'000, 1);
  CHECK(*risk_parity(input(), book, -1).size == doctest::Approx(10'000).epsilon(1e-9));
}

TEST_CASE("without a covariance risk parity is absent, with the reason") {
  CHECK_FALSE(risk_parity(input(), std::nullopt, +1).size);
  CHECK_FALSE(risk_parity(input(), BookMoments{}, +1).size);
  CHECK_FALSE(risk_parity(input(), std::nullopt, +1).absent_reason.empty());
}
