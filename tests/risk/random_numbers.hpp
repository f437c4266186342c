#pragma once
// Seeded input for the property tests: the engine is the standard's (same numbers everywhere), the mapping ours
// (the standard's distributions differ between libraries).

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

#include <Eigen/Core>

namespace riskcluster::test {

class RandomNumbers {
public:
  explicit RandomNumbers(std::uint64_t seed) : engine_{seed} {}
  double uniform() { return (static_cast<double>(engine_() >> 12) + 0.5) * 0x1p-52; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// In [low, high].
  int whole(int low, int high) { return low + static_cast<int>(uniform() * (high - low + 1)); }
  /// Box and Muller, so that no code under test makes its own input.
  double normal() { return std::sqrt(-2.0 * std::log(uniform())) * std::cos(2.0 * std::numbers::pi * uniform()); }

  Eigen::MatrixXd normals(Eigen::Index rows, Eigen::Index columns, double scale) {
    Eigen::MatrixXd matrix{rows, columns};
    for (Eigen::Index j = 0; j < columns; ++j)
      for (Eigen::Index t = 0; t < rows; ++t) matrix(t, j) = scale * normal();
    return matrix;
  }

private:
  std::mt19937_64 engine_;
};

} // namespace riskcluster::test
