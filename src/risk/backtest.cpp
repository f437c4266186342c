#include "risk/backtest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/check.hpp"
#include "risk/covariance.hpp"
#include "risk/scenarios.hpp"
#include "risk/value_at_risk.hpp"
#include "risk/volatility.hpp"

namespace riskcluster {

namespace {

constexpr int simulated_paths = 10'000;
constexpr std::int64_t observations_max = 1'000'000'000;

double simulated_var(double centre, double deviation, double confidence, std::uint64_t seed, TailScratch& scratch) {
  const CovarianceFactor factor{Eigen::MatrixXd::Constant(1, 1, deviation), 1};
  const Scenarios scenarios = simulate(Eigen::VectorXd::Constant(1, centre), factor, 1, simulated_paths, seed);
  return simulated_tail(scenarios.returns.col(0), confidence, centre, deviation, scratch).value_at_risk;
}

/// count·ln(1 + surplus/expected), with 0·ln 0 = 0. From the surplus, because a likelihood ratio near 0 is the small
/// difference of its terms and a p-value near 1 shows what they lost.
double log_term(double count, double surplus, double expected) {
  return count > 0 ? count * std::log1p(surplus / expected) : 0;
}

Error bad_confidence(double confidence) {
  return invalid("confidence must lie in (0, 1), got " + std::to_string(confidence));
}

} // namespace

std::string_view name(BaselZone zone) {
  switch (zone) {
  case BaselZone::green:
    return "green";
  case BaselZone::yellow:
    return "yellow";
  case BaselZone::red:
    break;
  }
  return "red";
}

Result<std::vector<bool>> var_breaches(const Eigen::Ref<const Eigen::VectorXd>& returns, int window, double confidence,
                                       VarMethod method, std::uint64_t seed) {
  if (!(confidence > 0 && confidence < 1)) return bad_confidence(confidence);
  if (!enough_observations(window, confidence))
    return invalid("a window of " + std::to_string(window) + " is too short: VaR needs 30 returns and 1/(1 - c)");
  if (returns.size() <= window)
    return Error{Errc::insufficient_data, "a backtest with a window of " + std::to_string(window) +
                                              " needs more returns than that, got " + std::to_string(returns.size())};
  for (Eigen::Index t = 0; t < returns.size(); ++t)
    if (!std::isfinite(returns[t])) return invalid("return " + std::to_string(t) + " is not finite");
  std::vector<bool> breaches;
  TailScratch scratch;
  for (Eigen::Index t = window; t < returns.size(); ++t) {
    const auto past = returns.segment(t - window, window);
    double var = 0;
    if (method == VarMethod::historical)
      var = empirical_tail(past, confidence).value_at_risk;
    else if (method == VarMethod::parametric)
      var = parametric_tail(mean(past), standard_deviation(past), confidence, 1).value_at_risk;
    else
      var = simulated_var(mean(past), standard_deviation(past), confidence, seed + static_cast<std::uint64_t>(t),
                          scratch);
    breaches.push_back(returns[t] < -var);
  }
  return breaches;
}

double chi_square_upper(double x, int degrees) {
  check(degrees == 1 || degrees == 2, "chi-square with 1 or 2 degrees of freedom");
  if (!(x > 0)) return 1;
  return degrees == 1 ? std::erfc(std::sqrt(x / 2.0)) : std::exp(-x / 2.0);
}

double binomial_cumulative(std::int64_t x, std::int64_t n, double p) {
  check(n >= 0 && p >= 0 && p <= 1, "a binomial has n >= 0 and p in [0, 1]");
  if (x < 0) return 0;
  if (x >= n || p == 0.0) return 1;
  if (p == 1.0) return 0;
  // Terms relative to the mode's, so that nothing underflows before it is negligible; then divided by their sum.
  const double odds = p / (1.0 - p);
  const auto mode = std::min(n, static_cast<std::int64_t>(static_cast<double>(n + 1) * p));
  double below = mode <= x ? 1 : 0, above = 1 - below;
  const auto add = [&](std::int64_t i, double term) { (i <= x ? below : above) += term; };
  double term = 1;
  for (std::int64_t i = mode; i > 0 && term > 1e-300; --i) {
    term *= static_cast<double>(i) / (static_cast<double>(n - i + 1) * odds);
    add(i - 1, term);
  }
  term = 1;
  for (std::int64_t i = mode; i < n && term > 1e-300; ++i) {
    term *= static_cast<double>(n - i) / static_cast<double>(i + 1) * odds;
    add(i + 1, term);
  }
  return below / (below + above);
}

Result<Coverage> unconditional_coverage(std::int64_t observations, std::int64_t breaches, double confidence) {
  if (!(confidence > 0 && confidence < 1)) return bad_confidence(confidence);
  if (observations < 1 || observations > observations_max)
    return invalid("observations must lie in [1, " + std::to_string(observations_max) + "], got " +
                   std::to_string(observations));
  if (breaches < 0 || breaches > observations)
    return invalid("breaches must lie in [0, observations], got " + std::to_string(breaches) + " of " +
                   std::to_string(observations));
  const double p = 1.0 - confidence;
  const auto n = static_cast<double>(observations), x = static_cast<double>(breaches);
  Coverage coverage{observations, breaches, n * p};
  const double surplus = x - n * p;
  coverage.kupiec_lr = std::max(0.0, 2.0 * (log_term(x, surplus, n * p) + log_term(n - x, -surplus, n * confidence)));
  coverage.kupiec_p = chi_square_upper(coverage.kupiec_lr, 1);
  const double cumulative = binomial_cumulative(breaches, observations, p);
  coverage.basel_zone = cumulative < 0.95 ? BaselZone::green : cumulative < 0.9999 ? BaselZone::yellow : BaselZone::red;
  return coverage;
}

Result<Independence> conditional_coverage(const std::vector<bool>& breaches, double confidence) {
  const auto count = std::count(breaches.begin(), breaches.end(), true);
  const auto coverage = unconditional_coverage(static_cast<std::int64_t>(breaches.size()), count, confidence);
  if (!coverage) return coverage.error();
  std::array<std::array<double, 2>, 2> from_to{};
  for (std::size_t t = 1; t < breaches.size(); ++t) ++from_to[breaches[t - 1] ? 1 : 0][breaches[t] ? 1 : 0];
  const double steps = static_cast<double>(breaches.size()) - 1.0;
  double lr = 0;
  for (std::size_t from = 0; from < 2; ++from)
    for (std::size_t to = 0; to < 2; ++to) {
      const double leaving = from_to[from][0] + from_to[from][1], entering = from_to[0][to] + from_to[1][to];
      // Counts x steps are whole numbers: their difference is exact. A count above 0 has no 0 in `independent`.
      const double seen = from_to[from][to], independent = leaving * entering;
      lr += 2.0 * log_term(seen, seen * steps - independent, independent);
    }
  Independence independence;
  independence.independence_lr = std::max(0.0, lr);
  independence.independence_p = chi_square_upper(independence.independence_lr, 1);
  independence.joint_lr = coverage->kupiec_lr + independence.independence_lr;
  independence.joint_p = chi_square_upper(independence.joint_lr, 2);
  return independence;
}

} // namespace riskcluster
