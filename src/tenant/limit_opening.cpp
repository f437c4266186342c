#include <algorithm>
#include <cmath>

#include "tenant/judgement.hpp"

namespace riskcluster {

namespace {

constexpr int halvings_max = 8;

/// The least allowed size so far and whose it is; the first of equals.
struct Least {
  double size;
  ControlId id;
  void consider(double allowed, ControlId by) {
    if (allowed >= size) return;
    size = allowed;
    id = by;
  }
};

Least cut_by_controls(LimitedOpening& limited) {
  Least least{limited.sized, ControlId::sizing};
  limited.capped = limited.sized;
  for (const auto& control : limited.controls) {
    const double allowed = control.allowed();
    least.consider(allowed, control.id);
    if (control.is_static) limited.capped = std::min(limited.capped, allowed);
  }
  return least;
}

bool all_sound(const LimitedOpening& limited, double size) {
  return std::all_of(limited.controls.begin(), limited.controls.end(),
                     [&](const SizeControl& control) { return control.sound_at(size); });
}

/// A quantile VaR is not convex in the size: what was solved is tried, and halved until it holds.
void settle(LimitedOpening& limited, const BookRisk& risk, double quantity, double limit) {
  const double before = risk.var();
  for (limited.halvings = 0; limited.halvings <= halvings_max; ++limited.halvings) {
    if (quantity < limited.quantity_min) return;
    const double size = quantity * limited.unit;
    limited.figures = risk.with(limited.column, limited.opening.direction * size);
    if (sound(limited.figures.largest_var(), before, limit) && all_sound(limited, size)) {
      limited.final_quantity = quantity;
      return;
    }
    quantity = whole_lots(quantity / 2, limited.lot_step);
  }
}

} // namespace

void limit_opening(LimitedOpening& limited, const BookRisk& risk, const Limits& limits) {
  Least least = cut_by_controls(limited);
  const double var_limit = limits[LimitId::max_daily_var].value;
  const double quantity = limited.lots(least.size);
  const bool refused_already = quantity < limited.quantity_min;
  // What refuses is shown at the size that was refused: caps see what sizing gave, the others what the caps left.
  limited.refused_size = limited.lots(limited.capped) < limited.quantity_min ? limited.sized : limited.capped;
  const double desired = refused_already ? limited.refused_size : quantity * limited.unit;
  limited.var = allowed_by_daily_var(risk, limited.column, limited.opening.direction, desired, var_limit,
                                     limited.lot_step * limited.unit);
  limited.figures = limited.var.figures_desired;

  if (!refused_already) {
    const double allowed_quantity = std::min(quantity, limited.lots(limited.var.size));
    if (allowed_quantity < quantity) least.consider(limited.var.size, ControlId::daily_var);
    if (allowed_quantity == quantity && all_sound(limited, desired))
      limited.final_quantity = quantity;
    else
      settle(limited, risk, allowed_quantity, var_limit);
    if (limited.refused()) {
      limited.refused_size = desired;
      limited.figures = limited.var.figures_desired;
      least.id = ControlId::daily_var;
    }
  }
  limited.binding = least.id;
  // Compared in whole lots: rounding is no reduction.
  const double reference = limited.request ? *limited.request : limited.capped;
  limited.cut = limited.final_quantity < limited.lots(reference);
}

void report_limits(const LimitedOpening& limited, const Limits& limits, std::vector<LimitCheck>& rows) {
  const double judged = limited.judged_size();
  const auto outcome = [&](double allowed, double entering) {
    const double asked = limited.lots(entering);
    const double granted = limited.lots(std::min(allowed, entering));
    if (granted >= asked) return Outcome::pass;
    return granted < limited.quantity_min ? Outcome::rejected : Outcome::reduced;
  };
  for (const auto& control : limited.controls) {
    LimitCheck& row = rows[static_cast<std::size_t>(control.id)];
    const double allowed = control.allowed();
    row.value = control.value_at(judged);
    row.limit = control.limit;
    row.source = name(control.origin);
    if (std::isfinite(allowed)) row.allowed_size = allowed;
    row.outcome = outcome(allowed, control.is_static ? limited.sized : limited.capped);
  }
  LimitCheck& row = rows[static_cast<std::size_t>(ControlId::daily_var)];
  const Limit& limit = limits[LimitId::max_daily_var];
  row.value = limited.figures.largest_var();
  row.limit = limit.value;
  row.source = name(limit.origin);
  row.allowed_size = limited.var.size;
  // Solved only up to what the others left; equal to that, it does not bind.
  const bool binds = limited.binding == ControlId::daily_var;
  row.outcome = !binds ? Outcome::pass : limited.refused() ? Outcome::rejected : Outcome::reduced;
  if (!binds && limited.refused() && !sound(*row.value, 0, limit.value))
    row.outcome = outcome(limited.var.size, judged);
}

} // namespace riskcluster
