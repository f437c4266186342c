#include <algorithm>

#include "tenant/policy.hpp"
#include "tenant/repeats.hpp"
#include "tenant/state.hpp"

namespace riskcluster {

namespace {

std::vector<Position>::iterator place_of(std::vector<Position>& positions, const Symbol& symbol) {
  return std::lower_bound(positions.begin(), positions.end(), symbol,
                          [](const Position& position, const Symbol& wanted) { return position.symbol < wanted; });
}

/// @returns whether it closed something.
bool add_to_position(TenantState& state, const Symbol& symbol, double quantity, double price) {
  auto at = place_of(state.positions, symbol);
  if (at == state.positions.end() || at->symbol != symbol) at = state.positions.insert(at, {.symbol = symbol});
  const FillEffect effect = fill_effect(at->quantity, at->average_price, quantity, price);
  at->quantity = effect.quantity;
  at->average_price = effect.average_price;
  if (at->quantity == 0) state.positions.erase(at);
  return effect.closed_quantity > 0;
}

TradeStatistics* statistics_for(TenantState& state, const StrategyId& strategy, const Symbol& symbol) {
  auto& all = state.trade_statistics;
  const auto at = std::lower_bound(all.begin(), all.end(), std::tie(strategy, symbol),
                                   [](const auto& a, const auto& key) { return std::tie(a.strategy, a.symbol) < key; });
  if (at != all.end() && at->strategy == strategy && at->symbol == symbol) return &*at;
  if (all.size() >= trade_statistics_max) return nullptr;
  return &*all.insert(at, {.strategy = strategy, .symbol = symbol});
}

/// Takes what was filled off a reservation: the closing part first.
void use_up(Reservation& reservation, double quantity) {
  const auto take = [&](double& part) {
    const bool same_side = (part > 0) == (quantity > 0) && part != 0;
    if (!same_side) return;
    const double size = part < 0 ? -part : part;
    const double want = quantity < 0 ? -quantity : quantity;
    const double taken = want < size ? quantity : part;
    part = net_quantity(part, -taken);
    quantity = net_quantity(quantity, -taken);
  };
  take(reservation.closing_quantity);
  if (quantity != 0) take(reservation.opening_quantity);
}

struct Apply {
  TenantState& state;
  TimeMs at = 0;
  SequenceNumber n{};

  void operator()(const TenantOpened& fact) {
    state.id = fact.id;
    state.tier = fact.tier;
    state.currency = fact.currency;
    state.balance = fact.balance;
    state.limits = fact.limits;
    state.tolerance = fact.tolerance;
    state.tolerance_origin = fact.tolerance_origin;
    state.strategies = fact.strategies;
    state.positions = fact.positions;
    state.trade_statistics = fact.trade_statistics;
    state.own = fact.own;
    state.limits_version = fact.limits_version;
    state.opened = true;
  }

  void operator()(const PolicyOpened& fact) {
    state.id = fact.id;
    state.own = fact.own;
    state.limits_version = 1;
    state.opened = true;
  }

  void operator()(const BatchDecided& fact) {
    remember(state, {InputKind::batch, fact.batch_id.value, fact.source, fact.sequence}, n);
    const double rate = state.limits[LimitId::message_rate_per_s].value;
    const double burst = state.limits[LimitId::message_burst].value;
    state.tokens.tokens = tokens_at(state.tokens, rate, burst, at);
    state.tokens.at = at;
    for (const auto& signal : fact.signals) {
      if (signal.takes_token) state.tokens.tokens -= 1;
      // Only what was judged: a flood of refused signals must not push out the memory of approved ones.
      if (signal.takes_token && !signal.signal_id.empty()) {
        auto& digests = state.signal_digests;
        if (digests.size() == signal_digests_max) digests.erase(digests.begin());
        digests.push_back({hash64(signal.signal_id.value), signal.remembered ? signal.fingerprint : 0, at, n.value});
      }
      if (!signal.approved) continue;
      state.reservations.push_back({.signal = signal.signal_id,
                                    .symbol = signal.symbol,
                                    .strategy = signal.strategy_id,
                                    .closing_quantity = signal.closing_quantity,
                                    .opening_quantity = signal.opening_quantity,
                                    .price = signal.price,
                                    .expires_at = signal.expires_at_ms});
    }
  }

  void operator()(const FillApplied& fact) {
    remember(state, {InputKind::fact, fact.execution_id.value, fact.source, fact.sequence}, n);
    const bool closes = fact.quantity != 0 && add_to_position(state, fact.symbol, fact.quantity, fact.price);
    state.balance += fact.realized_pnl - fact.fees;
    const auto reservation =
        std::find_if(state.reservations.begin(), state.reservations.end(),
                     [&](const Reservation& r) { return r.signal == fact.signal_id && r.symbol == fact.symbol; });
    if (reservation == state.reservations.end()) return;
    use_up(*reservation, fact.quantity);
    reservation->realized_pnl += fact.realized_pnl;
    reservation->realized_any = reservation->realized_any || closes; // also at what it had cost
    const bool empty = reservation->closing_quantity == 0 && reservation->opening_quantity == 0;
    if (!fact.order_done && !empty) return;
    if (reservation->realized_any) {
      if (auto* statistics = statistics_for(state, reservation->strategy, reservation->symbol))
        add_closed_trade(*statistics, reservation->realized_pnl);
    }
    state.reservations.erase(reservation);
  }

  void operator()(const AccountChanged& fact) {
    remember(state, {InputKind::fact, fact.update_id, fact.source, fact.sequence}, n);
    if (fact.balance) state.balance = *fact.balance;
    state.balance += fact.deposit - fact.withdrawal;
  }

  void operator()(const ReservationExpired& fact) {
    // The first that is due: an id may come again when it is no longer remembered.
    const auto due = std::find_if(state.reservations.begin(), state.reservations.end(), [&](const Reservation& r) {
      return r.signal == fact.signal_id && r.expires_at <= at;
    });
    if (due != state.reservations.end()) state.reservations.erase(due);
  }

  void operator()(const Halted& fact) {
    ordered(fact.command_id);
    add_halt(state.halts, fact.halt);
  }

  void operator()(const Resumed& fact) {
    ordered(fact.command_id);
    remove_halt(state.halts, fact.scope, fact.target);
  }

  void operator()(const LimitsSet& fact) {
    ordered(fact.command_id);
    state.own = fact.own;
    if (is_policy(state.id)) ++state.limits_version;
  }

  void operator()(const LimitsMerged& fact) {
    state.limits = fact.limits;
    state.tolerance = fact.tolerance;
    state.tolerance_origin = fact.tolerance_origin;
    state.limits_version = fact.limits_version;
  }

  void ordered(const std::string& command_id) {
    remember(state, command_origin(command_id), n);
    ++state.orders;
  }
};

} // namespace

void apply(TenantState& state, const TenantEvent& event, SequenceNumber n) {
  if (event.at_ms > state.last_at_ms) state.last_at_ms = event.at_ms;
  std::visit(Apply{state, event.at_ms, n}, event.fact);
  ++state.version;
}

const Position* find_position(const TenantState& state, const Symbol& symbol) {
  const auto at = std::lower_bound(state.positions.begin(), state.positions.end(), symbol,
                                   [](const Position& p, const Symbol& wanted) { return p.symbol < wanted; });
  return at != state.positions.end() && at->symbol == symbol ? &*at : nullptr;
}

const TradeStatistics* find_statistics(const TenantState& state, const StrategyId& strategy, const Symbol& symbol) {
  const auto& all = state.trade_statistics;
  const auto at = std::lower_bound(all.begin(), all.end(), std::tie(strategy, symbol),
                                   [](const auto& a, const auto& key) { return std::tie(a.strategy, a.symbol) < key; });
  return at != all.end() && at->strategy == strategy && at->symbol == symbol ? &*at : nullptr;
}

} // namespace riskcluster
