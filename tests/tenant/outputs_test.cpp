#include "tenant/outputs.hpp"

#include <doctest/doctest.h>

using namespace riskcluster;

namespace {

SignalDecided decided() {
  return {.signal_id = SignalId{"s1"},
          .symbol = Symbol{"EURUSD"},
          .strategy_id = StrategyId{"trend"},
          .approved = true,
          .closing_quantity = -1'000,
          .opening_quantity = -500,
          .expires_at_ms = 77};
}

RiskAssessment assessment() {
  RiskAssessment answer{.signal_id = SignalId{"s1"},
                        .symbol = Symbol{"EURUSD"},
                        .side = Side::sell,
                        .correlation_id = "c1",
                        .approval_status = ApprovalStatus::reduced,
                        .adjusted_stop_loss = 1.2};
  answer.position_sizing = PositionSizing{.final_size = 1'650, .final_quantity = 1'500};
  return answer;
}

} // namespace

TEST_CASE("an approval permits what decision and assessment say together") {
  const auto approved = approved_signal(decided(), assessment());
  REQUIRE(approved);
  CHECK(approved->signal == SignalSummary{SignalId{"s1"}, Symbol{"EURUSD"}, Side::sell, StrategyId{"trend"}});
  CHECK(approved->final_size == 1'650);
  CHECK(approved->final_quantity == 1'500);
  CHECK(approved->adjusted_stop_loss == 1.2);
  CHECK(approved->expires_at_ms == 77);
  CHECK(approved->correlation_id == "c1");
}

TEST_CASE("where decision and assessment disagree there is no approval") {
  const auto error_of = [](auto&& change) {
    SignalDecided decision = decided();
    RiskAssessment answer = assessment();
    change(decision, answer);
    const auto approved = approved_signal(decision, answer);
    return approved ? "approved" : approved.error().message;
  };
  CHECK(error_of([](auto&, auto&) {}) == "approved");
  CHECK(error_of([](auto&, auto& answer) { answer.signal_id = SignalId{"s2"}; }) ==
        "the assessment of signal s1 names another one");
  CHECK(error_of([](auto& decision, auto&) { decision.approved = false; }) ==
        "signal s1 is not approved by both its decision and its assessment");
  CHECK(error_of([](auto&, auto& answer) { answer.approval_status = ApprovalStatus::rejected; }) ==
        "signal s1 is not approved by both its decision and its assessment");
  CHECK(error_of([](auto&, auto& answer) { answer.approval_status = ApprovalStatus::unspecified; }) ==
        "signal s1 is not approved by both its decision and its assessment");
  CHECK(error_of([](auto&, auto& answer) { answer.position_sizing.reset(); }) ==
        "signal s1 is approved without a size");
}

TEST_CASE("the kinds have the names of their subjects") {
  CHECK(name(OutputKind::approved) == "approved");
  CHECK(name(OutputKind::assessment) == "assessment");
  CHECK(name(OutputKind::action) == "action");
  CHECK(name(OutputKind::alert) == "alert");
}
