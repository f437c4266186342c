#pragma once
// Between what was judged and what is written: events as journal entries, and recorded answers read again.

#include <string>
#include <vector>

#include "core/result.hpp"
#include "journal/journal.hpp"
#include "messages/message_types.hpp"

namespace riskcluster {

JournalEntries entries_of(const std::string& entity, const std::vector<TenantEvent>& events);

/// Puts the answer's bytes into its decision and makes all events bytes.
Judged seal(const std::string& entity, Candidate candidate);

/// The answers that the records hold, with their positions. Error: malformed, when one is of another entity, or no
/// decision.
Result<std::vector<RiskAssessmentBatch>> recorded_answers(const std::string& entity,
                                                          const std::vector<JournalRecord>& records);

/// Of each signal, its assessment in the answer of the same place.
std::vector<PriorAnswer> answers_to(const std::vector<SignalId>& ids, const std::vector<RiskAssessmentBatch>& answers);

/// The stable word for a failure.
const char* refusal_code(Errc code);

/// What a sender gets when nothing was decided because of `error`.
RiskAssessmentBatch refusal(const SignalBatch& batch, const Error& error);

} // namespace riskcluster
