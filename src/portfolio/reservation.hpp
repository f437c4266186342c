#pragma once

#include "core/ids.hpp"
#include "core/time.hpp"

namespace riskcluster {

/// An approved trade that is not filled yet. It counts as risk until it is filled, cancelled or expired.
struct Reservation {
  SignalId signal;
  Symbol symbol;
  StrategyId strategy;
  double closing_quantity = 0; ///< signed; what is left of the part that reduces a position
  double opening_quantity = 0; ///< signed; what is left of the rest
  double price = 0;            ///< at which the opening part is valued, quote currency
  double realized_pnl = 0;     ///< of the fills so far, account currency
  bool realized_any = false;   ///< a fill closed something, be it at no gain
  TimeMs expires_at = 0;
  bool operator==(const Reservation&) const = default;
};

} // namespace riskcluster
