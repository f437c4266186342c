#include "risk/compact.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define RISKCLUSTER_AVX2 1
#include <immintrin.h>
#endif

namespace riskcluster {

namespace {

template <bool above>
std::size_t keep_plain(const float* x, std::size_t n, float level, float* kept) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    kept[count] = x[i];
    count += static_cast<std::size_t>(above ? x[i] > level : x[i] <= level);
  }
  return count;
}

std::size_t keep_lines_plain(const float* a, const float* b, std::size_t n, float from, float to, float level,
                             float* kept_a, float* kept_b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const float offset = a[i];
    const float slope = b[i];
    kept_a[count] = offset;
    kept_b[count] = slope;
    count += static_cast<std::size_t>(std::min(offset + from * slope, offset + to * slope) <= level);
  }
  return count;
}

#ifdef RISKCLUSTER_AVX2

/// For every mask of eight lanes, where the kept ones move to.
struct Permutations {
  alignas(32) std::array<std::array<std::int32_t, 8>, 256> to{};
  constexpr Permutations() {
    for (unsigned mask = 0; mask < 256; ++mask) {
      std::size_t next = 0;
      for (std::int32_t lane = 0; lane < 8; ++lane)
        if (mask >> static_cast<unsigned>(lane) & 1U) to[mask][next++] = lane;
    }
  }
};
constexpr Permutations permutations;

__attribute__((target("avx2,popcnt"))) inline __m256i permutation(unsigned mask) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(permutations.to[mask].data()));
}

template <bool above>
__attribute__((target("avx2,popcnt"))) std::size_t keep_avx2(const float* x, std::size_t n, float level, float* kept) {
  const __m256 levels = _mm256_set1_ps(level);
  std::size_t count = 0;
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256 values = _mm256_loadu_ps(x + i);
    const auto mask =
        static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(values, levels, above ? _CMP_GT_OQ : _CMP_LE_OQ)));
    _mm256_storeu_ps(kept + count, _mm256_permutevar8x32_ps(values, permutation(mask)));
    count += static_cast<std::size_t>(__builtin_popcount(mask));
  }
  return count + keep_plain<above>(x + i, n - i, level, kept + count);
}

__attribute__((target("avx2,popcnt"))) std::size_t keep_lines_avx2(const float* a, const float* b, std::size_t n,
                                                                   float from, float to, float level, float* kept_a,
                                                                   float* kept_b) {
  const __m256 levels = _mm256_set1_ps(level);
  const __m256 start = _mm256_set1_ps(from);
  const __m256 end = _mm256_set1_ps(to);
  std::size_t count = 0;
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256 offset = _mm256_loadu_ps(a + i);
    const __m256 slope = _mm256_loadu_ps(b + i);
    const __m256 least = _mm256_min_ps(_mm256_add_ps(offset, _mm256_mul_ps(start, slope)),
                                       _mm256_add_ps(offset, _mm256_mul_ps(end, slope)));
    const auto mask = static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(least, levels, _CMP_LE_OQ)));
    _mm256_storeu_ps(kept_a + count, _mm256_permutevar8x32_ps(offset, permutation(mask)));
    _mm256_storeu_ps(kept_b + count, _mm256_permutevar8x32_ps(slope, permutation(mask)));
    count += static_cast<std::size_t>(__builtin_popcount(mask));
  }
  return count + keep_lines_plain(a + i, b + i, n - i, from, to, level, kept_a + count, kept_b + count);
}

const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");

#endif

float middle(float a, float b, float c) { return std::max(std::min(a, b), std::min(std::max(a, b), c)); }

/// Of n > 0. Four at a time, because each comparison waits for the one before.
float least(const float* x, std::size_t n) {
  std::array<float, 4> lanes{x[0], x[0], x[0], x[0]};
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) lanes[lane] = std::min(lanes[lane], x[i + lane]);
  for (; i < n; ++i) lanes[0] = std::min(lanes[0], x[i]);
  return std::min(std::min(lanes[0], lanes[1]), std::min(lanes[2], lanes[3]));
}

} // namespace

std::size_t keep_at_most(const float* x, std::size_t n, float level, float* kept) {
#ifdef RISKCLUSTER_AVX2
  if (has_avx2) return keep_avx2<false>(x, n, level, kept);
#endif
  return keep_plain<false>(x, n, level, kept);
}

std::size_t keep_above(const float* x, std::size_t n, float level, float* kept) {
#ifdef RISKCLUSTER_AVX2
  if (has_avx2) return keep_avx2<true>(x, n, level, kept);
#endif
  return keep_plain<true>(x, n, level, kept);
}

OrderPair order_pair(float* x, std::size_t n, std::size_t k, float guess, float* room) {
  // Whether an outcome lies above the pivot cannot be predicted, and std::nth_element branches on each of them: it gets
  // only the last few. The number of rounds ends what equal outcomes would make endless.
  constexpr std::size_t few = 12;
  constexpr int rounds_max = 40;
  float next = std::numeric_limits<float>::infinity(); // the least of what lies behind the n that are left
  float pivot = guess;
  for (int round = 0; n > few && round < rounds_max; ++round) {
    const std::size_t above = keep_above(x, n, pivot, room);
    const std::size_t below = n - above;
    if (below <= k) {
      std::swap(x, room);
      n = above;
      k -= below;
    } else if (above > 0) {
      next = least(room, above);
      n = keep_at_most(x, n, pivot, x);
    }
    pivot = middle(x[0], x[n / 2], x[n - 1]);
  }
  std::nth_element(x, x + k, x + n);
  if (k + 1 < n) next = *std::min_element(x + k + 1, x + n);
  return {static_cast<double>(x[k]), static_cast<double>(next)};
}

std::size_t keep_lines_at_most(const float* a, const float* b, std::size_t n, float from, float to, float level,
                               float* kept_a, float* kept_b) {
#ifdef RISKCLUSTER_AVX2
  if (has_avx2) return keep_lines_avx2(a, b, n, from, to, level, kept_a, kept_b);
#endif
  return keep_lines_plain(a, b, n, from, to, level, kept_a, kept_b);
}

} // namespace riskcluster
