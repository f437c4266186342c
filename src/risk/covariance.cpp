#include "risk/covariance.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "risk/volatility.hpp"

namespace riskcluster {

Eigen::VectorXd column_means(const Eigen::Ref<const Eigen::MatrixXd>& returns) {
  Eigen::VectorXd means{returns.cols()};
  for (Eigen::Index j = 0; j < returns.cols(); ++j) means[j] = mean(returns.col(j));
  return means;
}

Eigen::MatrixXd covariance(const Eigen::Ref<const Eigen::MatrixXd>& returns) {
  const Eigen::Index rows = returns.rows(), columns = returns.cols();
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(columns, columns);
  if (rows < 2) return result;
  Eigen::MatrixXd centred = returns;
  const Eigen::VectorXd means = column_means(returns);
  for (Eigen::Index j = 0; j < columns; ++j) centred.col(j).array() -= means[j];
  for (Eigen::Index i = 0; i < columns; ++i)
    for (Eigen::Index j = 0; j <= i; ++j) {
      double sum = 0;
      for (Eigen::Index t = 0; t < rows; ++t) sum += centred(t, i) * centred(t, j);
      result(i, j) = result(j, i) = sum / static_cast<double>(rows - 1);
    }
  return result;
}

Eigen::MatrixXd correlation(const Eigen::Ref<const Eigen::MatrixXd>& returns) {
  const Eigen::Index columns = returns.cols();
  Eigen::MatrixXd result = covariance(returns);
  Eigen::VectorXd deviations{columns};
  for (Eigen::Index j = 0; j < columns; ++j) {
    // The mean of a constant may be off by a last digit, which leaves a variance that is only rounding.
    bool constant = true;
    for (Eigen::Index t = 1; t < returns.rows(); ++t) constant = constant && returns(t, j) == returns(0, j);
    deviations[j] = constant ? 0 : std::sqrt(result(j, j));
  }
  for (Eigen::Index i = 0; i < columns; ++i) {
    result(i, i) = 1;
    for (Eigen::Index j = 0; j < i; ++j) {
      const double scale = deviations[i] * deviations[j];
      result(i, j) = result(j, i) = scale > 0 ? std::clamp(result(i, j) / scale, -1.0, 1.0) : 0;
    }
  }
  return result;
}

namespace {

/// What is left when the best pivot is negligible must be negligible too, or there never was a covariance matrix.
bool remainder_is_rounding(const Eigen::MatrixXd& a, const std::vector<Eigen::Index>& left, double largest) {
  const double tolerance = 1e-10 * largest;
  for (const Eigen::Index i : left) {
    if (a(i, i) < -tolerance) return false;
    for (const Eigen::Index j : left)
      if (i != j && std::fabs(a(i, j)) > tolerance) return false;
  }
  return true;
}

} // namespace

Result<CovarianceFactor> factorise(const Eigen::Ref<const Eigen::MatrixXd>& covariance) {
  const Eigen::Index n = covariance.rows();
  check(covariance.cols() == n, "a covariance matrix is square");
  CovarianceFactor factor{Eigen::MatrixXd::Zero(n, n), 0};
  double largest = 0;
  std::vector<Eigen::Index> left;
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j)
      if (!std::isfinite(covariance(i, j))) return invalid("the covariance matrix holds a number that is not finite");
    largest = std::max(largest, std::fabs(covariance(i, i)));
    left.push_back(i);
  }
  Eigen::MatrixXd a = covariance;
  while (!left.empty()) {
    const auto best = std::max_element(left.begin(), left.end(), [&](auto i, auto j) { return a(i, i) < a(j, j); });
    const Eigen::Index p = *best;
    const double pivot = a(p, p);
    if (pivot <= 1e-12 * largest) break;
    left.erase(best);
    const Eigen::Index k = factor.rank++;
    // Column k is a(:, p)/√pivot; what it explains leaves the rest (lower and upper half alike).
    const double root = std::sqrt(pivot);
    factor.lower(p, k) = root;
    for (const Eigen::Index i : left) factor.lower(i, k) = a(i, p) / root;
    for (const Eigen::Index i : left)
      for (const Eigen::Index j : left) a(i, j) -= factor.lower(i, k) * factor.lower(j, k);
  }
  if (!remainder_is_rounding(a, left, largest))
    return invalid("not a covariance matrix: a pivot is negative, or a column of no variance covaries");
  return factor;
}

} // namespace riskcluster
