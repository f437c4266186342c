#include "risk/volatility.hpp"

#include <cmath>

namespace riskcluster {

double mean(const Eigen::Ref<const Eigen::VectorXd>& values) {
  if (values.size() == 0) return 0;
  double sum = 0;
  for (Eigen::Index i = 0; i < values.size(); ++i) sum += values[i];
  return sum / static_cast<double>(values.size());
}

double standard_deviation(const Eigen::Ref<const Eigen::VectorXd>& values) {
  if (values.size() < 2) return 0;
  const double centre = mean(values);
  double squares = 0;
  for (Eigen::Index i = 0; i < values.size(); ++i) squares += (values[i] - centre) * (values[i] - centre);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

} // namespace riskcluster
