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
