// A tenant whose calculations failed: what is still taken from it, and what is said when nothing can be calculated.

#include <doctest/doctest.h>

#include "support/tenant.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

const MarketViewPtr& market() {
  static const MarketViewPtr view = view_of(usual_symbols());
  return view;
}

/// Long 1,000 EURUSD.
Desk desk_of_one_position() {
  TenantSetup setup = tenant();
  setup.positions = {{Symbol{"EURUSD"}, 1'000, 1.08}};
  return Desk{market(), setup};
}

SignalBatch batch_of(const TenantState& state, std::vector<TradingSignal> signals) {
  return {.batch_id = BatchId{"q1"},
          .company_id = state.id.company,
          .user_id = state.id.user,
          .trading_signals = std::move(signals),
          .correlation_id = "c1",
          .source = SourceId{"engine"},
          .sequence = 7,
          .created_at_ms = noon_ms};
}

Candidate quarantined(const TenantState& state, std::vector<TradingSignal> signals) {
  AssessScratch scratch;
  return assess(state, batch_of(state, std::move(signals)), *market(), noon_ms, {}, scratch, Standing::reduce_only);
}

const BatchDecided& decision(const Candidate& candidate) {
  return std::get<BatchDecided>(candidate.events.back().fact);
}

} // namespace

TEST_CASE("in quarantine every opening part is refused by the halt, and every closing part goes through") {
  TradingSignal only_reduce = order(Side::sell, "GBPUSD", 500);
  only_reduce.reduce_only = true;
  TradingSignal faulty = order(Side::buy, "EURUSD", 500);
  faulty.confidence = 2;
  constexpr auto approved = ApprovalStatus::approved, reduced = ApprovalStatus::reduced,
                 rejected = ApprovalStatus::rejected;
  const struct {
    const char* rule;
    double closing;
    std::string_view reason;
    TradingSignal signal;
    ApprovalStatus status;
    Outcome halt;
  } table[] = {
      {"a new position", 0, "TENANT_QUARANTINED", order(Side::buy, "GBPUSD", 500), rejected, Outcome::rejected},
      {"of our own size", 0, "TENANT_QUARANTINED", order(Side::sell, "GBPUSD", {}), rejected, Outcome::rejected},
      {"an addition", 0, "TENANT_QUARANTINED", order(Side::buy, "EURUSD", 500), rejected, Outcome::rejected},
      {"before the gates", 0, "TENANT_QUARANTINED", order(Side::buy, "NOPE", 500), rejected, Outcome::rejected},
      {"a full close", -1'000, "", order(Side::sell, "EURUSD", {}), approved, Outcome::pass},
      {"half of it", -500, "", order(Side::sell, "EURUSD", 550), approved, Outcome::pass},
      {"a rounding beyond", -1'000, "", order(Side::sell, "EURUSD", 1'100.5), approved, Outcome::pass},
      {"a reversal", -1'000, "TENANT_QUARANTINED", order(Side::sell, "EURUSD", 2'500), reduced, Outcome::rejected},
      {"nothing to reduce", 0, "REDUCE_ONLY", only_reduce, rejected, Outcome::pass},
      {"malformed", 0, "INVALID_SIGNAL", faulty, rejected, Outcome::not_evaluated},
  };
  const Desk desk = desk_of_one_position();
  for (const auto& line : table) {
    CAPTURE(line.rule);
    const Candidate candidate = quarantined(desk.state, {line.signal});
    const auto& answer = candidate.answer.assessments.front();
    CHECK(answer.approval_status == line.status);
    CHECK(answer.reason_code == line.reason);
    CHECK(row(answer, ControlId::halt).outcome == line.halt);
    CHECK(row(answer, ControlId::halt).message.empty() == (line.halt == Outcome::not_evaluated));
    CHECK(row(answer, ControlId::instrument).outcome == Outcome::not_evaluated);
    const auto& decided = decision(candidate).signals.front();
    CHECK(decided.closing_quantity == line.closing);
    CHECK(decided.opening_quantity == 0);
    CHECK(decided.approved == (line.closing != 0));
  }
}

TEST_CASE("in quarantine no VaR is calculated: what failed must not stand in the way of a closing") {
  const Desk desk = desk_of_one_position();
  const auto answer = quarantined(desk.state, {order(Side::sell, "EURUSD", {})}).answer;
  CHECK_FALSE(answer.portfolio_risk);
  CHECK_FALSE(answer.assessments.front().var_analysis);
  CHECK(answer.view_id == market()->id());
}

TEST_CASE("a signal refused by the quarantine was judged: it costs a token, and its id is known") {
  Desk desk = desk_of_one_position();
  desk.commit(quarantined(desk.state, {order(Side::buy, "GBPUSD", 500)}).events);
  CHECK(desk.state.tokens.tokens == desk.state.limits[LimitId::message_burst].value - 1);
  CHECK(decided_at(desk.state, SignalId{"s1"}));
}

TEST_CASE("a batch that cannot be calculated is rejected signal by signal, with the reason") {
  const Desk desk = desk_of_one_position();
  const auto batch = batch_of(desk.state, {order(Side::sell, "EURUSD", {}, "a"), order(Side::buy, "NOPE", 1, "b")});
  const auto answer = internal_error(desk.state, batch, noon_ms, "the worker ended").answer;
  CHECK(answer.batch_id == batch.batch_id);
  CHECK(answer.company_id == batch.company_id);
  CHECK(answer.user_id == batch.user_id);
  CHECK(answer.correlation_id == "c1");
  CHECK(answer.decided_at_ms == noon_ms);
  CHECK(answer.view_id.empty());
  CHECK(answer.refusal.empty()); // it is a decision, not a refusal at admission
  REQUIRE(answer.assessments.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& assessment = answer.assessments[i];
    CHECK(assessment.signal_id == batch.trading_signals[i].signal_id);
    CHECK(assessment.approval_status == ApprovalStatus::rejected);
    CHECK(assessment.reason_code == "INTERNAL_ERROR");
    CHECK(assessment.rejection_reason == "the worker ended");
    CHECK(assessment.correlation_id == "c1");
    REQUIRE(assessment.checks.size() == control_count);
    for (const auto& check : assessment.checks) CHECK(check.outcome == Outcome::not_evaluated);
  }
}

TEST_CASE("a batch that cannot be calculated uses its sequence, approves nothing and takes no token") {
  Desk desk = desk_of_one_position();
  TradingSignal brief = order(Side::buy, "GBPUSD", 500, "brief");
  brief.expires_at_ms = noon_ms;
  desk.send(brief, noon_ms - minute_ms);
  REQUIRE(desk.state.reservations.size() == 1);
  TradingSignal bad_id = order(Side::buy, "EURUSD", 500, "no.such.id");
  const auto batch = batch_of(desk.state, {order(Side::buy, "EURUSD", 500, "a"), bad_id});
  const Candidate candidate = internal_error(desk.state, batch, noon_ms, "the worker ended");

  REQUIRE(candidate.events.size() == 2);
  CHECK(std::get<ReservationExpired>(candidate.events[0].fact).signal_id == SignalId{"brief"});
  const auto& decided = decision(candidate);
  CHECK(decided.view_id.empty());
  CHECK(decided.marks.empty());
  REQUIRE(decided.signals.size() == 2);
  for (const auto& signal : decided.signals) {
    CHECK_FALSE(signal.approved);
    CHECK_FALSE(signal.takes_token);
    CHECK_FALSE(signal.remembered);
  }
  CHECK(decided.signals[1].signal_id.empty());

  const InputOrigin origin{InputKind::batch, batch.batch_id.value, batch.source, batch.sequence};
  CHECK(admit(desk.state, origin).kind == Admission::Kind::fresh);
  const auto tokens = desk.state.limits[LimitId::message_burst].value;
  desk.commit(candidate.events);
  CHECK(admit(desk.state, origin).kind == Admission::Kind::repeat);
  CHECK(desk.state.reservations.empty());
  CHECK(desk.state.tokens.tokens == tokens);
  CHECK_FALSE(decided_at(desk.state, SignalId{"a"}));
  CHECK(desk.send(order(Side::buy, "EURUSD", 500, "a")).approval_status == ApprovalStatus::approved);
}
