#include "tenant/assess.hpp"

#include <algorithm>
#include <exception>

#include "portfolio/exposure.hpp"
#include "tenant/decide.hpp"
#include "tenant/judgement.hpp"

namespace riskcluster {

namespace {

RiskAssessmentBatch blank_answer(const SignalBatch& batch, TimeMs now) {
  return {.batch_id = batch.batch_id,
          .company_id = batch.company_id,
          .user_id = batch.user_id,
          .correlation_id = batch.correlation_id,
          .decided_at_ms = now};
}

RiskAssessment refused_assessment(const TradingSignal& signal, const std::string& correlation_id,
                                  std::string_view reason_code, std::string_view reason) {
  RiskAssessment answer{.signal_id = signal.signal_id,
                        .symbol = signal.symbol,
                        .side = signal.side,
                        .correlation_id = correlation_id,
                        .rejection_reason = std::string{reason},
                        .reason_code = std::string{reason_code}};
  for (const auto& control : controls)
    answer.checks.push_back({.name = std::string{control.name}, .unit = std::string{control.unit}});
  return answer;
}

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
    answer = refused_assessment(signal, correlation_id, "INTERNAL_ERROR", error.what());
    return {.signal_id = is_valid_id(signal.signal_id.value) ? signal.signal_id : SignalId{}, .symbol = signal.symbol};
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

std::vector<RepeatedSignal> repeated_signals(const TenantState& state, const SignalBatch& batch) {
  std::vector<RepeatedSignal> repeated;
  for (const auto& signal : batch.trading_signals)
    if (!signal.signal_id.empty())
      if (const auto n = decided_at(state, signal.signal_id)) repeated.push_back({signal.signal_id, *n});
  return repeated;
}

RiskAssessmentBatch refuse(const SignalBatch& batch, std::string_view reason_code, std::string_view reason,
                           TimeMs now) {
  RiskAssessmentBatch answer = blank_answer(batch, now);
  answer.refusal = reason_code;
  answer.refusal_reason = reason;
  for (const auto& signal : batch.trading_signals)
    answer.assessments.push_back(refused_assessment(signal, batch.correlation_id, reason_code, reason));
  return answer;
}

Candidate assess(const TenantState& state, const SignalBatch& batch, const MarketView& view, TimeMs now,
                 std::span<const PriorAnswer> prior, AssessScratch& scratch) {
  const double tokens = tokens_at(state.tokens, state.limits[LimitId::message_rate_per_s].value,
                                  state.limits[LimitId::message_burst].value, now);
  if (tokens < 1)
    return {{}, refuse(batch, "RATE_LIMIT", "the tenant's message rate is used up; nothing was decided", now)};

  Candidate candidate{.events = expirations(state, now), .answer = blank_answer(batch, now)};
  std::vector<Reservation> open;
  for (const auto& reservation : state.reservations)
    if (reservation.expires_at > now) open.push_back(reservation);
  Book book = book_of(state, view, open);
  BatchContext context{.state = state,
                       .view = view,
                       .now = now,
                       .reservations = std::move(open),
                       .book = std::move(book),
                       .risk = {},
                       .scratch = scratch,
                       .tokens = tokens,
                       .decided = {}};
  const bool measured = context.measure();
  const double exposure_before = exposure_of(context.book).gross;
  const double var_before = measured ? context.risk->var() : 0;

  RiskAssessmentBatch& answer = candidate.answer;
  answer.view_id = view.id();
  answer.seed = view.seed();
  answer.assessments.reserve(batch.trading_signals.size());
  for (const auto& sent : batch.trading_signals) {
    if (const auto* known = known_answer(sent, prior, answer.assessments)) {
      answer.assessments.push_back(*known);
      continue;
    }
    TradingSignal named = sent;
    if (named.strategy_id.empty()) named.strategy_id = batch.strategy_id;
    RiskAssessment& assessment = answer.assessments.emplace_back();
    assessment.correlation_id = batch.correlation_id;
    context.decided.push_back(judge_safely(context, named, assessment, batch.correlation_id));
  }
  if (measured && context.measure()) answer.portfolio_risk = portfolio_risk(context, exposure_before, var_before);

  BatchDecided decided{.batch_id = batch.batch_id,
                       .source = batch.source,
                       .sequence = batch.sequence,
                       .view_id = view.id(),
                       .seed = view.seed(),
                       .signals = std::move(context.decided)};
  record_market(context, decided);
  candidate.events.push_back({now, std::move(decided)});
  return candidate;
}

} // namespace riskcluster
