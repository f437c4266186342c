// Answers without a judgement.

#include "tenant/decide.hpp"
#include "tenant/judgement.hpp"

namespace riskcluster {

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

SignalDecided undecided(const TradingSignal& signal) {
  return {.signal_id = is_valid_id(signal.signal_id.value) ? signal.signal_id : SignalId{}, .symbol = signal.symbol};
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

Candidate internal_error(const TenantState& state, const SignalBatch& batch, TimeMs now, std::string_view why) {
  Candidate candidate{.events = expirations(state, now), .answer = blank_answer(batch, now)};
  BatchDecided decided{.batch_id = batch.batch_id,
                       .source = batch.source,
                       .sequence = batch.sequence,
                       .gap = gap_before(state, origin_of(batch))};
  for (const auto& signal : batch.trading_signals) {
    candidate.answer.assessments.push_back(refused_assessment(signal, batch.correlation_id, "INTERNAL_ERROR", why));
    decided.signals.push_back(undecided(signal));
  }
  candidate.events.push_back({now, std::move(decided), batch.trace()});
  return candidate;
}

} // namespace riskcluster
