#include "acceptance/ledger.hpp"

#include <algorithm>
#include <cmath>

namespace riskcluster::acceptance {

namespace {

/// What a difference of quantities leaves of binary fractions (0.3 - 0.1 - 0.2) is nothing.
double without_dust(double difference, double of) {
  return std::abs(difference) <= 1e-9 * std::abs(of) ? 0 : difference;
}

} // namespace

void Ledger::open(const journal::TenantOpened& event) {
  terms = event;
  balance = event.balance();
  for (const auto& limit : event.limits()) limits_[limit.name()] = limit.value();
  for (const auto& position : event.positions())
    positions[position.symbol()] = {position.quantity(), position.average_price()};
}

double Ledger::realized_by(const journal::FillApplied& fill) const {
  const auto at = positions.find(fill.symbol());
  if (at == positions.end() || at->second.quantity * fill.quantity() >= 0) return 0;
  const double closed = std::min(std::abs(at->second.quantity), std::abs(fill.quantity()));
  const double gain = fill.price() - at->second.average_price;
  return at->second.quantity > 0 ? closed * gain : -closed * gain;
}

void Ledger::fill(const journal::FillApplied& event) {
  if (event.quantity() != 0) {
    Held& held = positions[event.symbol()];
    const double after =
        without_dust(held.quantity + event.quantity(), std::max(std::abs(held.quantity), std::abs(event.quantity())));
    if (held.quantity * event.quantity() >= 0) // grows, at the average of both
      held.average_price = (held.quantity * held.average_price + event.quantity() * event.price()) / after;
    else if (held.quantity * after < 0) // turned round: what is left was opened by this fill
      held.average_price = event.price();
    held.quantity = after;
    if (after == 0) positions.erase(event.symbol());
  }
  balance += event.realized_pnl() - event.fees();

  const auto mine =
      std::find_if(promises.begin(), promises.end(), [&](const Promise& p) { return p.signal == event.signal_id(); });
  if (mine == promises.end()) return;
  double left = event.quantity();
  for (double* part : {&mine->closing, &mine->opening}) {
    if (*part * left <= 0) continue;
    const double used = std::abs(left) < std::abs(*part) ? left : *part;
    *part = without_dust(*part - used, used);
    left = without_dust(left - used, used);
  }
  if (event.order_done() || (mine->closing == 0 && mine->opening == 0)) promises.erase(mine);
}

void Ledger::change(const journal::AccountChanged& event) {
  if (event.has_balance()) balance = event.balance();
  balance += event.deposit() - event.withdrawal();
}

void Ledger::merge(const journal::LimitsMerged& event) {
  *terms.mutable_limits() = event.limits();
  limits_.clear();
  for (const auto& limit : event.limits()) limits_[limit.name()] = limit.value();
  terms.set_has_allowed_instruments(event.has_allowed_instruments());
  *terms.mutable_allowed_instruments() = event.allowed_instruments();
  *terms.mutable_denied_instruments() = event.denied_instruments();
  *terms.mutable_banned_strategies() = event.banned_strategies();
  *terms.mutable_banned_strategy_types() = event.banned_strategy_types();
  terms.set_trading_hours_restriction(event.trading_hours_restriction());
}

void Ledger::expire(const journal::ReservationExpired& event) {
  std::erase_if(promises, [&](const Promise& p) { return p.signal == event.signal_id(); });
}

void Ledger::promise(const journal::SignalDecided& decided) {
  promises.push_back({decided.signal_id(), decided.symbol(), decided.closing_quantity(), decided.opening_quantity(),
                      decided.price(), decided.expires_at_ms()});
}

double Ledger::limit(const std::string& name) const { return limits_.at(name); }

double Ledger::held(const std::string& symbol) const {
  const auto at = positions.find(symbol);
  return at == positions.end() ? 0 : at->second.quantity;
}

double Ledger::closable(const std::string& symbol) const {
  double promised = 0;
  for (const auto& promise : promises)
    if (promise.symbol == symbol) promised += std::abs(promise.closing);
  const double position = std::abs(held(symbol));
  return std::max(0.0, without_dust(position - promised, position));
}

} // namespace riskcluster::acceptance
