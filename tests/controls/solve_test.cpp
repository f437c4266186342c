#include "controls/solve.hpp"

#include <doctest/doctest.h>

using namespace riskcluster;

// The book's measure is |at_zero + slope·n| x weight + constant; every expected size is solved by hand.
TEST_CASE("inside the limit the allowed size ends where the measure meets it") {
  CHECK(allowed_size({.at_zero = 40, .slope = 1}, 100) == doctest::Approx(60));
  CHECK(allowed_size({.constant = 10, .weight = 2, .at_zero = 5, .slope = 1}, 100) == doctest::Approx(40));
  CHECK(allowed_size({.at_zero = 0, .slope = -4}, 100) == doctest::Approx(25));
  CHECK(allowed_size({.at_zero = 100, .slope = 1}, 100) == doctest::Approx(0));
}

TEST_CASE("a trade through zero may go as far as the limit on the other side") {
  CHECK(allowed_size({.at_zero = 40, .slope = -1}, 100) == doctest::Approx(140));
  CHECK(allowed_size({.at_zero = -40, .slope = 1}, 100) == doctest::Approx(140));
}

TEST_CASE("outside the limit what does not lower the measure is refused") {
  CHECK(allowed_size({.at_zero = 150, .slope = 1}, 100) == doctest::Approx(0));
  CHECK(allowed_size({.constant = 120, .at_zero = 0, .slope = 1}, 100) == doctest::Approx(0));
}

TEST_CASE("outside the limit what lowers the measure may go to the end of the first interval within it") {
  CHECK(allowed_size({.at_zero = 150, .slope = -1}, 100) == doctest::Approx(250));
}

TEST_CASE("outside a limit that cannot be reached the size that lowers the measure most is allowed") {
  CHECK(allowed_size({.constant = 120, .at_zero = 30, .slope = -1}, 100) == doctest::Approx(30));
}

TEST_CASE("a measure that the trade does not touch allows everything, even when it is over its limit") {
  CHECK(allowed_size({.at_zero = 500, .slope = 0}, 100) == unlimited);
  CHECK(allowed_size({.constant = 7, .weight = 0, .step = 0}, 3) == unlimited);
}

TEST_CASE("a new symbol takes a place, and only as long as there is one") {
  CHECK(allowed_size({.constant = 2, .weight = 0, .step = 1}, 3) == unlimited);
  CHECK(allowed_size({.constant = 3, .weight = 0, .step = 1}, 3) == 0);
}

TEST_CASE("sound means at most the larger of the limit and the measure before") {
  CHECK(sound(100, 50, 100));
  CHECK_FALSE(sound(100.001, 50, 100));
  CHECK(sound(119, 120, 100));
  CHECK_FALSE(sound(121, 120, 100));
}

TEST_CASE("of several measures the strictest decides, and each must stay sound by itself") {
  const SizeControl pair{.limit = 100, .measures = {{.at_zero = 90, .slope = 1}, {.at_zero = -20, .slope = -1}}};
  CHECK(pair.allowed() == doctest::Approx(10));
  CHECK(pair.value_at(10) == doctest::Approx(100));
  CHECK(pair.sound_at(10));
  CHECK_FALSE(pair.sound_at(11));
}
