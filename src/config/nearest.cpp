#include "config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace riskcluster {

namespace {

constexpr std::size_t word_bytes_max = 64; // no key is longer; the distance costs the product of the lengths

/// Levenshtein's distance, a row of the matrix at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

} // namespace

std::optional<std::string_view> nearest(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.size() > word_bytes_max) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = 0;
  for (const auto candidate : known) {
    const auto now = distance(word, candidate);
    if (now > std::max(word.size(), candidate.size()) / 3 || (best && now >= best_distance)) continue;
    best = candidate;
    best_distance = now;
  }
  return best;
}

} // namespace riskcluster
