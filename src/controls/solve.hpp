#pragma once
// The largest sound size under one limit, where the measure of the book is a V in the size.

#include <limits>
#include <string_view>
#include <vector>

#include "controls/check.hpp"
#include "controls/limits.hpp"

namespace riskcluster {

inline constexpr double unlimited = std::numeric_limits<double>::infinity();
/// Measures are sums of a few products: what differs by less is the same number.
inline constexpr double measure_tolerance = 1e-9;

/// m(n) = constant + weight·|at_zero + slope·n| + (step when n > 0). weight >= 0; slope and step are 0 where the
/// trade does not touch the measure.
struct Measure {
  double constant = 0;
  double weight = 1;
  double at_zero = 0;
  double slope = 0;
  double step = 0;
  double at(double size) const;
};

/// Inside (m(0) <= L): the end of the first interval [0, a] with m <= L. Outside: 0 when the trade does not lower m,
/// else the largest n of the first interval with m <= L, or the n that minimises m. A measure that the trade does not
/// touch allows everything.
double allowed_size(const Measure& measure, double limit);

/// m(n) <= max(L, m(0)), within the tolerance.
bool sound(double measure_at_size, double measure_before, double limit);

/// One limit on the size of the opening part: one V for each thing it bounds (a pair has two currencies).
struct SizeControl {
  ControlId id = ControlId::order_size;
  double limit = 0;
  Origin origin = Origin::default_value;
  std::vector<Measure> measures;
  bool is_static = false;       ///< depends on nothing but size, price and limits: a cap, not a state of the book
  std::string_view reason_code; ///< empty: the control's own

  double allowed() const;
  /// The largest of its measures.
  double value_at(double size) const;
  bool sound_at(double size) const;
};

} // namespace riskcluster
