#include <doctest/doctest.h>

#include "support/tenant.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

const MarketViewPtr& market() {
  static const MarketViewPtr view = view_of(usual_symbols());
  return view;
}

/// A company whose VaR limit binds, so that each answer depends on the approvals before it.
CompanySetup tight() {
  CompanySetup company = generous();
  with(company.limits, LimitId::max_daily_var, 150);
  with(company.limits, LimitId::message_burst, 1'000);
  return company;
}

SignalBatch batch_of(const TenantState& state, int signals) {
  SignalBatch batch{.batch_id = BatchId{"large"},
                    .company_id = state.id.company,
                    .user_id = state.id.user,
                    .strategy_id = StrategyId{"fallback"},
                    .correlation_id = "c1",
                    .source = SourceId{"engine"},
                    .sequence = 1,
                    .created_at_ms = noon_ms};
  const std::string symbols[] = {"EURUSD", "GBPUSD", "USDJPY", "EURJPY", "US30", "XAUUSD"};
  for (int i = 0; i < signals; ++i) {
    const Side side = i % 3 == 2 ? Side::sell : Side::buy;
    batch.trading_signals.push_back(
        order(side, symbols[i % 6], 3'000 + 100 * i, "s" + std::to_string(i % (signals - 2))));
  }
  return batch;
}

} // namespace

TEST_CASE("a batch judged step by step, others between its steps on the same scratch, is judged as in one go") {
  Desk desk{market(), tenant(SubscriptionTier::enterprise), tight()};
  TradingSignal brief = order(Side::buy, "EURUSD", 500, "brief");
  brief.expires_at_ms = noon_ms;
  desk.send(brief, noon_ms - minute_ms);
  Desk other{view_of(usual_symbols(), 280, 2), tenant(SubscriptionTier::enterprise), tight()};
  SignalBatch batch = batch_of(desk.state, 50);
  batch.trading_signals[3].fault = "entry_price: not a finite number";
  batch.trading_signals[4].strategy_id = {};
  const PriorAnswer prior{SignalId{"s7"}, {.signal_id = SignalId{"s7"}, .reason_code = "AS_BEFORE"}};

  AssessScratch own, shared;
  const Candidate at_once = assess(desk.state, batch, desk.view(), noon_ms, {&prior, 1}, own);
  Assessment assessment{desk.state, batch, desk.view(), noon_ms, {&prior, 1}, shared};
  int steps = 1;
  for (; assessment.step(); ++steps) assess(other.state, batch_of(other.state, 3), other.view(), noon_ms, {}, shared);
  const Candidate by_steps = assessment.finish();

  CHECK(steps == 50);
  CHECK(by_steps.answer == at_once.answer);
  CHECK(by_steps.events == at_once.events);
  // Not vacuous: an expiry, an answer of before, a fault, cuts by the projected book, and the same id twice.
  const auto& answers = by_steps.answer.assessments;
  CHECK(std::holds_alternative<ReservationExpired>(by_steps.events.front().fact));
  CHECK(answers[7].reason_code == "AS_BEFORE");
  CHECK(answers[3].reason_code == "INVALID_SIGNAL");
  CHECK(answers[48] == answers[0]);
  CHECK(std::count_if(answers.begin(), answers.end(), [](const auto& a) { return a.reason_code == "VAR_LIMIT"; }) > 5);
}

TEST_CASE("a step says whether more signals are left, and one too many does nothing") {
  Desk desk{market()};
  const SignalBatch batch = batch_of(desk.state, 5);
  AssessScratch scratch;
  Assessment assessment{desk.state, batch, desk.view(), noon_ms, {}, scratch};
  for (int i = 0; i < 4; ++i) CHECK(assessment.step());
  CHECK_FALSE(assessment.step());
  CHECK_FALSE(assessment.step());
  CHECK(assessment.finish().answer.assessments.size() == 5);
}

TEST_CASE("a batch without a token has no steps, and its refusal is there at once") {
  Desk desk{market()};
  desk.state.tokens = {.tokens = 0, .at = noon_ms};
  const SignalBatch batch = batch_of(desk.state, 5);
  AssessScratch scratch;
  Assessment assessment{desk.state, batch, desk.view(), noon_ms, {}, scratch};
  CHECK_FALSE(assessment.step());
  const Candidate candidate = assessment.finish();
  CHECK(candidate.answer.refusal == "RATE_LIMIT");
  CHECK(candidate.answer.assessments.size() == 5);
  CHECK(candidate.events.empty());
}
