#pragma once

#include <Eigen/Core>

namespace riskcluster {

/// Herfindahl-Hirschman index Σ(|w|/gross)²: 1/N for N equal positions, 1 for a single one, 0 for an empty book.
double herfindahl_index(const Eigen::Ref<const Eigen::VectorXd>& weights);

} // namespace riskcluster
