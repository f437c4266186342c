#include <cmath>

#include <doctest/doctest.h>

#include "risk/normal.hpp"
#include "risk/random.hpp"

using namespace riskcluster;

TEST_CASE("the normal quantile has Wichura's published check values") {
  // AS 241 (Applied Statistics 37, 1988), the three arguments given there; digits to 16 places from R's qnorm.
  CHECK(normal_quantile(0.25) == doctest::Approx(-0.6744897501960817).epsilon(1e-15));
  CHECK(normal_quantile(0.001) == doctest::Approx(-3.090232306167814).epsilon(1e-15));
  CHECK(normal_quantile(1e-20) == doctest::Approx(-9.262340089798408).epsilon(1e-15));
}

TEST_CASE("the normal quantile has the constants that every VaR table prints") {
  // Abramowitz & Stegun, table 26.5, and R's qnorm.
  CHECK(normal_quantile(0.5) == 0.0);
  CHECK(normal_quantile(0.05) == doctest::Approx(-1.6448536269514722).epsilon(1e-15));
  CHECK(normal_quantile(0.01) == doctest::Approx(-2.3263478740408408).epsilon(1e-15));
  CHECK(normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-15));
}

TEST_CASE("the normal quantile undoes the normal probability, also in the far tails") {
  // NOLINTNEXTLINE(cert-flp30-c,clang-analyzer-security.FloatLoopCounter): any points of the range will do
  for (double z = -37; z <= 5; z += 0.25) {
    CAPTURE(z);
    // Near p = 1 a probability holds few digits of z; the slope φ(z) says how few.
    const double p = normal_probability(z);
    CHECK(std::fabs(normal_quantile(p) - z) <= 1e-14 * std::fabs(z) + 2e-16 / normal_density(z) * p + 1e-15);
  }
}

TEST_CASE("the normal quantile rises over the whole range, across the seams of its three approximations") {
  double last = normal_quantile(4.9e-324);
  CHECK(last < -38);
  // NOLINTNEXTLINE(cert-flp30-c,clang-analyzer-security.FloatLoopCounter): any points of the range will do
  for (double p = 1e-300; p < 1e-3; p *= 1.7) {
    CHECK(normal_quantile(p) > last);
    last = normal_quantile(p);
  }
  // NOLINTNEXTLINE(cert-flp30-c,clang-analyzer-security.FloatLoopCounter): any points of the range will do
  for (double p = 1e-3; p < 0.9999; p += 1e-3) {
    CHECK(normal_quantile(p) > last);
    last = normal_quantile(p);
  }
}

TEST_CASE("the normal quantile is odd about one half") {
  for (const double p : {0.25, 0.125, 0.0625, 0.03125, 0.0078125}) // exact in binary, as is 1 - p
    CHECK(normal_quantile(p) == -normal_quantile(1.0 - p));
}

TEST_CASE("the normal density at the 95% point is the table's 0.10313564037537128") {
  CHECK(normal_density(0) == doctest::Approx(0.3989422804014327).epsilon(1e-15));                    // 1/√(2π)
  CHECK(normal_density(-1.6448536269514722) == doctest::Approx(0.10313564037537128).epsilon(1e-14)); // R's dnorm
}

TEST_CASE("Philox gives the authors' known answers") {
  // Random123 (Salmon et al.), file kat_vectors, rows "philox4x32 10".
  using Words = std::array<std::uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint32_t all = 0xffffffff;
  CHECK(philox({all, all, all, all}, {all, all}) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a uniform number is never 0 and never 1") {
  CHECK(open_unit_interval(0, 0) == 0x1p-53);
  CHECK(open_unit_interval(0xffffffff, 0xffffffff) == 1.0 - 0x1p-53);
  CHECK(open_unit_interval(0x80000000, 0) == 0.5 + 0x1p-53);
}
