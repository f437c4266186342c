#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "core/result.hpp"

namespace riskcluster {

enum class VarMethod { historical, parametric, monte_carlo };
enum class BaselZone { green, yellow, red };
std::string_view name(BaselZone zone);

/// One row per judged day: true when r < -VaR of the `window` days before it.
/// @param returns T, T > window. @param seed for monte_carlo (a single-symbol simulation of 10,000 paths a day).
Result<std::vector<bool>> var_breaches(const Eigen::Ref<const Eigen::VectorXd>& returns, int window, double confidence,
                                       VarMethod method, std::uint64_t seed = 1);

/// Likelihood ratios with their p-values (χ² with 1, 1 and 2 degrees of freedom); 0·ln 0 = 0.
struct Coverage {
  std::int64_t observations = 0;
  std::int64_t breaches = 0;
  double expected = 0; ///< observations x (1-c)
  double kupiec_lr = 0, kupiec_p = 1;
  BaselZone basel_zone = BaselZone::green;
};
/// Kupiec (1995) POF and the Basel zone of any N, c: P(X <= x) < .95 green, < .9999 yellow, else red.
/// An error for breaches outside [0, observations], observations < 1 or a confidence outside (0, 1).
Result<Coverage> unconditional_coverage(std::int64_t observations, std::int64_t breaches, double confidence);

struct Independence {
  double independence_lr = 0, independence_p = 1;
  double joint_lr = 0, joint_p = 1; ///< Kupiec's + independence
};
/// Christoffersen (1998) from the sequence of breaches.
Result<Independence> conditional_coverage(const std::vector<bool>& breaches, double confidence);

/// Upper tail of χ² with 1 or 2 degrees of freedom.
double chi_square_upper(double x, int degrees);
/// P(X <= x), X binomial(n, p).
double binomial_cumulative(std::int64_t x, std::int64_t n, double p);

} // namespace riskcluster
