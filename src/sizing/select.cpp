#include "sizing/select.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace riskcluster {

std::optional<Selection> select_size(std::span<const PresentSize> present, RiskTolerance tolerance) {
  if (present.empty()) return std::nullopt;
  std::vector<PresentSize> sorted{present.begin(), present.end()};
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const PresentSize& a, const PresentSize& b) { return a.size < b.size; });
  const double probability = tolerance == RiskTolerance::aggressive ? 0.75
                             : tolerance == RiskTolerance::moderate ? 0.5
                                                                    : 0;
  const double h = static_cast<double>(sorted.size() - 1) * probability;
  const auto k = static_cast<std::size_t>(std::floor(h + 1e-9));
  const double g = h - static_cast<double>(k);
  if (std::abs(g) < 1e-9) return Selection{sorted[k].size, std::string{sorted[k].method}};
  return Selection{sorted[k].size + g * (sorted[k + 1].size - sorted[k].size),
                   tolerance == RiskTolerance::aggressive ? "upper_quartile" : "median"};
}

} // namespace riskcluster
