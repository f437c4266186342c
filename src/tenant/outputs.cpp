#include "tenant/outputs.hpp"

#include <array>

namespace riskcluster {

std::string_view name(OutputKind kind) {
  constexpr std::array<std::string_view, 4> names = {"approved", "assessment", "action", "alert"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view channel(OutputKind kind) {
  constexpr std::array<std::string_view, 4> channels = {"approved", "assessments", "actions", "alerts"};
  return channels[static_cast<std::size_t>(kind)];
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

/// The gap, the source and the kind of input of whatever is numbered.
struct Numbered {
  SequenceGap gap;
  SourceId source;
  std::string_view what;
};

std::optional<Numbered> numbered(const TenantEvent& event) {
  if (const auto* batch = std::get_if<BatchDecided>(&event.fact)) return Numbered{batch->gap, batch->source, "batches"};
  if (const auto* fill = std::get_if<FillApplied>(&event.fact)) return Numbered{fill->gap, fill->source, "facts"};
  if (const auto* change = std::get_if<AccountChanged>(&event.fact))
    return Numbered{change->gap, change->source, "facts"};
  return std::nullopt;
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

std::optional<RiskAlert> alert_of(const TenantEvent& event) {
  RiskAlert alert{.created_at_ms = event.at_ms, .correlation_id = event.trace.correlation_id};
  if (const auto* set = std::get_if<LimitsSet>(&event.fact)) {
    alert.alert_id = set->command_id;
    alert.type = "LIMITS_CHANGED";
    alert.severity = Severity::low;
    alert.title = "Limits were changed";
    alert.description = set->actor + ": " + set->reason;
    return alert;
  }
  const auto input = numbered(event);
  if (!input || input->gap == SequenceGap{}) return std::nullopt;
  const auto first = std::to_string(input->gap.first), last = std::to_string(input->gap.last);
  alert.alert_id = "gap-" + input->source.value + "-" + first;
  alert.type = "SEQUENCE_GAP";
  alert.severity = Severity::medium;
  alert.title = "Messages are missing";
  alert.description = std::string{input->what} + " " + first + " to " + last + " of source '" + input->source.value +
                      "' had not arrived when the next one did";
  alert.recommended_action = "have the source send them again; they are taken when they come";
  return alert;
}

} // namespace riskcluster
