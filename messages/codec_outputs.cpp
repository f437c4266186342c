#include "messages/codec_outputs.hpp"

#include <algorithm>

#include "messages/answer_parts.hpp"
#include "messages/codec_fields.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_risk.hpp"
#include "messages/codec_wire.hpp"
#include "messages/json_writer.hpp"
#include "messages/position_fields.hpp"
#include "risk/risk_assessment.pb.h"
#include "risk/risk_notices.pb.h"

namespace riskcluster {

namespace {

template <class V>
void fields(V& v, Domain<V, SignalSummary>& d, Wire<V, trading::TradingSignal>& p) {
  FIELD(signal_id);
  FIELD(symbol);
  FIELD_ENUM(side, trading::TradingSignal::Side_MAX, Side::sell);
  FIELD(strategy_id);
}

template <class V>
void fields(V& v, Domain<V, ApprovedSignal>& d, Wire<V, risk::ApprovedSignal>& p) {
  FIELD_MESSAGE(signal);
  FIELD(final_size);
  FIELD(final_quantity);
  FIELD_OPTIONAL(adjusted_stop_loss);
  FIELD(expires_at_ms);
  FIELD_MESSAGE(journal_position);
  FIELD_OPTIONAL_MESSAGE(id);
  FIELD(company_id);
  FIELD(user_id);
  FIELD(correlation_id);
}

template <class V>
void fields(V& v, Domain<V, RiskAction>& d, Wire<V, risk::RiskAction>& p) {
  FIELD(action_id);
  FIELD_ENUM(kind, risk::RiskAction::Kind_MAX, ActionKind::restore);
  FIELD(factor);
  FIELD(until_ms);
  FIELD(reason);
  FIELD(cause);
  FIELD(strategy_id);
  FIELD(symbol);
  FIELD(created_at_ms);
  FIELD_MESSAGE(journal_position);
  FIELD_OPTIONAL_MESSAGE(id);
  FIELD(company_id);
  FIELD(user_id);
  FIELD(correlation_id);
}

template <class V>
void fields(V& v, Domain<V, RiskAlert>& d, Wire<V, risk::RiskAlert>& p) {
  FIELD(alert_id);
  FIELD(type);
  FIELD_ENUM(severity, risk::RiskAlert::Severity_MAX, Severity::critical);
  FIELD(title);
  FIELD(description);
  FIELD_OPTIONAL(portfolio_value);
  FIELD_OPTIONAL(daily_pnl);
  FIELD_OPTIONAL(drawdown_pct);
  FIELD_OPTIONAL(var_amount);
  FIELD(recommended_action);
  FIELD(created_at_ms);
  FIELD_MESSAGE(journal_position);
  FIELD_OPTIONAL_MESSAGE(id);
  FIELD(company_id);
  FIELD(user_id);
  FIELD(correlation_id);
}

/// What a line says of bytes that cannot be read. JSON only.
struct UnreadOutput {
  const TenantId& tenant;
  const std::string& fault;
};

void fields(JsonWriter& v, const UnreadOutput& d, risk::OutputId&) {
  const auto no_wire = [] {};
  v.value("company_id", d.tenant.company, no_wire, no_wire);
  v.value("user_id", d.tenant.user, no_wire, no_wire);
  v.value("fault", d.fault, no_wire, no_wire);
}

/// Fields behind a message's bytes are fields of the message: what is known only now is appended.
void append_place(std::string& published, const JournalPosition& position, const OutputId& id) {
  risk::RiskAssessmentBatch place;
  Encoder encoder;
  fields(encoder, position, *place.mutable_journal_position());
  fields(encoder, id, *place.mutable_id());
  place.AppendToString(&published);
}

template <class WireMessage, class Message>
std::string bytes_of(const Message& message) {
  WireMessage wire;
  Encoder encoder;
  fields(encoder, message, wire);
  return wire.SerializeAsString();
}

/// Without its id.
template <class Message, class WireMessage>
Result<std::string> json_of(std::string_view bytes) {
  WireMessage wire;
  if (auto fault = parse_bytes(bytes, record_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  std::string fault;
  Decoder decoder{fault};
  Message message;
  fields(decoder, message, wire);
  if (!fault.empty()) return malformed(std::move(fault));
  message.id.reset();
  wire.Clear();
  return JsonWriter::object(message, wire, FIELD_EACH);
}

Result<std::string> assessment_json(std::string_view bytes) {
  auto answer = decode_answer_bytes(bytes);
  if (!answer) return answer.error();
  answer->id.reset();
  return encode_answer_json(*answer);
}

/// Of the message alone, without its id.
Result<std::string> message_json(const Output& output) {
  switch (output.kind) {
  case OutputKind::approved:
    return json_of<ApprovedSignal, risk::ApprovedSignal>(output.bytes);
  case OutputKind::assessment:
    return assessment_json(output.bytes);
  case OutputKind::action:
    return json_of<RiskAction, risk::RiskAction>(output.bytes);
  case OutputKind::alert:
    return json_of<RiskAlert, risk::RiskAlert>(output.bytes);
  }
  return malformed("no message of this kind is known");
}

/// Its beginning, up to the first field of the message.
std::string line_of(OutputKind kind) { return std::string{"{\"output\":\""}.append(name(kind)).append("\","); }

/// The assessment, and a permission for each approval.
/// Approvals leave before the assessment that explains them: somebody waits to trade on them.
Result<bool> add_decision(const JournalPosition& position, const BatchDecided& decided, const Trace& trace,
                          std::vector<Output>& made) {
  AnswerParts parts = parts_of(decided.answer);
  if (!parts.good || parts.tenant.company.empty() || parts.tenant.user.empty())
    return malformed("batch_decided.answer: not the answer to a tenant");
  const auto& [shard, epoch, n] = position;
  append_place(parts.published, position, {shard, n, 0});
  made.push_back({{shard, n, 0}, OutputKind::assessment, parts.tenant, std::move(parts.published), trace});
  auto part = parts.assessments.begin(); // in the order of the decided signals, with answers of before between them
  for (const auto& signal : decided.signals) {
    if (!signal.approved) continue;
    while (part != parts.assessments.end() && part->signal_id != signal.signal_id.value) ++part;
    if (part == parts.assessments.end())
      return malformed("batch_decided.answer: says nothing of the approved signal " + signal.signal_id.value);
    const auto assessment = without_rows(part++->bytes);
    if (!assessment) return malformed("batch_decided.answer.assessments: " + assessment.error().message);
    auto approved = approved_signal(signal, *assessment);
    if (!approved) return approved.error();
    const OutputId id{shard, n, static_cast<std::uint32_t>(made.size())};
    approved->journal_position = position;
    approved->id = id;
    approved->company_id = parts.tenant.company;
    approved->user_id = parts.tenant.user;
    made.push_back({id, OutputKind::approved, parts.tenant, bytes_of<risk::ApprovedSignal>(*approved), trace});
  }
  std::rotate(made.begin(), made.begin() + 1, made.end());
  return true;
}

template <class WireMessage, class Message>
void add_notice(const JournalPosition& position, const TenantId& whom, OutputKind kind, Message message,
                const Trace& trace, std::vector<Output>& made) {
  const OutputId id{position.shard, position.n, static_cast<std::uint32_t>(made.size())};
  message.journal_position = position;
  message.id = id;
  message.company_id = whom.company;
  message.user_id = whom.user;
  made.push_back({id, kind, whom, bytes_of<WireMessage>(message), trace});
}

} // namespace

Result<std::vector<Output>> outputs(const JournalPosition& position, std::string_view entity,
                                    std::string_view payload) {
  const auto event = decode_event(payload);
  if (!event) return event.error();
  std::vector<Output> made;
  const auto& trace = event->trace;
  if (const auto* decided = std::get_if<BatchDecided>(&event->fact))
    if (const auto added = add_decision(position, *decided, trace, made); !added) return added.error();
  if (auto action = action_of(*event))
    add_notice<risk::RiskAction>(position, addressee_of(entity), OutputKind::action, std::move(*action), trace, made);
  for (auto& alert : alerts_of(*event))
    add_notice<risk::RiskAlert>(position, addressee_of(entity), OutputKind::alert, std::move(alert), trace, made);
  return made;
}

std::string encode_alert_bytes(const RiskAlert& alert) { return bytes_of<risk::RiskAlert>(alert); }

std::string encode_alert_json(const RiskAlert& alert) {
  risk::RiskAlert empty;
  return line_of(OutputKind::alert).append(JsonWriter::object(alert, empty, FIELD_EACH), 1);
}

std::string encode_output_json(const Output& output) {
  risk::OutputId empty;
  std::string line = line_of(output.kind).append("\"id\":");
  line += JsonWriter::object(output.id, empty, FIELD_EACH);
  const auto message = message_json(output);
  if (message) return line.append(",").append(*message, 1); // without its opening brace
  const UnreadOutput unread{output.tenant, message.error().message};
  return line.append(",").append(JsonWriter::object(unread, empty, FIELD_EACH), 1);
}

} // namespace riskcluster
