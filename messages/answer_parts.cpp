#include "messages/answer_parts.hpp"

#include <google/protobuf/io/coded_stream.h>

#include "messages/codec_risk.hpp"
#include "risk/risk_assessment.pb.h"

namespace riskcluster {

namespace {

using Answer = risk::RiskAssessmentBatch;

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

} // namespace

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

} // namespace riskcluster
