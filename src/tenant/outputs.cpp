#include "tenant/outputs.hpp"

#include <array>

#include "tenant/policy.hpp"

namespace riskcluster {

std::string_view name(OutputKind kind) {
  constexpr std::array<std::string_view, 4> names = {"approved", "assessment", "action", "alert"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view channel(OutputKind kind) {
  constexpr std::array<std::string_view, 4> channels = {"approved", "assessments", "actions", "alerts"};
  return channels[static_cast<std::size_t>(kind)];
}

std::optional<RiskMetrics> metrics_of(const RiskAssessmentBatch& answer) {
  if (!answer.portfolio_risk) return std::nullopt;
  return RiskMetrics{.company_id = answer.company_id,
                     .user_id = answer.user_id,
                     .portfolio_risk = *answer.portfolio_risk,
                     .view_id = answer.view_id,
                     .decided_at_ms = answer.decided_at_ms,
                     .journal_position = answer.journal_position,
                     .correlation_id = answer.correlation_id};
}

TenantId addressee_of(std::string_view entity) {
  const auto slash = entity.find('/');
  if (entity == system_entity.text() || slash == std::string_view::npos) return {};
  return {CompanyId{std::string{entity.substr(0, slash)}}, UserId{std::string{entity.substr(slash + 1)}}};
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

namespace {

RiskAction halt_action(ActionKind kind, HaltScope scope, const std::string& target) {
  RiskAction action{.kind = kind};
  if (scope == HaltScope::strategy) action.strategy_id.value = target;
  if (scope == HaltScope::symbol) action.symbol.value = target;
  return action;
}

} // namespace

std::optional<RiskAction> action_of(const TenantEvent& event) {
  std::optional<RiskAction> action;
  if (const auto* halted = std::get_if<Halted>(&event.fact)) {
    action = halt_action(ActionKind::halt_new, halted->halt.scope, halted->halt.target);
    action->action_id = halted->command_id;
    action->reason = halted->halt.reason;
    action->cause = halted->halt.actor;
  } else if (const auto* resumed = std::get_if<Resumed>(&event.fact)) {
    action = halt_action(ActionKind::restore, resumed->scope, resumed->target);
    action->action_id = resumed->command_id;
    action->reason = resumed->reason;
    action->cause = resumed->actor;
  } else {
    return std::nullopt;
  }
  action->created_at_ms = event.at_ms;
  action->correlation_id = event.trace.correlation_id;
  return action;
}

} // namespace riskcluster
