#pragma once
// Keeping what lies at or below a level, in order: what every fast tail begins with. Whether an outcome is kept cannot
// be predicted, so nothing here branches on it; where the machine has AVX2, eight are handled at once, with the same
// result.

#include <cstddef>

namespace riskcluster {

/// Room that must lie behind the kept ones: a whole vector is always written.
inline constexpr std::size_t compact_slack = 8;

/// @param kept room for n + compact_slack, or x itself. @returns how many were kept.
std::size_t keep_at_most(const float* x, std::size_t n, float level, float* kept);
/// The same for what lies above the level.
std::size_t keep_above(const float* x, std::size_t n, float level, float* kept);

struct OrderPair {
  double at = 0;
  double next = 0;
};
/// The k-th and the (k+1)-th smallest of n > k + 1 outcomes, in double. Looks first at those above `guess`, where few
/// are left when the guess lies just below the k-th; any guess gives the same answer.
/// @param x overwritten, with compact_slack behind it. @param room n + compact_slack floats.
OrderPair order_pair(float* x, std::size_t n, std::size_t k, float guess, float* room);

/// The pairs whose line a + t·b lies at or below the level at t = from or at t = to.
/// @param kept_a, kept_b room for n + compact_slack each; may be a and b themselves.
std::size_t keep_lines_at_most(const float* a, const float* b, std::size_t n, float from, float to, float level,
                               float* kept_a, float* kept_b);

} // namespace riskcluster
