#pragma once
// The book's VaR as a limit on a trade: bracketed from the parametric closed form, solved on the quantiles.

#include "portfolio/book_risk.hpp"

namespace riskcluster {

/// Of one search, before the last lots are tried; a book over its limit may need two searches. All but the first and
/// the last look only at the paths that can matter.
inline constexpr int var_evaluations_max = 40;
/// A solved size uses the limit up to this share.
inline constexpr double var_solve_tolerance = 1e-6;

struct VarAllowance {
  double size = 0;            ///< 0 … desired
  VarFigures figures;         ///< of the book with the trade at `size`
  VarFigures figures_desired; ///< at the desired size
  int evaluations = 0;        ///< of three-method VaR
};

/// The largest size up to `desired` at which the book's VaR (the largest of three methods) is within the limit, or,
/// for a book over its limit, lower than before.
/// @param direction +1 buy, -1 sell. @param desired > 0. @param lot what one lot is worth: a solved size is in whole
/// lots, and the next one would be too many.
VarAllowance allowed_by_daily_var(const BookRisk& book, Eigen::Index column, double direction, double desired,
                                  double limit, double lot);

} // namespace riskcluster
