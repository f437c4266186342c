#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "random_numbers.hpp"
#include "risk/value_at_risk.hpp"

using namespace riskcluster;

namespace {

/// The definition, by sorting everything: the oracle of this file.
struct Sorted {
  std::vector<double> x;
  explicit Sorted(const Eigen::VectorXf& pnl) {
    for (const float outcome : pnl) x.push_back(static_cast<double>(outcome));
    std::sort(x.begin(), x.end());
  }
  double value_at_risk(double confidence) const {
    const double h = static_cast<double>(x.size() - 1) * (1 - confidence);
    const auto k = static_cast<std::size_t>(h + 1e-9);
    const double g = h - static_cast<double>(k);
    return std::max(0.0, -(std::fabs(g) < 1e-9 ? x[k] : x[k] + g * (x[k + 1] - x[k])));
  }
  double expected_shortfall(double confidence) const {
    const auto k = static_cast<std::size_t>(static_cast<double>(x.size() - 1) * (1 - confidence) + 1e-9);
    double sum = 0;
    for (std::size_t i = 0; i <= k; ++i) sum += x[i];
    return std::max(0.0, -sum / static_cast<double>(k + 1));
  }
  double standard_error(double confidence) const {
    const auto n = static_cast<double>(x.size());
    const auto k = static_cast<std::ptrdiff_t>((n - 1) * (1 - confidence) + 1e-9);
    const auto m = static_cast<std::ptrdiff_t>(std::lround(std::sqrt(n * (1 - confidence) * confidence)));
    const auto at = [&](std::ptrdiff_t i) {
      return x[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i, 0, std::ssize(x) - 1))];
    };
    return (at(k + m) - at(k - m)) / 2;
  }
};

/// Outcomes of one of six shapes: normal, few values (ties), one value, uniform, a far outlier, all gains.
Eigen::VectorXf outcomes(test::RandomNumbers& random, int n) {
  const int shape = random.whole(0, 5);
  const double centre = random.uniform(-2, 2), scale = std::pow(10.0, random.uniform(-6, 6));
  Eigen::VectorXf pnl{n};
  for (float& x : pnl) {
    double value = centre + random.normal();
    if (shape == 1) value = random.whole(-3, 1);
    if (shape == 2) value = centre;
    if (shape == 3) value = random.uniform(-1, 1);
    if (shape == 5) value = 10 + random.uniform();
    x = static_cast<float>(scale * value);
  }
  if (shape == 4) pnl[random.whole(0, n - 1)] = static_cast<float>(-1e6 * scale);
  return pnl;
}

} // namespace

TEST_CASE("the fast tail is the sorted tail, whatever the outcomes and whatever the guess") {
  constexpr std::uint64_t seed = 20'240'601;
  MESSAGE("seed ", seed);
  test::RandomNumbers random{seed};
  TailScratch scratch;
  const double confidences[] = {0.5, 0.9, 0.95, 0.975, 0.99, 0.999, 0.05};
  int wrong = 0;
  for (int round = 0; round < 20'000; ++round) {
    const Eigen::VectorXf pnl = outcomes(random, random.whole(1, 400));
    const double confidence = confidences[random.whole(0, 6)];
    const double guesses[] = {0, 1e-30, -1, 1e30, static_cast<double>(pnl.mean()), 1, 1e308};
    const double mean_guess = guesses[random.whole(0, 6)], deviation_guess = guesses[random.whole(0, 6)];
    const Sorted sorted{pnl};
    const Tail tail = simulated_tail(pnl, confidence, mean_guess, deviation_guess, scratch);
    const double error = simulated_standard_error(pnl, confidence, mean_guess, deviation_guess, scratch);
    // Values are the oracle's to the last bit; the mean may round differently in another order of summing.
    const double shortfall = sorted.expected_shortfall(confidence);
    if (tail.value_at_risk != sorted.value_at_risk(confidence) || error != sorted.standard_error(confidence) ||
        std::fabs(tail.expected_shortfall - shortfall) > 1e-12 * std::fabs(shortfall)) {
      ++wrong;
      CAPTURE(round);
      CHECK(tail.value_at_risk == sorted.value_at_risk(confidence));
      CHECK(tail.expected_shortfall == doctest::Approx(shortfall).epsilon(1e-12));
      CHECK(error == sorted.standard_error(confidence));
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("a guess decides the cost of a tail, never a bit of it") {
  test::RandomNumbers random{7};
  Eigen::VectorXf pnl{10'000};
  for (float& x : pnl) x = static_cast<float>(100 * random.normal() - 3);
  TailScratch scratch;
  const Tail good = simulated_tail(pnl, 0.95, -3, 100, scratch);
  for (const double deviation : {0.0, 1e-9, 50.0, 200.0, 1e9, -100.0}) {
    const Tail tail = simulated_tail(pnl, 0.95, -3, deviation, scratch);
    CHECK(tail.value_at_risk == good.value_at_risk);
    CHECK(tail.expected_shortfall == good.expected_shortfall);
    CHECK(simulated_standard_error(pnl, 0.95, -3, deviation, scratch) ==
          simulated_standard_error(pnl, 0.95, -3, 100, scratch));
  }
}

TEST_CASE("scratch that served many outcomes serves few") {
  TailScratch scratch;
  const Eigen::VectorXf many = Eigen::VectorXf::LinSpaced(10'000, -1, 1);
  CHECK(simulated_tail(many, 0.95, 0, 0.5, scratch).value_at_risk == doctest::Approx(0.9).epsilon(1e-6));
  CHECK(simulated_tail(Eigen::VectorXf::Constant(1, -2.0F), 0.95, 0, 1, scratch).value_at_risk == 2.0);
}

TEST_CASE(
    "the standard error is half the distance of the order statistics one binomial deviation around the quantile") {
  // -1 … -10,000: k = 499, m = round(√(10,000·0.05·0.95)) = round(21.79) = 22, hence (44)/2.
  const Eigen::VectorXf pnl = Eigen::VectorXf::LinSpaced(10'000, -10'000, -1);
  TailScratch scratch;
  CHECK(simulated_standard_error(pnl, 0.95, -5'000, 2'900, scratch) == 22.0);
}
