#include "tenant/state.hpp"

namespace riskcluster {

namespace {

template <class T, class Each>
void add_all(Hasher& hasher, const std::vector<T>& values, Each&& each) {
  hasher.add(static_cast<std::uint64_t>(values.size()));
  for (const auto& value : values) each(value);
}

void add_limits(Hasher& hasher, const Limits& limits) {
  for (const auto& limit : limits.values) hasher.add(limit.value).add(limit.origin);
  hasher.add(limits.allowed_instruments).add(limits.denied_instruments);
  hasher.add(limits.banned_strategies).add(limits.banned_strategy_types).add(limits.trading_hours_restriction);
}

void add_holdings(Hasher& hasher, const TenantState& state) {
  add_all(hasher, state.positions,
          [&](const Position& p) { hasher.add(p.symbol).add(p.quantity).add(p.average_price); });
  add_all(hasher, state.reservations, [&](const Reservation& r) {
    hasher.add(r.signal).add(r.symbol).add(r.strategy).add(r.closing_quantity).add(r.opening_quantity);
    hasher.add(r.price).add(r.realized_pnl).add(r.realized_any).add(r.expires_at);
  });
  add_all(hasher, state.trade_statistics, [&](const TradeStatistics& s) {
    hasher.add(s.strategy).add(s.symbol).add(s.wins).add(s.losses).add(s.sum_win).add(s.sum_loss).add(s.recent_pnl);
  });
}

void add_memory(Hasher& hasher, const TenantState& state) {
  add_all(hasher, state.sources, [&](const SourceWindow& w) {
    hasher.add(w.kind).add(w.source).add(w.highest);
    for (const auto word : w.seen) hasher.add(word);
  });
  add_all(hasher, state.batch_digests,
          [&](const BatchDigest& d) { hasher.add(d.id_hash).add(d.origin_hash).add(d.n); });
  hasher.add(state.fact_digests);
  add_all(hasher, state.signal_digests,
          [&](const SignalDigest& d) { hasher.add(d.id_hash).add(d.fingerprint).add(d.at).add(d.n); });
}

void add_own(Hasher& hasher, const OwnSettings& own) {
  add_all(hasher, own.limits.values.all(),
          [&](const std::pair<LimitId, double>& limit) { hasher.add(limit.first).add(limit.second); });
  hasher.add(own.limits.max_company_daily_var).add(own.limits.tolerance);
  hasher.add(own.limits.banned_strategies).add(own.limits.banned_strategy_types);
  hasher.add(own.allowed_instruments).add(own.denied_instruments).add(own.trading_hours_restriction);
}

void add_orders(Hasher& hasher, const TenantState& state) {
  add_own(hasher, state.own);
  hasher.add(state.limits_version).add(state.orders);
  add_all(hasher, state.halts, [&](const Halt& halt) {
    hasher.add(halt.scope).add(halt.target).add(halt.actor).add(halt.reason).add(halt.at_ms);
  });
}

} // namespace

Hash128 state_hash(const TenantState& state) {
  Hasher hasher;
  hasher.add(state.id.company).add(state.id.user).add(state.tier).add(state.currency).add(state.balance);
  add_limits(hasher, state.limits);
  hasher.add(state.tolerance).add(state.tolerance_origin).add(state.strategies);
  add_holdings(hasher, state);
  add_memory(hasher, state);
  add_orders(hasher, state);
  hasher.add(state.tokens.tokens).add(state.tokens.at);
  hasher.add(state.last_at_ms).add(state.version).add(state.opened);
  return hasher.digest();
}

} // namespace riskcluster
