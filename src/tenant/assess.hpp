#pragma once
// The judgement of a batch: signals in order, each on the book as projected by the approvals before it.

#include <memory>
#include <span>

#include "market/market_view.hpp"
#include "portfolio/book_risk.hpp"
#include "tenant/assessment.hpp"
#include "tenant/policy.hpp"
#include "tenant/repeats.hpp"
#include "tenant/signal_batch.hpp"
#include "tenant/state.hpp"

namespace riskcluster {

/// What a worker keeps between calls, so that the hot loop allocates little.
using AssessScratch = BookRiskScratch;

/// How far a tenant is trusted with risk.
enum class Standing : std::uint8_t {
  normal,
  reduce_only,   ///< quarantined: its calculations failed again and again. Closings go through, nothing opens.
  outputs_lag,   ///< nobody hears in time what is approved: the same, until the outputs have caught up
  policy_unknown ///< what the company or the system has halted cannot be read: the same
};

/// What limits a judgement besides the tenant's own state.
struct Restrictions {
  Restrictions(Standing standing_now = Standing::normal, Above above_now = {})
      : standing{standing_now}, above{std::move(above_now)} {}
  Standing standing;
  Above above;
  bool operator==(const Restrictions&) const = default;
};

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

InputOrigin origin_of(const SignalBatch& batch);

/// The signals of a batch that were decided before, and where.
struct RepeatedSignal {
  SignalId signal_id;
  SequenceNumber n;
};
std::vector<RepeatedSignal> repeated_signals(const TenantState& state, const SignalBatch& batch);

struct BatchContext;

/// A batch on its way through the judgement, one signal at a time, so that a large one holds no thread for long.
/// Every signal gets one assessment with one row per control, whatever is wrong with it. An exception in a signal's
/// calculation is that signal's rejection; one of the book as a whole goes to the caller, after which this is of no
/// more use: see internal_error().
///
/// Refers to all that it is given. The caller owns it, keeps it unchanged and in place until this is gone, and lets
/// one thread at a time in here. The scratch holds nothing between two calls: others may use it meanwhile.
class Assessment {
public:
  /// @param batch fresh by admit(), with no batch-level fault. @param now >= state.last_at_ms.
  /// @param prior answers of repeated_signals().
  Assessment(const TenantState& state, const SignalBatch& batch, const MarketView& view, TimeMs now,
             std::span<const PriorAnswer> prior, AssessScratch& scratch, Restrictions restrictions = {});
  ~Assessment();
  Assessment(const Assessment&) = delete;
  Assessment& operator=(const Assessment&) = delete;

  /// Judges the next signal, if one is left. @returns whether there are more after it.
  bool step();
  /// What came out. Once, when no signal is left.
  Candidate finish();

private:
  const SignalBatch& batch_;
  std::span<const PriorAnswer> prior_;
  std::unique_ptr<BatchContext> context_; ///< absent when the whole batch was refused
  Candidate candidate_;
  std::size_t next_ = 0; ///< signal to judge
  bool measured_ = false;
  double exposure_before_ = 0;
  double var_before_ = 0;
  bool finished_ = false;
};

/// All steps at once: a pure function of its arguments, which are those of Assessment.
Candidate assess(const TenantState& state, const SignalBatch& batch, const MarketView& view, TimeMs now,
                 std::span<const PriorAnswer> prior, AssessScratch& scratch, Restrictions restrictions = {});

/// The journaled rejection of a fresh batch that cannot be calculated at all: what is due expires, the sequence is
/// used, every signal is REJECTED, INTERNAL_ERROR. Costs no token, and the signals may come again in another batch.
/// @param why for the answers; nothing of another tenant.
Candidate internal_error(const TenantState& state, const SignalBatch& batch, TimeMs now, std::string_view why);

/// The answer to a batch that is not judged: every signal REJECTED with this reason.
RiskAssessmentBatch refuse(const SignalBatch& batch, std::string_view reason_code, std::string_view reason, TimeMs now);

} // namespace riskcluster
