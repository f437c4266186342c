#include <algorithm>

#include "controls/opening.hpp"

namespace riskcluster {

SizeControl max_positions(const Opening& opening) {
  const auto open = [](const BookLine& line) { return line.notional() != 0; };
  const auto& lines = opening.book.lines();
  const auto& limit = opening.limits[LimitId::max_positions];
  const auto count = static_cast<double>(std::count_if(lines.begin(), lines.end(), open));
  // An addition is not a new position.
  const double step = open(opening.line) ? 0 : 1;
  return {.id = ControlId::max_positions,
          .limit = limit.value,
          .origin = limit.origin,
          .measures = {{.constant = count, .weight = 0, .step = step}}};
}

} // namespace riskcluster
