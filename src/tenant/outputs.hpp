#pragma once
// What a committed record says to the outside. A decision says the same whenever it is asked, so that nothing that is
// published depends on an actor's life. Bytes are made in messages/codec_outputs.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "tenant/assessment.hpp"
#include "tenant/event.hpp"

namespace riskcluster {

enum class OutputKind : std::uint8_t { approved, assessment, action, alert };
std::string_view name(OutputKind kind);
/// What destinations call it: approved, assessments, actions, alerts.
std::string_view channel(OutputKind kind);

/// One message for the destinations of its kind, about one tenant.
struct Output {
  OutputId id;
  OutputKind kind = OutputKind::assessment;
  TenantId tenant;
  std::string bytes; ///< protobuf: ApprovedSignal, RiskAssessmentBatch, RiskAction, RiskAlert
  Trace trace;       ///< of the input that caused it
  bool operator==(const Output&) const = default;
};

/// What a decision knows of the wish that it judged.
struct SignalSummary {
  SignalId signal_id;
  Symbol symbol;
  Side side = Side::unspecified;
  StrategyId strategy_id;
  bool operator==(const SignalSummary&) const = default;
};

/// Permission to send one order.
struct ApprovedSignal {
  SignalSummary signal;
  double final_size = 0; ///< closing and opening part, account currency
  double final_quantity = 0;
  std::optional<double> adjusted_stop_loss; ///< quote currency
  TimeMs expires_at_ms = 0;
  JournalPosition journal_position;
  std::optional<OutputId> id;
  CompanyId company_id;
  UserId user_id;
  std::string correlation_id;
  bool operator==(const ApprovedSignal&) const = default;
};

enum class ActionKind : std::uint8_t { unspecified, tighten_stops, reduce_positions, halt_new, close_all, restore };

/// What is to be done beyond single signals; without a user for all of the company, without a company for everybody.
struct RiskAction {
  std::string action_id;
  ActionKind kind = ActionKind::unspecified;
  double factor = 0;   ///< 0: none
  TimeMs until_ms = 0; ///< 0: until it is restored
  std::string reason;
  std::string cause; ///< who or what ordered it
  StrategyId strategy_id;
  Symbol symbol;
  TimeMs created_at_ms = 0;
  JournalPosition journal_position;
  std::optional<OutputId> id;
  CompanyId company_id;
  UserId user_id;
  std::string correlation_id;
  bool operator==(const RiskAction&) const = default;
};

enum class Severity : std::uint8_t { unspecified, low, medium, high, critical };

/// Something a person must know. Account currency; absent where it means nothing.
struct RiskAlert {
  std::string alert_id;
  std::string type; ///< stable upper-case word
  Severity severity = Severity::unspecified;
  std::string title;
  std::string description;
  std::optional<double> portfolio_value;
  std::optional<double> daily_pnl;
  std::optional<double> drawdown_pct;
  std::optional<double> var_amount;
  std::string recommended_action;
  TimeMs created_at_ms = 0;
  JournalPosition journal_position;
  std::optional<OutputId> id;
  CompanyId company_id;
  UserId user_id;
  std::string correlation_id;
  bool operator==(const RiskAlert&) const = default;
};

/// A tenant's book as a decision left it. Stands in no journal: it follows from the answer.
struct RiskMetrics {
  CompanyId company_id;
  UserId user_id;
  PortfolioRisk portfolio_risk;
  std::string view_id; ///< the prices that it was measured by
  TimeMs decided_at_ms = 0;
  std::optional<JournalPosition> journal_position;
  std::string correlation_id; ///< of the batch
  bool operator==(const RiskMetrics&) const = default;
};
/// Nothing where the book could not be measured.
std::optional<RiskMetrics> metrics_of(const RiskAssessmentBatch& answer);

/// Whom what happens to an entity ("company/user") is told: nobody in particular for the system, or what is no entity.
TenantId addressee_of(std::string_view entity);

/// The action and the alerts that an event is to the outside, all but their place and whom they concern.
std::optional<RiskAction> action_of(const TenantEvent& event);
std::vector<RiskAlert> alerts_of(const TenantEvent& event);

/// What an approval permits, all but where it stands and for whom. Malformed where the two disagree: an assessment of
/// another signal, one that does not approve, one without a size.
/// @param decided with `approved`. @param assessment of the same record.
Result<ApprovedSignal> approved_signal(const SignalDecided& decided, const RiskAssessment& assessment);

} // namespace riskcluster
