#pragma once
// What a committed record says to the outside. A decision says the same whenever it is asked, so that nothing that is
// published depends on an actor's life. Bytes are made in messages/codec_outputs.

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "tenant/assessment.hpp"
#include "tenant/event.hpp"

namespace riskcluster {

enum class OutputKind : std::uint8_t { approved, assessment, action, alert };
std::string_view name(OutputKind kind);

/// One message for the destinations of its kind, about one tenant.
struct Output {
  OutputId id;
  OutputKind kind = OutputKind::assessment;
  TenantId tenant;
  std::string bytes; ///< protobuf: ApprovedSignal, RiskAssessmentBatch
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

/// What an approval permits, all but where it stands and for whom. Malformed where the two disagree: an assessment of
/// another signal, one that does not approve, one without a size.
/// @param decided with `approved`. @param assessment of the same record.
Result<ApprovedSignal> approved_signal(const SignalDecided& decided, const RiskAssessment& assessment);

} // namespace riskcluster
