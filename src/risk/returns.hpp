#pragma once

#include <Eigen/Core>

#include "core/result.hpp"

namespace riskcluster {

/// Simple returns p_t / p_{t-1} - 1.
/// @param prices T x N, oldest first, all finite and > 0, T >= 2.
/// @returns (T-1) x N; an error for a price that is not finite or not positive, or T < 2.
Result<Eigen::MatrixXd> simple_returns(const Eigen::Ref<const Eigen::MatrixXd>& prices);

/// The last `count` rows, or all of them when there are fewer.
inline auto last_rows(const Eigen::MatrixXd& matrix, Eigen::Index count) {
  return matrix.bottomRows(matrix.rows() < count ? matrix.rows() : count);
}

} // namespace riskcluster
