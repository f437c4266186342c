#include "messages/codec_journal.hpp"

#include "journal/tenant_events.pb.h"
#include "messages/codec_fields.hpp"
#include "messages/codec_wire.hpp"
#include "messages/tenant_fields.hpp"

namespace riskcluster {

namespace {

template <class V>
void fields(V& v, Domain<V, TenantOpened>& d, Wire<V, journal::TenantOpened>& p) {
  tenant_fields(v, d, p);
}

template <class V>
void fields(V& v, Domain<V, PolicyOpened>& d, Wire<V, journal::PolicyOpened>& p) {
  FIELD_AS(company_id, d.id.company);
  FIELD_MESSAGE(own);
}

/// Absent on the wire where there is none.
template <class V>
void gap_field(V& v, Domain<V, SequenceGap>& d, auto& p) {
  if constexpr (V::encodes) {
    if (d == SequenceGap{}) return;
    p.mutable_gap()->set_first(d.first);
    p.mutable_gap()->set_last(d.last);
  } else {
    d = {p.gap().first(), p.gap().last()};
    if ((d.first == 0) != (d.last == 0) || d.first > d.last) v.reject("gap", "ends before it begins");
  }
}

template <class V>
void fields(V& v, Domain<V, Halted>& d, Wire<V, journal::Halted>& p) {
  FIELD(command_id);
  FIELD_MESSAGE(halt);
}

template <class V>
void fields(V& v, Domain<V, Resumed>& d, Wire<V, journal::Resumed>& p) {
  FIELD(command_id);
  FIELD_ENUM(scope, journal::Halt::Scope_MAX, HaltScope::symbol);
  FIELD(target);
  FIELD(actor);
  FIELD(reason);
}

template <class V>
void fields(V& v, Domain<V, LimitsSet>& d, Wire<V, journal::LimitsSet>& p) {
  FIELD(command_id);
  FIELD(actor);
  FIELD(reason);
  FIELD_MESSAGE(own);
}

template <class V>
void fields(V& v, Domain<V, LimitsMerged>& d, Wire<V, journal::LimitsMerged>& p) {
  merged_fields(v, d, p);
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
  gap_field(v, d.gap, p);
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
  gap_field(v, d.gap, p);
  FIELD_ENUM(match, journal::FillApplied::Match_MAX, FillMatch::unknown);
}

template <class V>
void fields(V& v, Domain<V, AccountChanged>& d, Wire<V, journal::AccountChanged>& p) {
  FIELD(update_id);
  FIELD_OPTIONAL(balance);
  FIELD(deposit);
  FIELD(withdrawal);
  FIELD(source);
  FIELD(sequence);
  gap_field(v, d.gap, p);
  FIELD_OPTIONAL(stale_balance);
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
journal::PolicyOpened& part_of(journal::TenantEvent& p, const PolicyOpened&) { return *p.mutable_policy_opened(); }
journal::Halted& part_of(journal::TenantEvent& p, const Halted&) { return *p.mutable_halted(); }
journal::Resumed& part_of(journal::TenantEvent& p, const Resumed&) { return *p.mutable_resumed(); }
journal::LimitsSet& part_of(journal::TenantEvent& p, const LimitsSet&) { return *p.mutable_limits_set(); }
journal::LimitsMerged& part_of(journal::TenantEvent& p, const LimitsMerged&) { return *p.mutable_limits_merged(); }

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
  case journal::TenantEvent::kPolicyOpened:
    return decode_part<PolicyOpened>(decoder, "policy_opened", event, wire.policy_opened());
  case journal::TenantEvent::kHalted:
    return decode_part<Halted>(decoder, "halted", event, wire.halted());
  case journal::TenantEvent::kResumed:
    return decode_part<Resumed>(decoder, "resumed", event, wire.resumed());
  case journal::TenantEvent::kLimitsSet:
    return decode_part<LimitsSet>(decoder, "limits_set", event, wire.limits_set());
  case journal::TenantEvent::kLimitsMerged:
    return decode_part<LimitsMerged>(decoder, "limits_merged", event, wire.limits_merged());
  case journal::TenantEvent::EVENT_NOT_SET:
    break;
  }
  decoder.reject("event", "none that this version knows");
}

} // namespace

std::string encode_event(const TenantEvent& event) {
  journal::TenantEvent wire;
  wire.set_at_ms(event.at_ms);
  if (!event.trace.correlation_id.empty()) wire.set_correlation_id(event.trace.correlation_id);
  if (!event.trace.traceparent.empty()) wire.set_traceparent(event.trace.traceparent);
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
  event.trace = {wire.correlation_id(), wire.traceparent()};
  std::string fault;
  Decoder decoder{fault};
  decode_fact(decoder, event, wire);
  if (!fault.empty()) return malformed(std::move(fault));
  return event;
}

} // namespace riskcluster
