#pragma once
// Which of the present sizes a tenant gets: its tier offers the methods, its tolerance chooses among them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace riskcluster {

enum class RiskTolerance : std::uint8_t { unspecified, conservative, moderate, aggressive };

struct PresentSize {
  std::string_view method;
  double size = 0;
};

struct Selection {
  double size = 0;
  std::string method; ///< the one whose size it is, else the rule: "median", "upper_quartile"
};

/// CONSERVATIVE the least, MODERATE the median, AGGRESSIVE the 75 % quantile (type 7). Nothing from nothing.
std::optional<Selection> select_size(std::span<const PresentSize> present, RiskTolerance tolerance);

} // namespace riskcluster
