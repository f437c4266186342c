#include <cmath>

#include "tenant/judgement.hpp"

namespace riskcluster {

namespace {

/// A request within this share of the whole position means the whole.
constexpr double whole_tolerance = 1e-9;

} // namespace

double whole_lots(double quantity, double lot_step) { return std::floor(quantity / lot_step + 1e-9) * lot_step; }

Split split(const TradingSignal& signal, const Closable& closable) {
  Split parts{.may_open = !signal.reduce_only, .opening_request = signal.requested_notional};
  if (closable.quantity == 0) {
    if (signal.reduce_only) parts.fault = "REDUCE_ONLY";
    return parts;
  }
  if (!signal.requested_notional) {
    parts.closing_quantity = closable.quantity;
    parts.may_open = false;
    return parts;
  }
  if (closable.unit_value <= 0) {
    parts.may_open = false;
    parts.fault = "NO_MARKET_DATA"; // nobody can say how much the request would close
    return parts;
  }
  const double request = *signal.requested_notional;
  const double wanted = request / closable.unit_value;
  if (wanted < closable.quantity * (1 - whole_tolerance)) {
    parts.closing_quantity = whole_lots(wanted, closable.lot_step);
    parts.may_open = false;
    if (parts.closing_quantity == 0) parts.fault = "BELOW_MIN_QUANTITY";
    return parts;
  }
  parts.closing_quantity = closable.quantity;
  const double rest = request - closable.quantity * closable.unit_value;
  if (rest <= whole_tolerance * request) parts.may_open = false;
  parts.opening_request = rest;
  return parts;
}

} // namespace riskcluster
