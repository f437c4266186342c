#pragma once
// Answers as protobuf bytes and as JSON. No output message has a map: the same answer gives the same bytes.

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "tenant/assessment.hpp"

namespace riskcluster {

std::string encode_answer_bytes(const RiskAssessmentBatch& answer);
/// One line without its end, proto field names, defaults printed, absent fields not.
std::string encode_answer_json(const RiskAssessmentBatch& answer);

/// Errors name the field.
Result<RiskAssessmentBatch> decode_answer_bytes(std::string_view bytes);
Result<RiskAssessmentBatch> decode_answer_json(std::string_view text);
/// One of the assessments in an answer, by itself.
Result<RiskAssessment> decode_assessment_bytes(std::string_view bytes);

std::string encode_sizing_json(const PositionSizing& sizing);

} // namespace riskcluster
