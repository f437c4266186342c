#pragma once
// What a number from outside may be. Beyond these nobody means it, and sums would leave what a float can hold.

#include <string_view>

namespace riskcluster {

inline constexpr double price_min = 1e-9; ///< quote currency
inline constexpr double price_max = 1e12;
inline constexpr double amount_max = 1e15;   ///< money, either sign
inline constexpr double quantity_max = 1e15; ///< units, either sign

constexpr bool is_price(double value) { return value >= price_min && value <= price_max; }
/// False for what is not a number, too.
constexpr bool is_amount(double value) { return value >= -amount_max && value <= amount_max; }
constexpr bool is_quantity(double value) { return value >= -quantity_max && value <= quantity_max; }

/// Nothing that ends a line or a header, or steers a terminal.
constexpr bool is_plain_text(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  return true;
}

} // namespace riskcluster
