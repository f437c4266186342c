#include "messages/codec_outputs.hpp"

#include <google/protobuf/io/coded_stream.h>

#include "messages/codec_fields.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_risk.hpp"
#include "messages/codec_wire.hpp"
#include "messages/json_writer.hpp"
#include "messages/position_fields.hpp"
#include "risk/risk_assessment.pb.h"

namespace riskcluster {

namespace {

using Answer = risk::RiskAssessmentBatch;

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

/// One field of a message as it stands in its bytes.
struct RawField {
  int number = 0;
  std::string_view whole; ///< with tag and length
  std::string_view value; ///< of a string or message: its content
};

/// The fields of a message, without looking into them: an answer is mostly rows that nobody here needs to read.
/// @returns false when the bytes are no message.
template <class Each>
bool for_each_field(std::string_view bytes, Each&& each) {
  google::protobuf::io::CodedInputStream in{reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size())};
  const auto cut = [&](int from) {
    return bytes.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(in.CurrentPosition() - from));
  };
  for (int begin = 0;; begin = in.CurrentPosition()) {
    const auto tag = in.ReadTag();
    if (tag == 0) return in.ConsumedEntireMessage();
    int value = in.CurrentPosition();
    int size = 0;
    std::uint64_t number = 0;
    bool good = false;
    switch (tag & 7U) {
    case 0:
      good = in.ReadVarint64(&number);
      break;
    case 1:
      good = in.Skip(8);
      break;
    case 2:
      good = in.ReadVarintSizeAsInt(&size);
      value = in.CurrentPosition();
      good = good && in.Skip(size);
      break;
    case 5:
      good = in.Skip(4);
      break;
    default:
      break;
    }
    if (!good) return false;
    each(RawField{static_cast<int>(tag >> 3U), cut(begin), cut(value)});
  }
}

/// A recorded answer, cut where the outputs need it. Views into the record.
struct AnswerParts {
  TenantId tenant;
  std::string published; ///< without what is not published or is set anew
  struct Part {
    std::string_view signal_id;
    std::string_view bytes;
  };
  std::vector<Part> assessments;
  bool good = true;
};

AnswerParts parts_of(std::string_view answer) {
  AnswerParts parts;
  parts.published.reserve(answer.size() + 64); // room for position and id
  const auto sort = [&](const RawField& field) {
    switch (field.number) {
    case Answer::kPerformanceMetricsFieldNumber:
    case Answer::kJournalPositionFieldNumber:
    case Answer::kIdFieldNumber:
      return;
    case Answer::kCompanyIdFieldNumber:
      parts.tenant.company.value = field.value;
      break;
    case Answer::kUserIdFieldNumber:
      parts.tenant.user.value = field.value;
      break;
    case Answer::kAssessmentsFieldNumber: {
      auto& part = parts.assessments.emplace_back(AnswerParts::Part{{}, field.value});
      parts.good &= for_each_field(field.value, [&](const RawField& inner) {
        if (inner.number == risk::RiskAssessment::kSignalIdFieldNumber) part.signal_id = inner.value;
      });
      break;
    }
    default:
      break;
    }
    parts.published.append(field.whole);
  };
  parts.good &= for_each_field(answer, sort);
  return parts;
}

/// What an approval takes from its assessment: all but the rows and the analyses, which are most of it.
Result<RiskAssessment> without_rows(std::string_view assessment) {
  using Wire = risk::RiskAssessment;
  std::string kept;
  for_each_field(assessment, [&](const RawField& field) {
    switch (field.number) {
    case Wire::kChecksFieldNumber:
    case Wire::kVarAnalysisFieldNumber:
    case Wire::kCorrelationRiskFieldNumber:
    case Wire::kDrawdownAnalysisFieldNumber:
    case Wire::kRiskAdjustmentsFieldNumber:
      return;
    default:
      kept.append(field.whole);
    }
  });
  return decode_assessment_bytes(kept);
}

/// Fields behind a message's bytes are fields of the message: what is known only now is appended.
void append_place(std::string& published, const JournalPosition& position, const OutputId& id) {
  Answer place;
  Encoder encoder;
  fields(encoder, position, *place.mutable_journal_position());
  fields(encoder, id, *place.mutable_id());
  place.AppendToString(&published);
}

std::string bytes_of(const ApprovedSignal& approved) {
  risk::ApprovedSignal wire;
  Encoder encoder;
  fields(encoder, approved, wire);
  return wire.SerializeAsString();
}

Result<std::string> approved_json(std::string_view bytes) {
  risk::ApprovedSignal wire;
  if (auto fault = parse_bytes(bytes, record_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  std::string fault;
  Decoder decoder{fault};
  ApprovedSignal approved;
  fields(decoder, approved, wire);
  if (!fault.empty()) return malformed(std::move(fault));
  approved.id.reset();
  wire.Clear();
  return JsonWriter::object(approved, wire, FIELD_EACH);
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
    return approved_json(output.bytes);
  case OutputKind::assessment:
    return assessment_json(output.bytes);
  case OutputKind::action:
  case OutputKind::alert:
    break;
  }
  return malformed("no message of this kind is known");
}

} // namespace

Result<std::vector<Output>> outputs(ShardId shard, Epoch epoch, SequenceNumber n, std::string_view payload) {
  const auto event = decode_event(payload);
  if (!event) return event.error();
  std::vector<Output> made;
  const auto* decided = std::get_if<BatchDecided>(&event->fact);
  if (!decided) return made;
  AnswerParts parts = parts_of(decided->answer);
  if (!parts.good || parts.tenant.company.empty() || parts.tenant.user.empty())
    return malformed("batch_decided.answer: not the answer to a tenant");
  const JournalPosition position{shard, epoch, n};
  append_place(parts.published, position, {shard, n, 0});
  made.push_back({{shard, n, 0}, OutputKind::assessment, parts.tenant, std::move(parts.published)});
  auto part = parts.assessments.begin(); // in the order of the decided signals, with answers of before between them
  for (const auto& signal : decided->signals) {
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
    made.push_back({id, OutputKind::approved, parts.tenant, bytes_of(*approved)});
  }
  return made;
}

std::string encode_output_json(const Output& output) {
  risk::OutputId empty;
  std::string line = std::string{"{\"kind\":\""}.append(name(output.kind)).append("\",\"id\":");
  line += JsonWriter::object(output.id, empty, FIELD_EACH);
  const auto message = message_json(output);
  if (message) return line.append(",").append(*message, 1); // without its opening brace
  const UnreadOutput unread{output.tenant, message.error().message};
  return line.append(",").append(JsonWriter::object(unread, empty, FIELD_EACH), 1);
}

} // namespace riskcluster
