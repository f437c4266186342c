#include "messages/codec_journal.hpp"

#include <array>

#include "journal/tenant_events.pb.h"
#include "messages/codec_fields.hpp"
#include "messages/codec_wire.hpp"

namespace riskcluster {

namespace {

template <class V>
void fields(V& v, Domain<V, Position>& d, Wire<V, journal::OpenedPosition>& p) {
  FIELD(symbol);
  FIELD(quantity);
  FIELD(average_price);
}

template <class V>
void fields(V& v, Domain<V, TradeStatistics>& d, Wire<V, journal::TradeRecord>& p) {
  FIELD_AS(strategy_id, d.strategy);
  FIELD(symbol);
  FIELD(wins);
  FIELD(losses);
  FIELD(sum_win);
  FIELD(sum_loss);
  FIELD_VALUES(recent_pnl);
}

// Names stand for the enumerators of limits, origins and strategy types, so that these may be reordered.

void limits(Encoder&, const Limits& d, journal::TenantOpened& p) {
  for (std::size_t i = 0; i < limit_count; ++i) {
    auto& limit = *p.add_limits();
    limit.set_name(std::string{name(static_cast<LimitId>(i))});
    limit.set_value(d.values[i].value);
    limit.set_origin(std::string{name(d.values[i].origin)});
  }
  p.set_has_allowed_instruments(d.allowed_instruments.has_value());
  for (const auto type : d.banned_strategy_types) p.add_banned_strategy_types(std::string{name(type)});
}

void limits(Decoder& v, Limits& d, const journal::TenantOpened& p) {
  std::array<bool, limit_count> seen{};
  for (int i = 0; i < p.limits_size(); ++i) {
    const auto& limit = p.limits(i);
    const auto id = limit_named(limit.name());
    const auto origin = origin_named(limit.origin());
    if (!id) return v.reject("limits", "unknown name " + shown(limit.name()), i);
    if (!origin) return v.reject("limits", "unknown origin " + shown(limit.origin()), i);
    if (!std::isfinite(limit.value())) return v.reject("limits", "not a finite number", i);
    if (std::exchange(seen[static_cast<std::size_t>(*id)], true)) return v.reject("limits", limit.name() + " twice", i);
    d[*id] = {.value = limit.value(), .origin = *origin};
  }
  for (std::size_t i = 0; i < limit_count; ++i)
    if (!seen[i]) return v.reject("limits", std::string{name(static_cast<LimitId>(i))} + " is missing");
  if (p.has_allowed_instruments())
    d.allowed_instruments.emplace();
  else if (p.allowed_instruments_size() > 0)
    v.reject("allowed_instruments", "a list that has_allowed_instruments denies");
  for (int i = 0; i < p.banned_strategy_types_size(); ++i) {
    const auto type = strategy_type_named(p.banned_strategy_types(i));
    if (!type) return v.reject("banned_strategy_types", "unknown type " + shown(p.banned_strategy_types(i)), i);
    d.banned_strategy_types.push_back(*type);
  }
}

void tolerance_origin(Encoder&, const Origin& d, journal::TenantOpened& p) {
  p.set_tolerance_origin(std::string{name(d)});
}

void tolerance_origin(Decoder& v, Origin& d, const journal::TenantOpened& p) {
  const auto origin = origin_named(p.tolerance_origin());
  if (!origin) return v.reject("tolerance_origin", "unknown origin " + shown(p.tolerance_origin()));
  d = *origin;
}

template <class V>
void fields(V& v, Domain<V, TenantOpened>& d, Wire<V, journal::TenantOpened>& p) {
  FIELD_AS(company_id, d.id.company);
  FIELD_AS(user_id, d.id.user);
  FIELD_ENUM(tier, common::UserContext::SubscriptionTier_MAX, SubscriptionTier::enterprise);
  FIELD(currency);
  FIELD(balance);
  FIELD_LIST(positions);
  FIELD_LIST(trade_statistics);
  limits(v, d.limits, p);
  FIELD_ENUM_AS(risk_tolerance, d.tolerance, portfolio::LimitSettings::RiskTolerance_MAX, RiskTolerance::aggressive);
  tolerance_origin(v, d.tolerance_origin, p);
  if (d.limits.allowed_instruments) FIELD_VALUES_AS(allowed_instruments, *d.limits.allowed_instruments);
  FIELD_VALUES_AS(denied_instruments, d.limits.denied_instruments);
  FIELD_VALUES_AS(banned_strategies, d.limits.banned_strategies);
  FIELD_AS(trading_hours_restriction, d.limits.trading_hours_restriction);
  FIELD_VALUES(strategies);
}

template <class V>
void fields(V& v, Domain<V, SignalDecided>& d, Wire<V, journal::SignalDecided>& p) {
  FIELD(signal_id);
  FIELD(symbol);
  FIELD(strategy_id);
  FIELD(approved);
  FIELD(closing_quantity);
  FIELD(opening_quantity);
  FIELD(price);
  FIELD(expires_at_ms);
  FIELD(fingerprint);
  FIELD(remembered);
  FIELD(takes_token);
}

template <class V>
void fields(V& v, Domain<V, Mark>& d, Wire<V, journal::Mark>& p) {
  FIELD(symbol);
  FIELD(price);
}

template <class V>
void fields(V& v, Domain<V, ConversionUsed>& d, Wire<V, journal::FxRate>& p) {
  FIELD(currency);
  FIELD(rate);
}

template <class V>
void fields(V& v, Domain<V, BatchDecided>& d, Wire<V, journal::BatchDecided>& p) {
  FIELD(batch_id);
  FIELD(source);
  FIELD(sequence);
  FIELD(view_id);
  FIELD(seed);
  FIELD_LIST(signals);
  FIELD_LIST(marks);
  FIELD_LIST(fx_rates);
  FIELD(answer);
}

template <class V>
void fields(V& v, Domain<V, FillApplied>& d, Wire<V, journal::FillApplied>& p) {
  FIELD(execution_id);
  FIELD(signal_id);
  FIELD(symbol);
  FIELD(quantity);
  FIELD(price);
  FIELD(fees);
  FIELD(realized_pnl);
  FIELD(order_done);
  FIELD(source);
  FIELD(sequence);
}

template <class V>
void fields(V& v, Domain<V, AccountChanged>& d, Wire<V, journal::AccountChanged>& p) {
  FIELD(update_id);
  FIELD_OPTIONAL(balance);
  FIELD(deposit);
  FIELD(withdrawal);
  FIELD(source);
  FIELD(sequence);
}

template <class V>
void fields(V& v, Domain<V, ReservationExpired>& d, Wire<V, journal::ReservationExpired>& p) {
  FIELD(signal_id);
}

journal::TenantOpened& part_of(journal::TenantEvent& p, const TenantOpened&) { return *p.mutable_tenant_opened(); }
journal::BatchDecided& part_of(journal::TenantEvent& p, const BatchDecided&) { return *p.mutable_batch_decided(); }
journal::FillApplied& part_of(journal::TenantEvent& p, const FillApplied&) { return *p.mutable_fill_applied(); }
journal::AccountChanged& part_of(journal::TenantEvent& p, const AccountChanged&) {
  return *p.mutable_account_changed();
}
journal::ReservationExpired& part_of(journal::TenantEvent& p, const ReservationExpired&) {
  return *p.mutable_reservation_expired();
}

template <class Fact, class WireFact>
void decode_part(Decoder& decoder, const char* field, TenantEvent& event, const WireFact& part) {
  decoder.message(
      field, event.fact.emplace<Fact>(), [&]() -> auto& { return part; }, FIELD_EACH);
}

void decode_fact(Decoder& decoder, TenantEvent& event, const journal::TenantEvent& wire) {
  switch (wire.event_case()) {
  case journal::TenantEvent::kTenantOpened:
    return decode_part<TenantOpened>(decoder, "tenant_opened", event, wire.tenant_opened());
  case journal::TenantEvent::kBatchDecided:
    return decode_part<BatchDecided>(decoder, "batch_decided", event, wire.batch_decided());
  case journal::TenantEvent::kFillApplied:
    return decode_part<FillApplied>(decoder, "fill_applied", event, wire.fill_applied());
  case journal::TenantEvent::kAccountChanged:
    return decode_part<AccountChanged>(decoder, "account_changed", event, wire.account_changed());
  case journal::TenantEvent::kReservationExpired:
    return decode_part<ReservationExpired>(decoder, "reservation_expired", event, wire.reservation_expired());
  case journal::TenantEvent::EVENT_NOT_SET:
    break;
  }
  decoder.reject("event", "none that this version knows");
}

} // namespace

std::string encode_event(const TenantEvent& event) {
  journal::TenantEvent wire;
  wire.set_at_ms(event.at_ms);
  std::visit(
      [&](const auto& fact) {
        Encoder encoder;
        fields(encoder, fact, part_of(wire, fact));
      },
      event.fact);
  return wire.SerializeAsString();
}

Result<TenantEvent> decode_event(std::string_view bytes) {
  journal::TenantEvent wire;
  if (auto fault = parse_bytes(bytes, record_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  TenantEvent event;
  event.at_ms = wire.at_ms();
  std::string fault;
  Decoder decoder{fault};
  decode_fact(decoder, event, wire);
  if (!fault.empty()) return malformed(std::move(fault));
  return event;
}

} // namespace riskcluster
