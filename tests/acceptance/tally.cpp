#include "acceptance/tally.hpp"

#include <algorithm>

#include "messages/codec_risk.hpp"

namespace riskcluster::acceptance {

namespace {

/// Codes that say more than the control's own.
const std::map<std::string, std::string> exact_codes = {{"SIGNAL_EXPIRED", "signal"},
                                                        {"RATE_LIMIT", "message_rate"},
                                                        {"INSTRUMENT_NOT_ALLOWED", "instrument"},
                                                        {"INSTRUMENT_DENIED", "instrument"},
                                                        {"UNKNOWN_CLASS", "instrument"},
                                                        {"INSUFFICIENT_HISTORY", "market_data"},
                                                        {"NO_MARKET_DATA", "market_data"},
                                                        {"INVALID_TARGET", "levels"},
                                                        {"NO_EDGE", "sizing"},
                                                        {"NO_SIZING_METHOD", "sizing"},
                                                        {"ZERO_SIZE", "sizing"},
                                                        {"BELOW_MIN_QUANTITY", "sizing"},
                                                        {"REDUCE_ONLY", "sizing"},
                                                        {"OPPOSITE_ORDER", "duplicate"},
                                                        {"TOO_MANY_ORDERS", "max_positions"},
                                                        {"UNKNOWN_TENANT", ""},
                                                        {"MALFORMED", ""},
                                                        {"SEQUENCE_CONFLICT", ""},
                                                        {"DUPLICATE_EXPIRED", ""},
                                                        {"TOO_MANY_SOURCES", ""}};

constexpr std::size_t faults_max = 20;

} // namespace

std::optional<std::string> control_of(const std::string& reason_code) {
  for (const auto& control : controls)
    if (control.reason_code == reason_code) return std::string{control.name};
  const auto exact = exact_codes.find(reason_code);
  if (exact == exact_codes.end()) return std::nullopt;
  return exact->second;
}

void Tally::batch_read(const SignalBatch& batch) {
  ++batches;
  current_ = batch;
  answers_due_ = 1;
  if (batch.is_fan_out())
    answers_due_ = static_cast<std::uint64_t>(std::count_if(tenants_.begin(), tenants_.end(), [&](const auto& tenant) {
      return std::find(tenant.strategies.begin(), tenant.strategies.end(), batch.strategy_id) !=
             tenant.strategies.end();
    }));
  asked += answers_due_ * batch.trading_signals.size();
}

void Tally::line_refused() {
  ++bad_lines;
  current_.reset();
}

Result<bool> Tally::line_done(const LineReader& reader) {
  ++lines;
  if (current_ && answers_due_ != 0 && faults.size() < faults_max)
    faults.push_back("line " + std::to_string(reader.line()) + ": an answer is missing");
  current_.reset();
  answers_due_ = 0;
  return true;
}

void Tally::answered(RiskAssessmentBatch& answer, Clock::time_point) {
  answer.performance_metrics.reset();
  digest_.add(encode_answer_json(answer));
  if (!current_) return; // the refusal of a line that could not be read
  const auto& asked_for = current_->trading_signals;
  bool matches =
      answers_due_ > 0 && answer.batch_id == current_->batch_id && answer.assessments.size() == asked_for.size();
  for (std::size_t i = 0; matches && i < asked_for.size(); ++i)
    matches = answer.assessments[i].signal_id == asked_for[i].signal_id;
  if (matches) {
    --answers_due_;
    decided += asked_for.size();
  } else if (faults.size() < faults_max) {
    faults.push_back("batch " + answer.batch_id.value + ": not one answer for each signal, in order");
  }
  for (const auto& assessment : answer.assessments) count(answer, assessment);
}

void Tally::count(const RiskAssessmentBatch& answer, const RiskAssessment& assessment) {
  if (answer.journal_position) {
    Hasher key;
    key.add(answer.company_id).add(answer.user_id).add(assessment.signal_id);
    if (!is_valid_id(assessment.signal_id.value)) key.add(answer.batch_id);
    if (!seen_.insert(key.digest().low64()).second) {
      ++repeats;
      return;
    }
  }
  ++by_status[static_cast<std::size_t>(assessment.approval_status)];
  for (const auto& row : assessment.checks) {
    by_control[row.name].rows_reduced += row.outcome == Outcome::reduced ? 1U : 0U;
    by_control[row.name].rows_rejected += row.outcome == Outcome::rejected ? 1U : 0U;
  }
  if (assessment.reason_code.empty()) return;
  const auto control = control_of(assessment.reason_code);
  if (!control && faults.size() < faults_max)
    faults.push_back("signal " + assessment.signal_id.value + ": " + assessment.reason_code + " is no control's");
  if (control && control->empty()) ++not_judged[assessment.reason_code];
  if (control && !control->empty()) ++by_control[*control].binding;
}

} // namespace riskcluster::acceptance
