#include "messages/codec_risk.hpp"

#include <google/protobuf/arena.h>

#include "messages/codec_wire.hpp"
#include "messages/json_writer.hpp"
#include "risk/risk_assessment.pb.h"
#include "risk/risk_metrics.pb.h"

#include "messages/risk_fields.hpp" // needs the generated ones

namespace riskcluster {

namespace {

template <class T, class WireType>
Result<T> from_wire(const WireType& wire) {
  std::string fault;
  Decoder decoder{fault};
  T domain;
  fields(decoder, domain, wire);
  if (!fault.empty()) return malformed(std::move(fault));
  return domain;
}

template <class T, class WireType>
Result<T> from_bytes(std::string_view bytes) {
  WireType wire;
  if (auto fault = parse_bytes(bytes, record_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  return from_wire<T>(wire);
}

} // namespace

std::string encode_answer_bytes(const RiskAssessmentBatch& answer) {
  // All parts in one block: freeing forty rows one by one costs as much as writing them.
  google::protobuf::Arena arena;
  auto& wire = *google::protobuf::Arena::CreateMessage<risk::RiskAssessmentBatch>(&arena);
  Encoder encoder;
  fields(encoder, answer, wire);
  return wire.SerializeAsString();
}

std::string encode_answer_json(const RiskAssessmentBatch& answer) {
  risk::RiskAssessmentBatch empty;
  return JsonWriter::object(answer, empty, FIELD_EACH);
}

std::string encode_reply_bytes(const RiskAssessmentBatch& answer, const PerformanceMetrics& metrics) {
  risk::RiskAssessmentBatch wire;
  Encoder encoder;
  fields(encoder, metrics, *wire.mutable_performance_metrics());
  std::string bytes = encode_answer_bytes(answer);
  wire.AppendToString(&bytes); // fields behind a message's bytes are fields of the message
  return bytes;
}

std::string encode_reply_json(const RiskAssessmentBatch& answer, const PerformanceMetrics& metrics) {
  risk::PerformanceMetrics empty;
  std::string text = encode_answer_json(answer);
  text.back() = ','; // was its closing brace
  return text.append(R"("performance_metrics":)").append(JsonWriter::object(metrics, empty, FIELD_EACH)).append("}");
}

std::string encode_metrics_bytes(const RiskMetrics& metrics) {
  risk::RiskMetrics wire;
  Encoder encoder;
  fields(encoder, metrics, wire);
  return wire.SerializeAsString();
}

std::string encode_metrics_json(const RiskMetrics& metrics) {
  risk::RiskMetrics empty;
  return std::string{R"({"output":"metrics",)"}.append(JsonWriter::object(metrics, empty, FIELD_EACH), 1);
}

std::string encode_sizing_json(const PositionSizing& sizing) {
  risk::PositionSizing empty;
  return JsonWriter::object(sizing, empty, FIELD_EACH);
}

Result<RiskAssessmentBatch> decode_answer_bytes(std::string_view bytes) {
  return from_bytes<RiskAssessmentBatch, risk::RiskAssessmentBatch>(bytes);
}

Result<RiskAssessment> decode_assessment_bytes(std::string_view bytes) {
  return from_bytes<RiskAssessment, risk::RiskAssessment>(bytes);
}

Result<RiskAssessmentBatch> decode_answer_json(std::string_view text) {
  risk::RiskAssessmentBatch wire;
  if (auto fault = parse_json(text, record_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  return from_wire<RiskAssessmentBatch>(wire);
}

} // namespace riskcluster
