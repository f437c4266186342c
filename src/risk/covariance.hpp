#pragma once

#include <Eigen/Core>

#include "core/result.hpp"

namespace riskcluster {

/// Column means of T x N returns; N. Summed in row order.
Eigen::VectorXd column_means(const Eigen::Ref<const Eigen::MatrixXd>& returns);

/// Sample covariance, divisor T-1.
/// @param returns T x N, T >= 2 (otherwise all zero).
/// @returns N x N, exactly symmetric.
Eigen::MatrixXd covariance(const Eigen::Ref<const Eigen::MatrixXd>& returns);

/// Pearson correlation; 1 on the diagonal, 0 against a column without variance, clamped to [-1, 1].
/// @returns N x N, exactly symmetric.
Eigen::MatrixXd correlation(const Eigen::Ref<const Eigen::MatrixXd>& returns);

/// Σ = L Lᵀ in the symbols' own order, with one zero column for each dropped pivot.
struct CovarianceFactor {
  Eigen::MatrixXd lower; ///< N x N; a row permutation of a lower triangular matrix
  int rank = 0;
};

/// Pivoted LDLᵀ. A pivot <= 1e-12 x the largest diagonal makes its column zero; one < -1e-10 x the largest is an
/// error (no covariance matrix). Plain loops in one order: the same bits on every machine.
/// @param covariance N x N, symmetric.
Result<CovarianceFactor> factorise(const Eigen::Ref<const Eigen::MatrixXd>& covariance);

} // namespace riskcluster
