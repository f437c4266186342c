#pragma once
// The judgement of a batch: signals in order, each on the book as projected by the approvals before it.

#include <span>

#include "market/market_view.hpp"
#include "portfolio/book_risk.hpp"
#include "tenant/assessment.hpp"
#include "tenant/repeats.hpp"
#include "tenant/signal_batch.hpp"
#include "tenant/state.hpp"

namespace riskcluster {

/// What a worker keeps between calls, so that the hot loop allocates little.
using AssessScratch = BookRiskScratch;

/// A signal that was decided in an earlier batch, with its answer from the journal.
struct PriorAnswer {
  SignalId signal_id;
  RiskAssessment assessment;
};

/// What is to be appended to the journal, and what is to be answered when it is durable.
/// events: expirations, then one BatchDecided whose `answer` is still empty (bytes are made outside).
/// A refusal at admission has no events.
struct Candidate {
  std::vector<TenantEvent> events;
  RiskAssessmentBatch answer;
};

/// The signals of a batch that were decided before, and where.
struct RepeatedSignal {
  SignalId signal_id;
  SequenceNumber n;
};
std::vector<RepeatedSignal> repeated_signals(const TenantState& state, const SignalBatch& batch);

/// Pure. Every signal gets one assessment with one row per control, whatever is wrong with it.
/// @param batch fresh by admit(), with no batch-level fault. @param now >= state.last_at_ms.
/// @param prior answers of repeated_signals(). @param scratch of the calling thread.
Candidate assess(const TenantState& state, const SignalBatch& batch, const MarketView& view, TimeMs now,
                 std::span<const PriorAnswer> prior, AssessScratch& scratch);

/// The answer to a batch that is not judged: every signal REJECTED with this reason.
RiskAssessmentBatch refuse(const SignalBatch& batch, std::string_view reason_code, std::string_view reason, TimeMs now);

} // namespace riskcluster
