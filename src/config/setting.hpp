#pragma once
// What a setting may be. Beside each struct of settings stands its each_setting(), which hands to `visit`, one setting
// after the other: its key in the file, the member, what is allowed, and the reason. The default is the member's.

#include <cstdint>
#include <limits>
#include <string_view>

namespace riskcluster {

/// The greatest bound of a whole number: a number beyond 64 bits is read as the one above it.
inline constexpr std::int64_t whole_max = std::numeric_limits<std::int64_t>::max() - 1;

/// A whole number, or a duration counted in its own unit, which its key ends with. Both ends are allowed.
struct Whole {
  std::int64_t min = 0;
  std::int64_t max = 0;       ///< at most whole_max
  std::string_view unit = {}; ///< of what is no duration
};

/// A number with decimals. Both ends are allowed.
struct Decimal {
  double min = 0;
  double max = 0;
  std::string_view unit = {};
};

/// A text that `fits`; `allowed` says in words which do.
struct TextRule {
  std::string_view allowed;
  bool (*fits)(std::string_view text) = nullptr;
};

/// true or false.
struct Switch {};

} // namespace riskcluster
