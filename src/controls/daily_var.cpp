#include "controls/daily_var.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "controls/solve.hpp"

namespace riskcluster {

namespace {

struct Point {
  double size = 0;
  VarFigures figures;
  double var() const { return figures.largest_var(); }
};

class Solver {
public:
  Solver(const BookRisk& book, Eigen::Index column, double direction, double limit)
      : book_{book}, column_{column}, direction_{direction}, limit_{limit} {}

  Point at(double size) {
    ++evaluations;
    return {size, book_.with(column_, direction_ * size)};
  }

  /// The crossing between a point within the limit and one beyond it; ends within the limit. Regula falsi with the
  /// Illinois halving, first guess from the parametric curve scaled to the far end.
  Point crossing(Point within, Point beyond) {
    double low_weight = 1;
    double high_weight = 1;
    double guess = parametric_guess(beyond, within.size);
    while (evaluations < var_evaluations_max && limit_ - within.var() > var_solve_tolerance * limit_) {
      const Point point = at(guess);
      const bool inside = point.var() <= limit_;
      // The end that stays has its say halved, so that it cannot hold the guess back for ever.
      high_weight = inside ? high_weight * 0.5 : 1;
      low_weight = inside ? 1 : low_weight * 0.5;
      (inside ? within : beyond) = point;
      // Aim a little inside the limit, so that the last evaluation counts.
      const double aim = limit_ * (1 - 0.5 * var_solve_tolerance);
      const double low_gap = low_weight * (aim - within.var());
      const double high_gap = high_weight * (beyond.var() - aim);
      const double share = std::clamp(low_gap / (low_gap + high_gap), 0.001, 0.999);
      guess = within.size + share * (beyond.size - within.size);
    }
    return within;
  }

  int evaluations = 0;

private:
  /// Where the parametric VaR, scaled to agree at the far end, meets the limit.
  double parametric_guess(const Point& beyond, double low) const {
    const double far = book_.parametric_var_with(column_, direction_ * beyond.size);
    if (!(far > 0)) return 0.5 * (low + beyond.size);
    const double target = limit_ * (1 - 0.5 * var_solve_tolerance) * far / beyond.var();
    double from = low;
    double to = beyond.size;
    for (int i = 0; i < 40; ++i) {
      const double middle = 0.5 * (from + to);
      (book_.parametric_var_with(column_, direction_ * middle) <= target ? from : to) = middle;
    }
    return std::clamp(from, low + 0.001 * (beyond.size - low), beyond.size - 0.001 * (beyond.size - low));
  }

  const BookRisk& book_;
  Eigen::Index column_;
  double direction_;
  double limit_;
};

} // namespace

VarAllowance allowed_by_daily_var(const BookRisk& book, Eigen::Index column, double direction, double desired,
                                  double limit) {
  Solver solver{book, column, direction, limit};
  const Point before{0, book.figures()};
  const Point wanted = solver.at(desired);
  const auto answer = [&](const Point& point) {
    return VarAllowance{point.size, point.figures, wanted.figures, solver.evaluations};
  };
  if (sound(wanted.var(), 0, limit)) return answer(wanted);
  if (sound(before.var(), 0, limit)) return answer(solver.crossing(before, wanted));

  // Over the limit already: only what lowers the VaR may pass.
  const double least = direction * book.least_variance_notional(column);
  if (least > 0 && least < desired) {
    const Point lowest = solver.at(least);
    if (lowest.var() <= limit) return answer(solver.crossing(lowest, wanted));
    return answer(lowest.var() < before.var() ? lowest : before);
  }
  return answer(wanted.var() < before.var() ? wanted : before);
}

} // namespace riskcluster
