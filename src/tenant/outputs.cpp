#include "tenant/outputs.hpp"

#include <array>

namespace riskcluster {

std::string_view name(OutputKind kind) {
  constexpr std::array<std::string_view, 4> names = {"approved", "assessment", "action", "alert"};
  return names[static_cast<std::size_t>(kind)];
}

Result<ApprovedSignal> approved_signal(const SignalDecided& decided, const RiskAssessment& assessment) {
  const auto& id = decided.signal_id;
  const auto status = assessment.approval_status;
  if (assessment.signal_id != id) return malformed("the assessment of signal " + id.value + " names another one");
  if (!decided.approved || (status != ApprovalStatus::approved && status != ApprovalStatus::reduced))
    return malformed("signal " + id.value + " is not approved by both its decision and its assessment");
  if (!assessment.position_sizing) return malformed("signal " + id.value + " is approved without a size");
  return ApprovedSignal{.signal = {id, decided.symbol, assessment.side, decided.strategy_id},
                        .final_size = assessment.position_sizing->final_size,
                        .final_quantity = assessment.position_sizing->final_quantity,
                        .adjusted_stop_loss = assessment.adjusted_stop_loss,
                        .expires_at_ms = decided.expires_at_ms,
                        .correlation_id = assessment.correlation_id};
}

} // namespace riskcluster
