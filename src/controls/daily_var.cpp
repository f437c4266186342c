#include "controls/daily_var.hpp"

#include <algorithm>
#include <cmath>

#include "controls/solve.hpp"
#include "portfolio/var_between.hpp"

namespace riskcluster {

namespace {

/// Below this share of the limit nobody needs the exact VaR.
constexpr double floor_share = 0.97;
constexpr double lot_rounding = 1e-9;
constexpr int lots_tried_max = 8;
constexpr int guess_halvings = 24;
constexpr int guesses_in_a_row = 4;
constexpr int scan_points = 8;
constexpr double golden = 0.6180339887498949;
/// Where the VaR is least it is flat: a coarser size will do.
constexpr double lowest_resolution = 1e-2;
constexpr double lowest_share = 0.85;

/// An end of the bracket.
struct End {
  double size = 0;
  double var = 0;
};

End lower(const End& a, const End& b) { return b.var < a.var ? b : a; }

struct Point {
  double size = 0;
  VarFigures figures;
  double var() const { return figures.largest_var(); }
};

class Solver {
public:
  Solver(const BookRisk& book, Eigen::Index column, double direction, double limit, double lot)
      : book_{book}, column_{column}, direction_{direction}, limit_{limit}, lot_{lot} {}

  Point at(double size) {
    ++evaluations;
    return {size, book_.with(column_, direction_ * size)};
  }

  /// The crossing between a point within the limit and one beyond it; ends within the limit. A guess is where the
  /// parametric curve, bent to agree with the last two measured points, meets the limit.
  Point crossing(const Point& inside, const Point& outside) {
    VarBetween between{book_, column_, direction_ * inside.size, direction_ * outside.size, floor_share * limit_};
    End within{inside.size, inside.var()};
    End beyond{outside.size, outside.var()};
    End older = within;
    End newer = beyond;
    int guesses = 0;
    // A start that lies on the limit is no end: a hedge goes down from there before it comes up again.
    const auto solved = [&] {
      return within.size > inside.size && limit_ - within.var <= var_solve_tolerance * limit_;
    };
    while (evaluations < var_evaluations_max && !solved() && beyond.size - within.size > 0.5 * lot_) {
      // Guesses close in fast; should they not, the middle halves the bracket for sure.
      const bool halve = ++guesses % guesses_in_a_row == 0;
      const double size = halve ? 0.5 * (within.size + beyond.size) : guess(older, newer, within.size, beyond.size);
      older = newer;
      newer = {size, between.at(direction_ * size)};
      ++evaluations;
      (newer.var <= limit_ ? within : beyond) = newer;
      between.narrow(direction_ * (within.size - lot_), direction_ * (beyond.size + lot_));
    }
    return in_lots(within.size, inside, between);
  }

  /// The size of the least VaR on the scale of the least variance: a scan, then golden section around its best point;
  /// ends early where the VaR is within the limit. Does not look at what was desired, so that the answer does not
  /// depend on the wish.
  Point lowest() {
    const double range = 2 * std::abs(book_.least_variance_notional(column_));
    if (!(range > 0)) return {0, book_.figures()};
    // No size has much less VaR than the parametric curve has at its lowest.
    const double floor = std::max(floor_share * limit_, lowest_share * std::min(parametric(0), parametric(range / 2)));
    VarBetween between{book_, column_, 0, direction_ * range, floor};
    const auto measured = [&](double size) {
      ++evaluations;
      return End{size, between.at(direction_ * size)};
    };
    End best{0, book_.var()};
    const double step = range / scan_points;
    // Close to nothing first: a quantile may fall a little where the variance already rises.
    for (const double share : {1.0 / 64, 1.0 / 16, 1.0 / 4})
      if (best.var > limit_) best = lower(best, measured(share * step));
    for (int i = 1; i <= scan_points && best.var > limit_; ++i) best = lower(best, measured(i * step));
    if (best.size == 0) return {0, book_.figures()};
    const double around = std::min(step, 3 * best.size);
    double low = std::max(0.0, best.size - around);
    double high = std::min(range, best.size + around);
    End left = measured(high - golden * (high - low));
    End right = measured(low + golden * (high - low));
    while (evaluations < var_evaluations_max && best.var > limit_ && high - low > lowest_resolution * best.size) {
      best = lower(best, lower(left, right));
      if (left.var <= right.var) {
        high = right.size;
        right = left;
        left = measured(high - golden * (high - low));
      } else {
        low = left.size;
        left = right;
        right = measured(low + golden * (high - low));
      }
    }
    return at(best.size);
  }

  int evaluations = 0;

private:
  /// The last whole lot within the limit, so that the answer does not depend on the way to it.
  Point in_lots(double solved, const Point& inside, VarBetween& between) {
    double size = std::max(inside.size, std::floor(solved / lot_ + lot_rounding) * lot_);
    for (int i = 0; i < lots_tried_max && between.at(direction_ * (size + lot_)) <= limit_; ++i) {
      size += lot_;
      ++evaluations;
    }
    return size == inside.size ? inside : at(size);
  }

  double parametric(double size) const { return book_.parametric_var_with(column_, direction_ * size); }

  /// How much more VaR a size has than the parametric curve says; straight lines where that curve is 0.
  double bend(const End& point, bool straight) const {
    return straight ? point.var : point.var / parametric(point.size);
  }

  double guess(const End& older, const End& newer, double from, double to) const {
    // A little inside the limit, so that the last evaluation counts.
    const double aim = limit_ * (1 - 0.5 * var_solve_tolerance);
    const bool straight = !(parametric(older.size) > 0) || !(parametric(newer.size) > 0);
    const double start = bend(older, straight);
    const double slope = (bend(newer, straight) - start) / (newer.size - older.size);
    double low = 0;
    double high = 1;
    for (int i = 0; i < guess_halvings; ++i) {
      const double middle = 0.5 * (low + high);
      const double size = from + middle * (to - from);
      const double modelled = (start + slope * (size - older.size)) * (straight ? 1 : parametric(size));
      (modelled <= aim ? low : high) = middle;
    }
    return from + std::clamp(low, 1e-3, 1 - 1e-3) * (to - from);
  }

  const BookRisk& book_;
  Eigen::Index column_;
  double direction_;
  double limit_;
  double lot_;
};

} // namespace

VarAllowance allowed_by_daily_var(const BookRisk& book, Eigen::Index column, double direction, double desired,
                                  double limit, double lot) {
  Solver solver{book, column, direction, limit, lot};
  const Point before{0, book.figures()};
  const Point wanted = solver.at(desired);
  const auto answer = [&](const Point& point) {
    return VarAllowance{point.size, point.figures, wanted.figures, solver.evaluations};
  };
  if (sound(wanted.var(), 0, limit)) return answer(wanted);
  if (sound(before.var(), 0, limit)) return answer(solver.crossing(before, wanted));

  // Over the limit already: only what lowers the VaR may pass, up to where it is least.
  const Point lowest = solver.lowest();
  if (!(lowest.var() < before.var())) return answer(before);
  if (lowest.size >= desired) return answer(wanted.var() < before.var() ? wanted : before);
  if (sound(lowest.var(), 0, limit)) return answer(solver.crossing(lowest, wanted));
  return answer(lowest);
}

} // namespace riskcluster
