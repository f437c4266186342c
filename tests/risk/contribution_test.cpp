#include <cmath>

#include <doctest/doctest.h>

#include "random_numbers.hpp"
#include "risk/concentration.hpp"
#include "risk/contribution.hpp"
#include "risk/covariance.hpp"
#include "risk/normal.hpp"

using namespace riskcluster;

namespace {

/// -(wᵀμh + zσ√h), not floored.
double total(const Eigen::VectorXd& w, const Eigen::VectorXd& mean, const Eigen::MatrixXd& sigma, double confidence,
             int h) {
  return -(w.dot(mean) * h + normal_quantile(1 - confidence) * std::sqrt(w.dot(sigma * w) * h));
}

} // namespace

TEST_CASE("components sum to the unfloored VaR and marginals are its slopes") {
  constexpr std::uint64_t seed = 21;
  MESSAGE("seed ", seed);
  test::RandomNumbers random{seed};
  for (int round = 0; round < 200; ++round) {
    const Eigen::Index n = random.whole(1, 6);
    const Eigen::MatrixXd returns = random.normals(100, n, 0.01);
    const Eigen::VectorXd mean = column_means(returns), w = random.normals(n, 1, 1e4);
    const Eigen::MatrixXd sigma = covariance(returns);
    const int h = random.whole(1, 10);
    const Eigen::VectorXd components = component_value_at_risk(w, mean, sigma, 0.95, h);
    CHECK(components.sum() == doctest::Approx(total(w, mean, sigma, 0.95, h)).epsilon(1e-11));
    const Eigen::VectorXd marginal = marginal_value_at_risk(w, mean, sigma, 0.95, h);
    for (Eigen::Index i = 0; i < n; ++i) {
      Eigen::VectorXd up = w, down = w;
      up[i] += 1;
      down[i] -= 1;
      const double slope = (total(up, mean, sigma, 0.95, h) - total(down, mean, sigma, 0.95, h)) / 2;
      CHECK(marginal[i] == doctest::Approx(slope).epsilon(1e-5));
      CHECK(components[i] == w[i] * marginal[i]);
    }
  }
}

TEST_CASE("of two uncorrelated positions each adds its share of the variance") {
  // Deviations 3 and 4, hence 5 together: shares 9/25 and 16/25 of 5z.
  const Eigen::Matrix2d sigma{{9, 0}, {0, 16}};
  const Eigen::VectorXd components =
      component_value_at_risk(Eigen::Vector2d{1, 1}, Eigen::Vector2d::Zero(), sigma, 0.95, 1);
  CHECK(components[0] == doctest::Approx(1.6448536269514722 * 9 / 5).epsilon(1e-14));
  CHECK(components[1] == doctest::Approx(1.6448536269514722 * 16 / 5).epsilon(1e-14));
}

TEST_CASE("a hedge has a negative component") {
  const Eigen::Matrix2d sigma{{1, 0.9}, {0.9, 1}};
  const Eigen::VectorXd components =
      component_value_at_risk(Eigen::Vector2d{10, -5}, Eigen::Vector2d::Zero(), sigma, 0.95, 1);
  CHECK(components[0] > 0);
  CHECK(components[1] < 0);
}

TEST_CASE("a book without deviation has no components, whatever its mean") {
  const Eigen::VectorXd mean = Eigen::VectorXd::Ones(2);
  CHECK(component_value_at_risk(Eigen::VectorXd::Zero(2), mean, Eigen::MatrixXd::Identity(2, 2), 0.95, 1).isZero(0));
  CHECK(component_value_at_risk(Eigen::VectorXd::Ones(2), mean, Eigen::MatrixXd::Zero(2, 2), 0.95, 1).isZero(0));
}

TEST_CASE("N equal positions are concentrated 1/N, one is 1, none is 0") {
  for (int n = 1; n <= 20; ++n)
    CHECK(herfindahl_index(Eigen::VectorXd::Constant(n, -250.0)) == doctest::Approx(1.0 / n).epsilon(1e-14));
  CHECK(herfindahl_index(Eigen::VectorXd::Zero(3)) == 0.0);
  CHECK(herfindahl_index(Eigen::VectorXd{}) == 0.0);
  CHECK(herfindahl_index(Eigen::Vector3d{3, -1, 0}) == doctest::Approx(10.0 / 16).epsilon(1e-15)); // (3/4)² + (1/4)²
}
