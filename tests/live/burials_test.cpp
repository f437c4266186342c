// Dead letters that wait for their burial.

#include "live/burials.hpp"

#include <numeric>

#include <doctest/doctest.h>

using namespace riskcluster;

namespace {

/// Burials of numbers; what was buried, a vector for each time.
std::vector<std::vector<int>> buried(int count) {
  std::vector<std::vector<int>> calls;
  {
    Burials<int> burials{32, [&](std::vector<int> dead) { calls.push_back(std::move(dead)); }};
    for (int i = 0; i < count; ++i) burials.add(i, i % 7 == 6);
  }
  return calls;
}

} // namespace

TEST_CASE("each is buried once, in the order in which they came, and all of them before the end") {
  for (const int count : {0, 1, 2, 31, 32, 33, 1'000}) {
    std::vector<int> all, expected(static_cast<std::size_t>(count));
    for (const auto& call : buried(count)) all.insert(all.end(), call.begin(), call.end());
    std::iota(expected.begin(), expected.end(), 0);
    CHECK_MESSAGE(all == expected, count);
  }
}

TEST_CASE("nobody is buried with nobody") {
  for (const auto& call : buried(100)) CHECK_FALSE(call.empty());
}
