#include "messages/codec_envelope.hpp"

#include <algorithm>

#include "common/envelope.pb.h"
#include "messages/codec_fields.hpp"
#include "messages/codec_trading.hpp"
#include "messages/codec_wire.hpp"
#include "messages/json_text.hpp"

namespace riskcluster {

namespace {

using WireEnvelope = common::RiskProcessingEnvelope;

template <class V>
void fields(V& v, Envelope& d, Wire<V, WireEnvelope>& p) {
  FIELD(message_type);
  FIELD_AS(company_id, d.tenant.company);
  FIELD_AS(user_id, d.tenant.user);
  FIELD(payload);
  FIELD(timestamp);
  FIELD_AS(service_source, d.source);
  FIELD_AS(correlation_id, d.trace.correlation_id);
  FIELD(sequence);
}

void take_trace(Trace& trace, const common::TraceContext& wire) {
  if (trace.correlation_id.empty()) trace.correlation_id = wire.correlation_id();
  if (!wire.traceparent().empty())
    trace.traceparent = wire.traceparent();
  else if (!wire.trace_id().empty() && !wire.span_id().empty())
    trace.traceparent = std::string{"00-"}.append(wire.trace_id()).append("-").append(wire.span_id()).append("-01");
}

Result<Envelope> from_wire(const WireEnvelope& wire) {
  Envelope envelope;
  std::string fault;
  Decoder decoder{fault};
  fields(decoder, envelope, wire);
  if (wire.schema_version() > schema_version_max)
    decoder.reject("schema_version", std::to_string(wire.schema_version()) + " is not known here");
  for (const auto* id : {&envelope.tenant.company.value, &envelope.tenant.user.value})
    if (!id->empty() && !is_valid_id(*id)) decoder.reject("company_id, user_id", "not a valid id");
  if (!fault.empty()) return malformed("envelope." + fault);
  take_trace(envelope.trace, wire.trace_context());
  return envelope;
}

/// A text that protobuf would refuse for what is ignored here. Where there is anything else wrong it is left as it is.
std::string without_profile(std::string_view text) {
  const auto object = json_object(text);
  const auto is_profile = [](const JsonMember& member) { return member.name == "risk_profile"; };
  if (!object.fault.empty() || std::none_of(object.members.begin(), object.members.end(), is_profile))
    return std::string{text};
  std::string rest;
  for (const auto& member : object.members)
    if (!is_profile(member)) rest.append(rest.empty() ? "{" : ",").append(member.text);
  return rest.empty() ? "{}" : rest.append("}");
}

} // namespace

Result<Envelope> decode_envelope_bytes(std::string_view bytes) {
  WireEnvelope wire;
  if (auto fault = parse_bytes(bytes, message_bytes_max, wire); !fault.empty()) return malformed("envelope: " + fault);
  return from_wire(wire);
}

Result<Envelope> decode_envelope_json(std::string_view text) {
  WireEnvelope wire;
  if (text.size() > message_bytes_max) return malformed("envelope: longer than 1 MiB");
  if (auto fault = parse_json(without_profile(text), message_bytes_max, wire); !fault.empty())
    return malformed("envelope: " + fault);
  return from_wire(wire);
}

} // namespace riskcluster
