#include <algorithm>
#include <cmath>

#include "sizing/sizing.hpp"

namespace riskcluster {

namespace {

/// Risk contribution of y in the trade's direction to the volatility of the book.
struct Contribution {
  double h;        ///< d·(Σ₋ₖw₋ₖ)ₖ
  double variance; ///< σ²
  double rest;     ///< V₋ₖ

  double operator()(double y) const {
    const double total = std::max(0.0, rest + 2 * y * h + y * y * variance);
    return total > 0 ? y * (h + y * variance) / std::sqrt(total) : 0;
  }
};

} // namespace

Sized risk_parity(const SizingInput& input, const std::optional<BookMoments>& book, double side) {
  if (!book || !(book->own_variance > 0)) return {std::nullopt, "no covariance with the book"};
  const double w = book->own_weight;
  const double own = book->own_variance;
  const Contribution contribution{
      .h = side * (book->covariance_with_book - own * w),
      .variance = own,
      .rest = std::max(0.0, book->book_variance - 2 * w * book->covariance_with_book + w * w * own)};
  const double target = input.equity * input.target_volatility / std::max(1, book->symbols_after);

  // Rising from 0 at max(0, -h/σ²); far out it grows like yσ, so the root lies below start + (target + √rest)/σ + ….
  const double start = std::max(0.0, -contribution.h / own);
  double low = start;
  double high = start + 2 * (target + std::sqrt(contribution.rest)) / std::sqrt(own);
  while (contribution(high) < target) high *= 2;
  for (int i = 0; i < 200 && high - low > 1e-13 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (contribution(middle) < target ? low : high) = middle;
  }
  return {std::max(0.0, high - side * w), ""};
}

} // namespace riskcluster
