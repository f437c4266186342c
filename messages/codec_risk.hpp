#pragma once
// Answers as protobuf bytes and as JSON. No output message has a map: the same answer gives the same bytes.

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "tenant/outputs.hpp"

namespace riskcluster {

std::string encode_answer_bytes(const RiskAssessmentBatch& answer);
/// One line without its end, proto field names, defaults printed, absent fields not.
std::string encode_answer_json(const RiskAssessmentBatch& answer);

/// The same with how it came about, which is not part of an answer: it is another one whenever it is told.
std::string encode_reply_bytes(const RiskAssessmentBatch& answer, const PerformanceMetrics& metrics);
std::string encode_reply_json(const RiskAssessmentBatch& answer, const PerformanceMetrics& metrics);

/// Errors name the field.
Result<RiskAssessmentBatch> decode_answer_bytes(std::string_view bytes);
Result<RiskAssessmentBatch> decode_answer_json(std::string_view text);
/// One of the assessments in an answer, by itself.
Result<RiskAssessment> decode_assessment_bytes(std::string_view bytes);

std::string encode_metrics_bytes(const RiskMetrics& metrics);
/// {"output":"metrics", …its fields}.
std::string encode_metrics_json(const RiskMetrics& metrics);

std::string encode_sizing_json(const PositionSizing& sizing);

} // namespace riskcluster
