#pragma once
// Answers, field by field, as codec_fields.hpp visits them. Private to messages/codec_*.cpp,
// which include the generated headers of risk/ before it.

#include "messages/codec_fields.hpp"
#include "messages/position_fields.hpp"
#include "tenant/outputs.hpp"

namespace riskcluster {

static_assert(static_cast<int>(Outcome::pass) == risk::LimitCheck::PASS);
static_assert(static_cast<int>(Outcome::reduced) == risk::LimitCheck::REDUCED);
static_assert(static_cast<int>(Outcome::rejected) == risk::LimitCheck::REJECTED);
static_assert(static_cast<int>(Outcome::not_evaluated) == risk::LimitCheck::NOT_EVALUATED);
static_assert(static_cast<int>(ApprovalStatus::approved) == risk::RiskAssessment::APPROVED);
static_assert(static_cast<int>(ApprovalStatus::reduced) == risk::RiskAssessment::REDUCED);
static_assert(static_cast<int>(Side::buy) == trading::TradingSignal::BUY);

template <class V>
void fields(V& v, Domain<V, NamedValue>& d, Wire<V, risk::NamedValue>& p) {
  FIELD(name);
  FIELD(value);
}

template <class V>
void fields(V& v, Domain<V, LimitCheck>& d, Wire<V, risk::LimitCheck>& p) {
  FIELD(name);
  FIELD_OPTIONAL(value);
  FIELD_OPTIONAL(limit);
  FIELD(unit);
  FIELD_ENUM(outcome, risk::LimitCheck::Outcome_MAX, Outcome::warning);
  FIELD_OPTIONAL(allowed_size);
  FIELD(source);
  FIELD(message);
}

template <class V>
void fields(V& v, Domain<V, KellyAnswer>& d, Wire<V, risk::KellyCriterion>& p) {
  FIELD(kelly_percentage);
  FIELD_OPTIONAL(position_size);
  FIELD(confidence_level);
  FIELD(absent_reason);
  FIELD(full_kelly);
  FIELD(win_loss_ratio);
  FIELD(own_statistics);
}

template <class V>
void fields(V& v, Domain<V, FixedFractionalAnswer>& d, Wire<V, risk::FixedFractional>& p) {
  FIELD_OPTIONAL(position_size);
  FIELD(absent_reason);
  FIELD(stop_distance);
}

template <class V>
void fields(V& v, Domain<V, VolatilityBasedAnswer>& d, Wire<V, risk::VolatilityBased>& p) {
  FIELD_OPTIONAL(position_size);
  FIELD(absent_reason);
  FIELD(symbol_volatility);
  FIELD(target_volatility);
  FIELD(volatility_ratio);
  FIELD(data_source);
}

template <class V>
void fields(V& v, Domain<V, RiskParityAnswer>& d, Wire<V, risk::RiskParity>& p) {
  FIELD_OPTIONAL(position_size);
  FIELD(absent_reason);
}

template <class V>
void fields(V& v, Domain<V, VolatilityBudgetAnswer>& d, Wire<V, risk::VolatilityBudget>& p) {
  FIELD_OPTIONAL(position_size);
  FIELD(absent_reason);
  FIELD(kelly_multiplier);
}

template <class V>
void fields(V& v, Domain<V, PositionSizing>& d, Wire<V, risk::PositionSizing>& p) {
  FIELD(symbol);
  FIELD_MESSAGE(kelly_criterion);
  FIELD_MESSAGE(fixed_fractional);
  FIELD_MESSAGE(volatility_based);
  FIELD_MESSAGE(risk_parity);
  FIELD_MESSAGE(volatility_budget);
  FIELD(recommended_size);
  FIELD(final_size);
  FIELD(final_quantity);
  FIELD(method_used);
  FIELD(closing_size);
  FIELD(closing_quantity);
  FIELD(valuation_price);
  FIELD(performance_factor);
  FIELD(volatility_adjustment);
  FIELD(sized_notional);
}

template <class V>
void fields(V& v, Domain<V, VarCalculation>& d, Wire<V, risk::VaRCalculation>& p) {
  FIELD(symbol);
  FIELD(position_size);
  FIELD(historical_var_95);
  FIELD(parametric_var_95);
  FIELD(monte_carlo_var_95);
  FIELD(expected_shortfall_95);
  FIELD(portfolio_var_impact);
  FIELD(exceeds_var_limit);
  FIELD(confidence);
  FIELD(horizon_days);
  FIELD(observations);
  FIELD(monte_carlo_paths);
  FIELD(monte_carlo_standard_error);
}

template <class V>
void fields(V& v, Domain<V, CorrelationMatrix>& d, Wire<V, risk::CorrelationMatrix>& p) {
  FIELD_VALUES(symbols);
  FIELD_VALUES(values);
}

template <class V>
void fields(V& v, Domain<V, CorrelationRisk>& d, Wire<V, risk::CorrelationRisk>& p) {
  FIELD(max_signed_correlation);
  FIELD_VALUES(group);
  FIELD(group_exposure_pct);
}

template <class V>
void fields(V& v, Domain<V, DrawdownAnalysis>& d, Wire<V, risk::DrawdownAnalysis>& p) {
  FIELD(status);
  FIELD(size_factor);
}

template <class V>
void fields(V& v, Domain<V, RiskAssessment>& d, Wire<V, risk::RiskAssessment>& p) {
  FIELD(signal_id);
  FIELD(symbol);
  FIELD_ENUM(side, trading::TradingSignal::Side_MAX, Side::sell);
  FIELD(correlation_id);
  FIELD_ENUM(approval_status, risk::RiskAssessment::ApprovalStatus_MAX, ApprovalStatus::rejected);
  FIELD(rejection_reason);
  FIELD(reason_code);
  FIELD_OPTIONAL_MESSAGE(position_sizing);
  FIELD_OPTIONAL_MESSAGE(var_analysis);
  FIELD_OPTIONAL_MESSAGE(correlation_risk);
  FIELD_OPTIONAL_MESSAGE(drawdown_analysis);
  FIELD_LIST(checks);
  FIELD_VALUES(risk_adjustments);
  FIELD(overall_risk_score);
  FIELD_OPTIONAL(adjusted_stop_loss);
  FIELD_OPTIONAL(expires_at_ms);
  FIELD(data_source);
}

template <class V>
void fields(V& v, Domain<V, ConcentrationRisk>& d, Wire<V, risk::ConcentrationRisk>& p) {
  FIELD(hhi_index);
  FIELD(max_position_weight);
  FIELD(max_currency_exposure_pct);
  FIELD(exceeds_position_limit);
  FIELD(exceeds_currency_limit);
}

template <class V>
void fields(V& v, Domain<V, ExposureAnalysis>& d, Wire<V, risk::ExposureAnalysis>& p) {
  FIELD_LIST(by_currency);
  FIELD_LIST(by_sector);
  FIELD_LIST(by_asset_class);
}

template <class V>
void fields(V& v, Domain<V, PortfolioRisk>& d, Wire<V, risk::PortfolioRisk>& p) {
  FIELD(current_exposure);
  FIELD(current_var);
  FIELD(projected_exposure);
  FIELD(projected_var);
  FIELD_LIST(component_var);
  FIELD_MESSAGE(correlation_analysis);
  FIELD_MESSAGE(concentration_risk);
  FIELD_MESSAGE(exposure_analysis);
  FIELD(risk_limit_compliance);
  FIELD(overall_risk_score);
  FIELD(equity);
}

template <class V>
void fields(V& v, Domain<V, PerformanceMetrics>& d, Wire<V, risk::PerformanceMetrics>& p) {
  FIELD(calculation_time_ms);
}

template <class V>
void fields(V& v, Domain<V, RiskAssessmentBatch>& d, Wire<V, risk::RiskAssessmentBatch>& p) {
  FIELD(batch_id);
  FIELD(company_id);
  FIELD(user_id);
  FIELD(correlation_id);
  FIELD_LIST(assessments);
  FIELD_OPTIONAL_MESSAGE(portfolio_risk);
  FIELD_OPTIONAL_MESSAGE(performance_metrics);
  FIELD_OPTIONAL_MESSAGE(journal_position);
  FIELD(view_id);
  FIELD(seed);
  FIELD(decided_at_ms);
  FIELD(refusal);
  FIELD(refusal_reason);
  FIELD_OPTIONAL_MESSAGE(id);
}

template <class V>
void fields(V& v, Domain<V, RiskMetrics>& d, Wire<V, risk::RiskMetrics>& p) {
  FIELD(company_id);
  FIELD(user_id);
  FIELD_MESSAGE(portfolio_risk);
  FIELD(view_id);
  FIELD(decided_at_ms);
  FIELD_OPTIONAL_MESSAGE(journal_position);
  FIELD(correlation_id);
}

} // namespace riskcluster
