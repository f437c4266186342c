#include "risk/scenarios.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/check.hpp"
#include "risk/normal.hpp"
#include "risk/random.hpp"

// Wider vectors where the processor has them. AVX2 alone brings no fused multiply-add, so that both versions give the
// same bits. Needs GCC's function multiversioning; sanitizers start before its resolvers may run.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__) &&                           \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define RISKCLUSTER_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define RISKCLUSTER_WIDE
#endif

namespace riskcluster {

namespace {

constexpr Eigen::Index block_max = 1024; ///< paths worked on at once: a column of normals stays in the L1 cache

/// Standard normals of one factor column for paths [first, first + count); `first` is even. One counter gives two.
void fill_normals(double* z, Eigen::Index first, Eigen::Index count, Eigen::Index column, std::uint64_t seed) {
  const std::array key{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  for (Eigen::Index i = 0; i < count; i += 2) {
    const auto pair = static_cast<std::uint32_t>((first + i) / 2);
    const auto bits = philox({pair, static_cast<std::uint32_t>(column), 0, 0}, key);
    z[i] = normal_quantile(open_unit_interval(bits[0], bits[1]));
    if (i + 1 < count) z[i + 1] = normal_quantile(open_unit_interval(bits[2], bits[3]));
  }
}

bool is_zero(const Eigen::Ref<const Eigen::VectorXd>& column) {
  return std::all_of(column.data(), column.data() + column.size(), [](double x) { return x == 0.0; });
}

constexpr std::ptrdiff_t lane = 16; ///< a fixed trip count: that is what GCC vectorises at -O2

} // namespace

// Static, not in the unnamed namespace, where GCC 12 cannot make clones.
RISKCLUSTER_WIDE static void add_scaled(float* __restrict pnl, const float* __restrict x, float weight,
                                        std::ptrdiff_t n) {
  std::ptrdiff_t i = 0;
  for (; i + lane <= n; i += lane)
    for (std::ptrdiff_t j = 0; j < lane; ++j) pnl[i + j] += weight * x[i + j];
  for (; i < n; ++i) pnl[i] += weight * x[i];
}

/// Four columns a pass, each outcome read and written once; added in the order of four single passes.
RISKCLUSTER_WIDE static void add_scaled_4(float* __restrict pnl, const float* const* x, const float* weight,
                                          std::ptrdiff_t n) {
  const float* __restrict a = x[0];
  const float* __restrict b = x[1];
  const float* __restrict c = x[2];
  const float* __restrict d = x[3];
  const float wa = weight[0], wb = weight[1], wc = weight[2], wd = weight[3];
  std::ptrdiff_t i = 0;
  for (; i + lane <= n; i += lane)
    for (std::ptrdiff_t j = 0; j < lane; ++j)
      pnl[i + j] = (((pnl[i + j] + wa * a[i + j]) + wb * b[i + j]) + wc * c[i + j]) + wd * d[i + j];
  for (; i < n; ++i) pnl[i] = (((pnl[i] + wa * a[i]) + wb * b[i]) + wc * c[i]) + wd * d[i];
}

Scenarios simulate(const Eigen::Ref<const Eigen::VectorXd>& mean, const CovarianceFactor& factor, int horizon_days,
                   int paths, std::uint64_t seed) {
  const Eigen::Index n = mean.size();
  check(factor.lower.rows() == n && factor.lower.cols() == n, "mean and factor agree");
  check(horizon_days >= 1 && paths >= 1, "a simulation has a horizon and paths");
  const double h = horizon_days, root_h = std::sqrt(h);
  std::vector<Eigen::Index> columns; // those that carry something
  for (Eigen::Index k = 0; k < n; ++k)
    if (!is_zero(factor.lower.col(k))) columns.push_back(k);

  Scenarios scenarios{{paths, n}, seed};
  std::vector<double> z(columns.size() * block_max), x(block_max);
  for (Eigen::Index first = 0; first < paths; first += block_max) {
    const Eigen::Index count = std::min<Eigen::Index>(block_max, paths - first);
    for (std::size_t c = 0; c < columns.size(); ++c)
      fill_normals(z.data() + c * block_max, first, count, columns[c], seed);
    for (Eigen::Index i = 0; i < n; ++i) {
      std::fill_n(x.begin(), count, 0.0);
      for (std::size_t c = 0; c < columns.size(); ++c) {
        const double weight = factor.lower(i, columns[c]);
        if (weight == 0.0) continue;
        const double* const column = z.data() + c * block_max;
        for (Eigen::Index p = 0; p < count; ++p) x[static_cast<std::size_t>(p)] += weight * column[p];
      }
      float* const out = scenarios.returns.col(i).data() + first;
      for (Eigen::Index p = 0; p < count; ++p)
        out[p] = static_cast<float>(mean[i] * h + root_h * x[static_cast<std::size_t>(p)]);
    }
  }
  return scenarios;
}

void add_scenario_pnl(Eigen::Ref<Eigen::VectorXf> pnl, const Scenarios& scenarios, Eigen::Index symbol, double weight) {
  check(pnl.size() == scenarios.returns.rows(), "one outcome for each path");
  check(symbol >= 0 && symbol < scenarios.returns.cols(), "the symbol has a column");
  add_scaled(pnl.data(), scenarios.returns.col(symbol).data(), static_cast<float>(weight), pnl.size());
}

void scenario_pnl(Eigen::VectorXf& pnl, const Scenarios& scenarios, const Eigen::Ref<const Eigen::VectorXd>& weights) {
  check(weights.size() == scenarios.returns.cols(), "one weight for each symbol");
  const Eigen::Index n = scenarios.returns.rows();
  pnl.setZero(n);
  std::array<const float*, 4> x{};
  std::array<float, 4> w{};
  std::size_t pending = 0;
  for (Eigen::Index j = 0; j < weights.size(); ++j) {
    if (weights[j] == 0.0) continue;
    x[pending] = scenarios.returns.col(j).data();
    w[pending] = static_cast<float>(weights[j]);
    if (++pending < x.size()) continue;
    add_scaled_4(pnl.data(), x.data(), w.data(), n);
    pending = 0;
  }
  for (std::size_t i = 0; i < pending; ++i) add_scaled(pnl.data(), x[i], w[i], n);
}

} // namespace riskcluster
