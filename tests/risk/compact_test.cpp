#include <algorithm>
#include <iterator>
#include <vector>

#include <doctest/doctest.h>

#include "random_numbers.hpp"
#include "risk/compact.hpp"

using namespace riskcluster;

namespace {

/// Normal outcomes, or few values that tie.
std::vector<float> outcomes(test::RandomNumbers& random, std::size_t n) {
  const bool ties = random.whole(0, 1) == 0;
  std::vector<float> x(n);
  for (float& outcome : x)
    outcome = ties ? static_cast<float>(random.whole(-2, 2)) : static_cast<float>(random.normal());
  return x;
}

} // namespace

TEST_CASE("the k-th and the next one are those of the sorted outcomes, whatever the guess") {
  constexpr std::uint64_t seed = 20'261'120;
  MESSAGE("seed ", seed);
  test::RandomNumbers random{seed};
  int wrong = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto n = static_cast<std::size_t>(random.whole(2, 700));
    auto x = outcomes(random, n), sorted = x;
    std::sort(sorted.begin(), sorted.end());
    const auto k = static_cast<std::size_t>(random.whole(0, static_cast<int>(n) - 2));
    const float guesses[] = {-1e30F, 1e30F, sorted[k], sorted[k / 2], 0, static_cast<float>(random.normal())};
    x.resize(n + compact_slack);
    std::vector<float> room(n + compact_slack);
    const auto pair = order_pair(x.data(), n, k, guesses[random.whole(0, 5)], room.data());
    wrong +=
        static_cast<int>(pair.at != static_cast<double>(sorted[k]) || pair.next != static_cast<double>(sorted[k + 1]));
  }
  CHECK(wrong == 0);
}

TEST_CASE("what is kept stays in order, in place as elsewhere") {
  test::RandomNumbers random{11};
  for (std::size_t n = 0; n < 100; ++n) {
    auto x = outcomes(random, n);
    const auto level = static_cast<float>(random.normal());
    std::vector<float> expected;
    std::copy_if(x.begin(), x.end(), std::back_inserter(expected), [&](float outcome) { return outcome <= level; });
    std::vector<float> kept(n + compact_slack);
    x.resize(n + compact_slack);
    kept.resize(keep_at_most(x.data(), n, level, kept.data()));
    CHECK(kept == expected);
    x.resize(keep_at_most(x.data(), n, level, x.data()));
    CHECK(x == expected);
  }
}
