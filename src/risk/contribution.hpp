#pragma once

#include <Eigen/Core>

namespace riskcluster {

/// Parametric component VaR: what each position adds. They sum to the unfloored total -(wᵀμh + zσ√h); all 0 when the
/// deviation is 0.
/// @param weights N signed notionals. @param mean N and @param covariance N x N, per day.
/// @returns N, account currency; negative for a hedge.
Eigen::VectorXd component_value_at_risk(const Eigen::Ref<const Eigen::VectorXd>& weights,
                                        const Eigen::Ref<const Eigen::VectorXd>& mean,
                                        const Eigen::Ref<const Eigen::MatrixXd>& covariance, double confidence,
                                        int horizon_days);

/// Marginal VaR: ∂VaR/∂wᵢ, per unit of notional; component = weight x marginal. Source: Jorion, Value at Risk, ch. 7.
Eigen::VectorXd marginal_value_at_risk(const Eigen::Ref<const Eigen::VectorXd>& weights,
                                       const Eigen::Ref<const Eigen::VectorXd>& mean,
                                       const Eigen::Ref<const Eigen::MatrixXd>& covariance, double confidence,
                                       int horizon_days);

} // namespace riskcluster
