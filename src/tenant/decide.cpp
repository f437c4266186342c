#include "tenant/decide.hpp"

#include <algorithm>
#include <utility>

#include "tenant/merge_limits.hpp"

namespace riskcluster {

namespace {

using Events = std::vector<TenantEvent>;

Result<double> realized_pnl(const TenantState& state, const ExecutionReport& report, double quantity,
                            const MarketView& view) {
  const Position* position = find_position(state, report.symbol);
  if (!position || quantity == 0) return 0.0;
  const FillEffect effect = fill_effect(position->quantity, position->average_price, quantity, report.price);
  if (effect.realized_quote == 0) return 0.0;
  const auto instrument = view.instrument(report.symbol);
  if (!instrument) return Error{Errc::unavailable, report.symbol.value + " is not in the instrument table"};
  const auto rate = view.fx(instrument->quote, state.currency);
  if (!rate) return Error{Errc::unavailable, "no rate " + instrument->quote.value + " to " + state.currency.value};
  return effect.realized_quote * instrument->contract_size * rate->rate;
}

InputOrigin origin_of(const ExecutionReport& report) {
  return {InputKind::fact, report.execution_id.value, report.source, report.sequence};
}
InputOrigin origin_of(const AccountUpdate& update) {
  return {InputKind::fact, update.update_id, update.source, update.sequence};
}

const Reservation* order_of(const TenantState& state, const ExecutionReport& report) {
  const auto& open = state.reservations;
  const auto order = std::find_if(open.begin(), open.end(), [&](const Reservation& r) {
    return r.signal == report.signal_id && r.symbol == report.symbol;
  });
  return order == open.end() ? nullptr : &*order;
}

FillMatch match_of(const TenantState& state, const ExecutionReport& report, double quantity) {
  if (quantity == 0) return FillMatch::matched;
  const Reservation* order = order_of(state, report);
  if (!order) return decided_at(state, report.signal_id) ? FillMatch::late : FillMatch::unknown;
  if (report.at_ms > order->expires_at) return FillMatch::late;
  const double may_fill = order->closing_quantity + order->opening_quantity;
  const bool same_side = (may_fill > 0) == (quantity > 0);
  const double rest = net_quantity(may_fill, -quantity);
  return same_side && (rest == 0 || (rest > 0) == (may_fill > 0)) ? FillMatch::matched : FillMatch::excess;
}

/// A last fill ends its order, unless fills before it may be missing that open something: for them the rest stays
/// reserved. What may still close is not counted on: that would make the book look smaller than it is.
bool ends_order(const TenantState& state, const ExecutionReport& report, double quantity) {
  if (report.status != ExecutionStatus::filled) return report.status != ExecutionStatus::partial;
  const Reservation* order = order_of(state, report);
  if (!order || !lower_is_missing(state, origin_of(report))) return true;
  const double closing = order->closing_quantity, left = net_quantity(closing, -quantity);
  return closing != 0 && left != 0 && (left > 0) == (closing > 0);
}

Result<Events> facts_of(const TenantState& state, const ExecutionReport& report, const MarketView& view, TimeMs now) {
  const double quantity = report.quantity == 0 ? 0 : direction(report.side) * report.quantity;
  const auto pnl = realized_pnl(state, report, quantity, view);
  if (!pnl) return pnl.error();
  return Events{{now, FillApplied{.execution_id = report.execution_id,
                                  .signal_id = report.signal_id,
                                  .symbol = report.symbol,
                                  .quantity = quantity,
                                  .price = report.price,
                                  .fees = report.fees,
                                  .realized_pnl = *pnl,
                                  .order_done = ends_order(state, report, quantity),
                                  .source = report.source,
                                  .sequence = report.sequence,
                                  .gap = gap_before(state, origin_of(report)),
                                  .match = match_of(state, report, quantity)}}};
}

Result<Events> facts_of(const TenantState& state, const AccountUpdate& update, const MarketView&, TimeMs now) {
  AccountChanged fact{.update_id = update.update_id,
                      .balance = update.balance,
                      .deposit = update.deposit.value_or(0),
                      .withdrawal = update.withdrawal.value_or(0),
                      .source = update.source,
                      .sequence = update.sequence,
                      .gap = gap_before(state, origin_of(update))};
  // It would undo what its source has said since.
  if (fact.balance && is_overtaken(state, origin_of(update))) fact.stale_balance = std::exchange(fact.balance, {});
  return Events{{now, std::move(fact)}};
}

} // namespace

namespace {

TenantEvent opened(const TenantSetup& setup, const OwnSettings* company, std::uint64_t limits_version, TimeMs now) {
  MergedLimits merged = merge_limits(setup.tier, own_settings(setup), company);
  TenantOpened fact{.id = setup.id,
                    .tier = setup.tier,
                    .currency = setup.currency,
                    .balance = setup.balance,
                    .positions = setup.positions,
                    .trade_statistics = setup.trade_statistics,
                    .limits = std::move(merged.limits),
                    .tolerance = merged.tolerance,
                    .tolerance_origin = merged.tolerance_origin,
                    .strategies = setup.strategies,
                    .own = own_settings(setup),
                    .limits_version = limits_version};
  std::sort(fact.positions.begin(), fact.positions.end(),
            [](const Position& a, const Position& b) { return a.symbol < b.symbol; });
  std::sort(fact.trade_statistics.begin(), fact.trade_statistics.end(), [](const auto& a, const auto& b) {
    return std::tie(a.strategy, a.symbol) < std::tie(b.strategy, b.symbol);
  });
  std::sort(fact.strategies.begin(), fact.strategies.end());
  return {now, std::move(fact)};
}

} // namespace

TenantEvent open_tenant(const TenantSetup& setup, const CompanySetup* company, TimeMs now) {
  const auto of_company = company ? std::optional{own_settings(*company)} : std::nullopt;
  return opened(setup, of_company ? &*of_company : nullptr, 0, now);
}

TenantEvent open_tenant_under(const TenantSetup& setup, const Policy* company, TimeMs now) {
  return company ? opened(setup, &company->settings, company->settings_version, now) : opened(setup, nullptr, 0, now);
}

TenantEvent open_policy(const TenantId& id, const OwnSettings& own, TimeMs now) { return {now, PolicyOpened{id, own}}; }

std::optional<EntityOpening> opening_of(const TenantEvent& event) {
  if (const auto* tenant = std::get_if<TenantOpened>(&event.fact)) return EntityOpening{tenant->id, tenant->strategies};
  if (const auto* policy = std::get_if<PolicyOpened>(&event.fact)) return EntityOpening{policy->id, {}};
  return std::nullopt;
}

std::vector<TenantEvent> expirations(const TenantState& state, TimeMs now) {
  Events events;
  for (const auto& reservation : state.reservations)
    if (reservation.expires_at <= now) events.push_back({now, ReservationExpired{reservation.signal}});
  return events;
}

Result<std::vector<TenantEvent>> decide(const TenantState& state, const Command& command, const MarketView& view,
                                        TimeMs now, const Trace& trace) {
  const auto origin = std::visit([](const auto& c) { return origin_of(c); }, command);
  const Admission admission = admit(state, origin);
  if (admission.kind == Admission::Kind::repeat) return Events{};
  if (admission.kind == Admission::Kind::refused) return Error{Errc::failed, admission.message};
  auto facts = std::visit([&](const auto& c) { return facts_of(state, c, view, now); }, command);
  if (!facts) return facts.error();
  facts->front().trace = trace;
  // A fill that comes after its reservation's end is still a fill: the fact first, then what is due.
  for (auto& event : expirations(state, now)) facts->push_back(std::move(event));
  return facts;
}

} // namespace riskcluster
