#pragma once

#include <optional>

#include <Eigen/Core>

namespace riskcluster {

/// The deepest fall of compounded wealth that starts at 1, so that a first-day loss counts.
/// Indices are rows of `returns`; peak -1 is the start itself. The first of equal depths.
struct Drawdown {
  double max_drawdown = 0; ///< >= 0, fraction of the high-water mark
  Eigen::Index peak = -1;
  Eigen::Index trough = -1;             ///< = peak when there is no loss
  std::optional<Eigen::Index> recovery; ///< first row at or above the peak again
};
Drawdown max_drawdown(const Eigen::Ref<const Eigen::VectorXd>& returns);

} // namespace riskcluster
