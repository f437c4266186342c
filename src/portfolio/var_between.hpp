#pragma once

#include "portfolio/book_risk.hpp"

namespace riskcluster {

/// The book's VaR with one more trade of any size between two: what a solver asks again and again. P&L is linear in the
/// size on every path, so a path that stays above a level at both ends stays above it in between; only the others are
/// looked at.
class VarBetween {
public:
  /// @param from, to signed notionals. @param floor a VaR below which the exact figure does not matter.
  /// Uses the scratch of the book until it is gone.
  VarBetween(const BookRisk& book, Eigen::Index column, double from, double to, double floor);

  /// The largest of the three methods, as BookRisk::with() has it, where that is above the floor; else something
  /// between it and the floor.
  double at(double notional);

  /// Only sizes between these will be asked from now on.
  void narrow(double from, double to);

private:
  const BookRisk& book_;
  Eigen::Index column_;
  double floor_;
  std::size_t count_ = 0; ///< paths still looked at
};

} // namespace riskcluster
