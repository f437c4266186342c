#include "risk/concentration.hpp"

#include <cmath>

namespace riskcluster {

double herfindahl_index(const Eigen::Ref<const Eigen::VectorXd>& weights) {
  double gross = 0;
  for (Eigen::Index i = 0; i < weights.size(); ++i) gross += std::fabs(weights[i]);
  if (!(gross > 0)) return 0;
  double index = 0;
  for (Eigen::Index i = 0; i < weights.size(); ++i) index += (weights[i] / gross) * (weights[i] / gross);
  return index;
}

} // namespace riskcluster
