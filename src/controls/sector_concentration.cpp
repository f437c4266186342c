#include "controls/opening.hpp"

namespace riskcluster {

SizeControl sector_concentration(const Opening& opening) {
  const auto& limit = opening.limits[LimitId::max_sector_concentration_pct];
  const auto sector = opening.line.view->instrument.sector_or_class();
  const double per_cent = opening.per_cent_of_equity();
  double others = 0;
  for (const auto& line : opening.book.lines())
    if (&line != &opening.line && line.view->instrument.sector_or_class() == sector) others += line.measure();
  return {.id = ControlId::sector_concentration,
          .limit = limit.value,
          .origin = limit.origin,
          .measures = {{.constant = per_cent * others,
                        .weight = per_cent / opening.line.class_leverage,
                        .at_zero = opening.line.notional(),
                        .slope = opening.direction}}};
}

} // namespace riskcluster
