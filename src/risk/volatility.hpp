#pragma once

#include <Eigen/Core>

namespace riskcluster {

inline constexpr double trading_days_per_year = 252.0;

/// Arithmetic mean; 0 for an empty vector. Summed in order.
double mean(const Eigen::Ref<const Eigen::VectorXd>& values);

/// Sample standard deviation, divisor n-1; 0 for fewer than two values.
double standard_deviation(const Eigen::Ref<const Eigen::VectorXd>& values);

} // namespace riskcluster
