#pragma once

#include "core/ids.hpp"

namespace riskcluster {

/// A filled position. quantity signed, long positive; never 0 in a book.
struct Position {
  Symbol symbol;
  double quantity = 0;
  double average_price = 0; ///< quote currency, of what is still open
  bool operator==(const Position&) const = default;
};

/// What is smaller than this share of what was added up is rounding, not a position.
inline constexpr double quantity_dust = 1e-9;

/// a + b, and exactly 0 where only dust is left. Only + - x / and comparisons: part of `apply`.
constexpr double net_quantity(double a, double b) {
  const double sum = a + b;
  const double scale = (a < 0 ? -a : a) + (b < 0 ? -b : b);
  const bool dust = sum < quantity_dust * scale && sum > -quantity_dust * scale;
  return dust ? 0 : sum;
}

/// What a fill does to a position: the position after it, and the price difference realised per unit closed.
struct FillEffect {
  double quantity = 0;        ///< after
  double average_price = 0;   ///< after; 0 when flat
  double closed_quantity = 0; ///< >= 0
  double realized_quote = 0;  ///< Σ closed x (price - average) x direction, quote currency per contract unit
};

/// Average-cost accounting: what adds moves the average, what reduces realises against it, what crosses zero closes
/// and opens at the fill's price.
/// @param fill_quantity signed. Only + - x / and comparisons: part of `apply`.
constexpr FillEffect fill_effect(double quantity, double average_price, double fill_quantity, double fill_price) {
  FillEffect effect;
  effect.quantity = net_quantity(quantity, fill_quantity);
  const bool adds = (quantity >= 0 && fill_quantity >= 0) || (quantity <= 0 && fill_quantity <= 0);
  const double held = quantity < 0 ? -quantity : quantity;
  const double filled = fill_quantity < 0 ? -fill_quantity : fill_quantity;
  if (adds) {
    const double total = held + filled;
    effect.average_price = total > 0 ? (held * average_price + filled * fill_price) / total : 0;
    return effect;
  }
  effect.closed_quantity = filled < held ? filled : held;
  effect.realized_quote =
      effect.closed_quantity * (quantity > 0 ? fill_price - average_price : average_price - fill_price);
  if (effect.quantity == 0)
    effect.average_price = 0;
  else
    effect.average_price = filled > held ? fill_price : average_price;
  return effect;
}

} // namespace riskcluster
