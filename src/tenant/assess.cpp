#include "tenant/assess.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/check.hpp"
#include "portfolio/exposure.hpp"
#include "tenant/decide.hpp"
#include "tenant/judgement.hpp"

namespace riskcluster {

namespace {

/// What this batch already decided, or an earlier one did.
const RiskAssessment* known_answer(const TradingSignal& signal, std::span<const PriorAnswer> prior,
                                   const std::vector<RiskAssessment>& earlier) {
  if (signal.signal_id.empty()) return nullptr;
  for (const auto& answer : earlier)
    if (answer.signal_id == signal.signal_id) return &answer;
  for (const auto& answer : prior)
    if (answer.signal_id == signal.signal_id) return &answer.assessment;
  return nullptr;
}

Book book_of(const TenantState& state, const MarketView& view, const std::vector<Reservation>& reservations) {
  return {view, state.currency, state.balance, class_leverages(state.limits), state.positions, reservations};
}

BatchContext context_of(const TenantState& state, const MarketView& view, TimeMs now, double tokens,
                        AssessScratch& scratch, Restrictions restrictions) {
  std::vector<Reservation> open;
  for (const auto& reservation : state.reservations)
    if (reservation.expires_at > now) open.push_back(reservation);
  Book book = book_of(state, view, open);
  return {.state = state,
          .view = view,
          .now = now,
          .reservations = std::move(open),
          .book = std::move(book),
          .risk = {},
          .scratch = scratch,
          .tokens = tokens,
          .restrictions = std::move(restrictions),
          .decided = {}};
}

/// An exception in one signal's calculation is that signal's rejection; the book is made again from what was approved.
SignalDecided judge_safely(BatchContext& context, const TradingSignal& signal, RiskAssessment& answer,
                           const std::string& correlation_id) {
  const auto approved = context.reservations.size();
  const double tokens = context.tokens;
  try {
    return judge(context, signal, answer);
  } catch (const std::exception& error) {
    context.reservations.resize(approved);
    context.tokens = tokens;
    context.book = book_of(context.state, context.view, context.reservations);
    context.risk.reset();
    auto source = std::move(answer.data_source);
    answer = refused_assessment(signal, correlation_id, "INTERNAL_ERROR", error.what());
    answer.data_source = std::move(source);
    return undecided(signal);
  }
}

void record_market(const BatchContext& context, BatchDecided& decided) {
  for (const auto& line : context.book.lines()) {
    decided.marks.push_back({line.symbol, line.view->quote.price});
    for (const auto* currency : {&line.view->instrument.quote, &line.view->instrument.base}) {
      const auto known = [&](const ConversionUsed& used) { return used.currency == *currency; };
      if (currency->empty() || std::any_of(decided.fx_rates.begin(), decided.fx_rates.end(), known)) continue;
      if (const auto rate = context.view.fx(*currency, context.state.currency))
        decided.fx_rates.push_back({*currency, rate->rate});
    }
  }
}

} // namespace

InputOrigin origin_of(const SignalBatch& batch) {
  return {InputKind::batch, batch.batch_id.value, batch.source, batch.sequence};
}

std::vector<RepeatedSignal> repeated_signals(const TenantState& state, const SignalBatch& batch) {
  std::vector<RepeatedSignal> repeated;
  for (const auto& signal : batch.trading_signals)
    if (!signal.signal_id.empty())
      if (const auto n = decided_at(state, signal.signal_id)) repeated.push_back({signal.signal_id, *n});
  return repeated;
}

Assessment::Assessment(const TenantState& state, const SignalBatch& batch, const MarketView& view, TimeMs now,
                       std::span<const PriorAnswer> prior, AssessScratch& scratch, Restrictions restrictions)
    : batch_{batch}, prior_{prior} {
  const double tokens = tokens_at(state.tokens, state.limits[LimitId::message_rate_per_s].value,
                                  state.limits[LimitId::message_burst].value, now);
  if (tokens < 1) {
    candidate_.answer = refuse(batch, "RATE_LIMIT", "the tenant's message rate is used up; nothing was decided", now);
    return;
  }
  candidate_ = {.events = expirations(state, now), .answer = blank_answer(batch, now)};
  candidate_.answer.view_id = view.id();
  candidate_.answer.seed = view.seed();
  candidate_.answer.assessments.reserve(batch.trading_signals.size());
  context_ = std::make_unique<BatchContext>(context_of(state, view, now, tokens, scratch, std::move(restrictions)));
  measured_ = context_->measure();
  exposure_before_ = exposure_of(context_->book).gross;
  var_before_ = measured_ ? context_->risk->var() : 0;
}

Assessment::~Assessment() = default;

bool Assessment::step() {
  const auto& signals = batch_.trading_signals;
  if (!context_ || next_ == signals.size()) return false;
  const TradingSignal& sent = signals[next_++];
  auto& assessments = candidate_.answer.assessments;
  if (const auto* known = known_answer(sent, prior_, assessments)) {
    assessments.push_back(*known);
  } else {
    TradingSignal named = sent;
    if (named.strategy_id.empty()) named.strategy_id = batch_.strategy_id;
    RiskAssessment& assessment = assessments.emplace_back();
    assessment.correlation_id = batch_.correlation_id;
    context_->decided.push_back(judge_safely(*context_, named, assessment, batch_.correlation_id));
  }
  return next_ < signals.size();
}

Candidate Assessment::finish() {
  check(!std::exchange(finished_, true), "an assessment ends once");
  if (!context_) return std::move(candidate_);
  check(next_ == batch_.trading_signals.size(), "an assessment ends when every signal was judged");
  RiskAssessmentBatch& answer = candidate_.answer;
  if (measured_ && context_->measure())
    answer.portfolio_risk = portfolio_risk(*context_, exposure_before_, var_before_);
  BatchDecided decided{.batch_id = batch_.batch_id,
                       .source = batch_.source,
                       .sequence = batch_.sequence,
                       .view_id = answer.view_id,
                       .seed = answer.seed,
                       .signals = std::move(context_->decided),
                       .gap = gap_before(context_->state, origin_of(batch_))};
  record_market(*context_, decided);
  candidate_.events.push_back({context_->now, std::move(decided), batch_.trace()});
  return std::move(candidate_);
}

Candidate assess(const TenantState& state, const SignalBatch& batch, const MarketView& view, TimeMs now,
                 std::span<const PriorAnswer> prior, AssessScratch& scratch, Restrictions restrictions) {
  Assessment assessment{state, batch, view, now, prior, scratch, std::move(restrictions)};
  while (assessment.step()) {
  }
  return assessment.finish();
}

} // namespace riskcluster
