#include "risk/contribution.hpp"

#include <cmath>

#include "core/check.hpp"
#include "risk/normal.hpp"

namespace riskcluster {

Eigen::VectorXd marginal_value_at_risk(const Eigen::Ref<const Eigen::VectorXd>& weights,
                                       const Eigen::Ref<const Eigen::VectorXd>& mean,
                                       const Eigen::Ref<const Eigen::MatrixXd>& covariance, double confidence,
                                       int horizon_days) {
  const Eigen::Index n = weights.size();
  check(mean.size() == n && covariance.rows() == n && covariance.cols() == n, "weights, mean and covariance agree");
  Eigen::VectorXd marginal = Eigen::VectorXd::Zero(n); // first Σw, then the answer
  double variance = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) marginal[i] += covariance(j, i) * weights[j];
    variance += weights[i] * marginal[i];
  }
  if (!(variance > 0)) return Eigen::VectorXd::Zero(n);
  const double h = horizon_days;
  const double scale = normal_quantile(1.0 - confidence) * std::sqrt(h) / std::sqrt(variance);
  for (Eigen::Index i = 0; i < n; ++i) marginal[i] = -(mean[i] * h + scale * marginal[i]);
  return marginal;
}

Eigen::VectorXd component_value_at_risk(const Eigen::Ref<const Eigen::VectorXd>& weights,
                                        const Eigen::Ref<const Eigen::VectorXd>& mean,
                                        const Eigen::Ref<const Eigen::MatrixXd>& covariance, double confidence,
                                        int horizon_days) {
  Eigen::VectorXd components = marginal_value_at_risk(weights, mean, covariance, confidence, horizon_days);
  components.array() *= weights.array();
  return components;
}

} // namespace riskcluster
