#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "risk/covariance.hpp"

namespace riskcluster {

/// Joint returns of all symbols of a market view over the horizon; built once per view, read by many.
struct Scenarios {
  /// paths x N, column-major: one column a symbol. Float: a book's P&L is memory-bound, and the rounding (6e-8) is
  /// far below the sampling error.
  Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic> returns;
  std::uint64_t seed = 0;
};

/// x = μh + √h·Lz at the horizon itself, z independent standard normal.
/// @param mean N, per day. @param factor of the N x N daily covariance. @param horizon_days >= 1. @param paths >= 1.
/// The same seed gives the same bits on every machine: a counter-based generator and `normal_quantile`, no libm.
Scenarios simulate(const Eigen::Ref<const Eigen::VectorXd>& mean, const CovarianceFactor& factor, int horizon_days,
                   int paths, std::uint64_t seed);

/// pnl += weight x scenarios of one symbol, path by path. The hot loop of a trade's judgement.
/// @param pnl paths; account currency.
void add_scenario_pnl(Eigen::Ref<Eigen::VectorXf> pnl, const Scenarios& scenarios, Eigen::Index symbol, double weight);

/// P&L of a whole book on every path, overwriting `pnl`; zero weights cost nothing.
/// @param weights N signed notionals.
void scenario_pnl(Eigen::VectorXf& pnl, const Scenarios& scenarios, const Eigen::Ref<const Eigen::VectorXd>& weights);

} // namespace riskcluster
