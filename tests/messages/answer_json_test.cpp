#include <limits>

#include <doctest/doctest.h>

#include "messages/codec_risk.hpp"

using namespace riskcluster;

namespace {

RiskAssessmentBatch answer() {
  RiskAssessment assessment;
  assessment.signal_id = SignalId{"s1"};
  assessment.side = Side::sell;
  assessment.approval_status = ApprovalStatus::reduced;
  assessment.checks = {{.name = "daily_var", .value = 0.0, .unit = "account", .outcome = Outcome::not_evaluated}};
  RiskAssessmentBatch batch;
  batch.batch_id = BatchId{"b1"};
  batch.seed = 7;
  batch.assessments = {assessment};
  return batch;
}

} // namespace

TEST_CASE("a reply is the answer and how long it took") {
  const auto of = [](std::string text) { return *decode_answer_json(text); };
  RiskAssessmentBatch expected = answer();
  expected.performance_metrics = PerformanceMetrics{0.25};
  CHECK(of(encode_reply_json(answer(), {0.25})) == expected);
  CHECK(*decode_answer_bytes(encode_reply_bytes(answer(), {0.25})) == expected);
}

TEST_CASE("an answer prints proto names and defaults, enums by name, 64-bit integers as strings, absent fields not") {
  CHECK(
      encode_answer_json(answer()) ==
      R"({"batch_id":"b1","company_id":"","user_id":"","correlation_id":"","assessments":[{"signal_id":"s1",)"
      R"("symbol":"","side":"SELL","correlation_id":"","approval_status":"REDUCED","rejection_reason":"",)"
      R"("reason_code":"","checks":[{"name":"daily_var","value":0,"unit":"account","outcome":"NOT_EVALUATED",)"
      R"("source":"","message":""}],"risk_adjustments":[],"overall_risk_score":0,"data_source":""}],"view_id":"","seed":"7",)"
      R"("decided_at_ms":"0","refusal":"","refusal_reason":""})");
}

TEST_CASE("the same answer gives the same bytes and the same text") {
  CHECK(encode_answer_bytes(answer()) == encode_answer_bytes(answer()));
  CHECK(encode_answer_json(answer()) == encode_answer_json(answer()));
}

TEST_CASE("an answer with an unknown enum number or a non-finite number is an error with its path") {
  auto bad = answer();
  bad.assessments[0].checks[0].outcome = static_cast<Outcome>(77);
  auto decoded = decode_answer_bytes(encode_answer_bytes(bad));
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().message == "assessments[0].checks[0].outcome: unknown enum number 77");
  bad = answer();
  bad.assessments[0].checks[0].limit = std::numeric_limits<double>::quiet_NaN();
  decoded = decode_answer_bytes(encode_answer_bytes(bad));
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().message == "assessments[0].checks[0].limit: not a finite number");
}

TEST_CASE("a sizing prints every method and why one is absent") {
  PositionSizing sizing;
  sizing.symbol = Symbol{"EURUSD"};
  sizing.kelly_criterion.position_size = 1250.5;
  sizing.risk_parity.absent_reason = "no model";
  const auto text = encode_sizing_json(sizing);
  CHECK(text.find(R"("kelly_criterion":{"kelly_percentage":0,"position_size":1250.5,)") != std::string::npos);
  CHECK(text.find(R"("risk_parity":{"absent_reason":"no model"})") != std::string::npos);
  CHECK(text.find(R"("volatility_budget":{"absent_reason":"","kelly_multiplier":0})") != std::string::npos);
}
