#include "acceptance/answer_form.hpp"

#include <algorithm>
#include <cmath>

namespace riskcluster::acceptance {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string not_finite_in(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  const int count = field.is_repeated() ? reflection.FieldSize(message, &field)
                                        : static_cast<int>(reflection.HasField(message, &field));
  for (int i = 0; i < count; ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
      const double value = field.is_repeated() ? reflection.GetRepeatedDouble(message, &field, i)
                                               : reflection.GetDouble(message, &field);
      if (!std::isfinite(value)) return field.name();
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const auto& inner = field.is_repeated() ? reflection.GetRepeatedMessage(message, &field, i)
                                              : reflection.GetMessage(message, &field);
      if (const auto path = not_finite(inner); !path.empty()) return field.name() + "." + path;
    }
  }
  return "";
}

} // namespace

std::string not_finite(const Message& message) {
  const auto& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i)
    if (auto path = not_finite_in(message, *type.field(i)); !path.empty()) return path;
  return "";
}

std::string fault_of_form(const risk::RiskAssessment& assessment, bool halts_are_known) {
  if (assessment.checks_size() != static_cast<int>(control_names.size()))
    return std::to_string(assessment.checks_size()) + " rows";
  for (int i = 0; i < assessment.checks_size(); ++i) {
    const auto& row = assessment.checks(i);
    if (row.name() != control_names[static_cast<std::size_t>(i)])
      return "row " + std::to_string(i) + " is '" + row.name() + "'";
    if (row.outcome() == risk::LimitCheck::OUTCOME_UNSPECIFIED) return "row " + row.name() + " has no outcome";
  }
  for (const std::string name : {"halt", "company_var", "drawdown", "regime"}) {
    const bool evaluated = row_of(assessment, name).outcome() != risk::LimitCheck::NOT_EVALUATED;
    if (evaluated && !(halts_are_known && name == "halt")) return "row " + name + " says more than NOT_EVALUATED";
  }
  if (auto path = not_finite(assessment); !path.empty()) return path + " is not finite";
  const bool rejected = assessment.approval_status() == risk::RiskAssessment::REJECTED;
  if (assessment.approval_status() == risk::RiskAssessment::APPROVAL_STATUS_UNSPECIFIED) return "no status";
  if (rejected && assessment.reason_code().empty()) return "rejected without a reason";
  if (rejected && assessment.position_sizing().final_size() != 0) return "rejected with a size";
  return "";
}

const risk::LimitCheck& row_of(const risk::RiskAssessment& assessment, std::string_view control) {
  for (const auto& row : assessment.checks())
    if (row.name() == control) return row;
  return risk::LimitCheck::default_instance();
}

} // namespace riskcluster::acceptance
