#include <algorithm>
#include <cmath>

#include "sizing/sizing.hpp"

namespace riskcluster {

namespace {

/// The size n >= 0 at which √(V₀ + 2ng + n²a) first reaches the budget T from within; for a hedge of a book that is
/// over budget, the one of least variance.
double budget_size(double a, double g, double v0, double budget) {
  const double discriminant = g * g - a * (v0 - budget * budget);
  const bool within = v0 < budget * budget;
  if (g >= 0 && !within) return 0;
  if (g < 0 && !within) return -g / a;
  return (-g + std::sqrt(std::max(0.0, discriminant))) / a;
}

} // namespace

VolatilityBudgetSized volatility_budget(const SizingInput& input, const std::optional<BookMoments>& book, double side,
                                        const KellySized& kelly) {
  VolatilityBudgetSized result;
  if (!book || !(book->own_variance > 0)) {
    result.absent_reason = "no covariance with the book";
    return result;
  }
  const bool has_levels = input.stop_distance && input.target_distance;
  const bool from_kelly = has_levels && kelly.size;
  result.multiplier = from_kelly ? kelly.fraction : input.no_stop_multiplier;
  if (!from_kelly || kelly.own_statistics) result.multiplier *= input.confidence;
  const double size = budget_size(book->own_variance, side * book->covariance_with_book, book->book_variance,
                                  input.equity * input.target_volatility);
  result.size = size * result.multiplier;
  return result;
}

} // namespace riskcluster
