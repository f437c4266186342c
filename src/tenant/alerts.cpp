// What a person must know of an event.

#include <optional>

#include "tenant/outputs.hpp"

namespace riskcluster {

namespace {

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

std::optional<RiskAlert> gap_alert(const TenantEvent& event) {
  const auto input = numbered(event);
  if (!input || input->gap == SequenceGap{}) return std::nullopt;
  const auto first = std::to_string(input->gap.first), last = std::to_string(input->gap.last);
  return RiskAlert{.alert_id = "gap-" + input->source.value + "-" + first,
                   .type = "SEQUENCE_GAP",
                   .severity = Severity::medium,
                   .title = "Messages are missing",
                   .description = std::string{input->what} + " " + first + " to " + last + " of source '" +
                                  input->source.value + "' had not arrived when the next one did",
                   .recommended_action = "have the source send them again; they are taken when they come"};
}

std::optional<RiskAlert> limits_alert(const TenantEvent& event) {
  const auto* set = std::get_if<LimitsSet>(&event.fact);
  if (!set) return std::nullopt;
  return RiskAlert{.alert_id = set->command_id,
                   .type = "LIMITS_CHANGED",
                   .severity = Severity::low,
                   .title = "Limits were changed",
                   .description = set->actor + ": " + set->reason};
}

/// Money moved that no open approval stands for.
std::optional<RiskAlert> fill_alert(const TenantEvent& event) {
  const auto* fill = std::get_if<FillApplied>(&event.fact);
  if (!fill || fill->match == FillMatch::matched) return std::nullopt;
  RiskAlert alert{.alert_id = "fill-" + fill->execution_id.value, .severity = Severity::high};
  const std::string what = "execution " + fill->execution_id.value + " in " + fill->symbol.value + " is booked";
  const std::string order = "signal '" + fill->signal_id.value + "'";
  if (fill->match == FillMatch::excess) {
    alert.type = "EXCESS_FILL";
    alert.title = "More was filled than was approved";
    alert.description = what + ", but is more than " + order + " might still fill";
  } else if (fill->match == FillMatch::late) {
    alert.type = "LATE_FILL";
    alert.title = "An order was filled after its end";
    alert.description = what + ", but the approval of " + order + " was used up, ended or beyond its deadline";
  } else {
    alert.type = "UNKNOWN_ORDER";
    alert.title = "An order was filled that nobody approved";
    alert.description = what + ", but no approval of " + order + " is remembered";
  }
  alert.recommended_action = "ask the venue how it came about, and compare the positions";
  return alert;
}

std::optional<RiskAlert> balance_alert(const TenantEvent& event) {
  const auto* change = std::get_if<AccountChanged>(&event.fact);
  if (!change || !change->stale_balance) return std::nullopt;
  const auto number = std::to_string(change->sequence);
  return RiskAlert{.alert_id = "balance-" + change->source.value + "-" + number,
                   .type = "STALE_BALANCE",
                   .severity = Severity::medium,
                   .title = "A balance came too late",
                   .description = "the balance in number " + number + " of source '" + change->source.value +
                                  "' came behind a later number and is not booked",
                   .recommended_action = "have the source send its balance of now"};
}

} // namespace

std::vector<RiskAlert> alerts_of(const TenantEvent& event) {
  std::vector<RiskAlert> alerts;
  for (const auto& rule : {limits_alert, gap_alert, fill_alert, balance_alert})
    if (auto alert = rule(event)) {
      alert->created_at_ms = event.at_ms;
      alert->correlation_id = event.trace.correlation_id;
      alerts.push_back(std::move(*alert));
    }
  return alerts;
}

} // namespace riskcluster
