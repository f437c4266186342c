// What the board says of readiness and health.

#include "live/board.hpp"

#include <doctest/doctest.h>

#include "telemetry/exposition.hpp"

using namespace riskcluster;

namespace {

constexpr TimeMs noon = 1'793'361'600'000;

} // namespace

TEST_CASE("a journal that takes nothing makes the node unready and unhealthy, whatever it was told before") {
  Board board{"1.0"};
  board.recovered(3, 1);
  board.alert({"JOURNAL_RECOVERED", "journal", ""});
  CHECK(board.readiness(noon, {}).journal_writable.good);
  const auto trouble = board.readiness(noon, "the disk is full");
  CHECK_FALSE(trouble.journal_writable.good);
  CHECK_FALSE(trouble.ready());
  CHECK(trouble.journal_writable.reason == "the disk is full");
  const auto health = board.health(noon, {.journal_trouble = "the disk is full"});
  CHECK(health.status == HealthStatus::unhealthy);
  CHECK(health.error == Figure{"the disk is full; no price is known"});
  CHECK(health.journal.front() == std::pair<std::string, Figure>{"writable", Figure{false}});
}

TEST_CASE("a node without a fresh price judges, and is degraded; one that has not recovered is unhealthy") {
  Board board{"1.0"};
  CHECK(board.health(noon, {}).status == HealthStatus::unhealthy);
  CHECK_FALSE(board.readiness(noon, {}).recovery_done.good);
  board.recovered(3, 1);
  CHECK(board.health(noon, {}).status == HealthStatus::degraded);
  CHECK(board.health(noon, {}).active_risk_profiles == Figure{3});
  CHECK(board.health(noon, {}).company_risk_policies == Figure{1});
}

TEST_CASE("a node that judges and lacks something else is degraded, and says what; the worst stands first") {
  Board board{"1.0"};
  board.recovered(3, 1);
  const auto health = board.health(noon, {.troubles = {"shard 3 is halted", "no NATS server is connected"}});
  CHECK(health.status == HealthStatus::degraded);
  CHECK(health.error == Figure{"no price is known; shard 3 is halted; no NATS server is connected"});
  const auto worse = board.health(noon, {.journal_trouble = "the disk is full", .troubles = {"shard 3 is halted"}});
  CHECK(worse.status == HealthStatus::unhealthy);
  CHECK(worse.error == Figure{"the disk is full; no price is known; shard 3 is halted"});
}

TEST_CASE("dead letters are counted from 0 on for each usual reason, so that the first is seen to be one more") {
  Board board{"1.0"};
  const auto shown = [&](const char* reason) {
    return test::parse_exposition(board.metrics().text()).value("riskd_dead_letters_total", {{"reason", reason}});
  };
  CHECK(shown("MALFORMED") == 0);
  CHECK(shown("NOT_OWNER") == 0);
  const std::string source = "nats-signals";
  const Delivery delivery;
  board.seen({.source = source, .delivery = delivery, .fate = Fate::dead, .reason_code = "MALFORMED"}, noon);
  CHECK(shown("MALFORMED") == 1);
}

namespace {

/// One approval within a VaR limit of 100, and one refusal.
ReplyPtr answered(double projected_var) {
  RiskAssessment approved{.approval_status = ApprovalStatus::approved,
                          .position_sizing = PositionSizing{},
                          .checks = std::vector<LimitCheck>(control_count)};
  approved.checks[static_cast<std::size_t>(ControlId::daily_var)].limit = 100;
  RiskAssessmentBatch answer{.assessments = {approved, RiskAssessment{}}};
  answer.portfolio_risk = PortfolioRisk{.projected_var = projected_var, .risk_limit_compliance = projected_var < 50};
  return std::make_shared<const Reply>(Reply{.answers = {std::make_shared<const RiskAssessmentBatch>(answer)}});
}

} // namespace

TEST_CASE("the figures of health are those of the answers of the last day, and of nothing else") {
  Board board{"1.0"};
  const std::string source = "nats-signals";
  const Delivery delivery;
  const auto see = [&](ReplyPtr reply, std::chrono::milliseconds took, Fate fate = Fate::settled) {
    board.seen({.source = source, .delivery = delivery, .fate = fate, .took = took, .reply = std::move(reply)}, noon);
  };
  CHECK(board.health(noon, {}).risk_approval_rate == Figure::absent("nothing was assessed in the last 24 hours"));
  for (const double projected_var : {40.0, 60.0, 100.0, 101.0})
    see(answered(projected_var), std::chrono::milliseconds{4});
  RiskAssessmentBatch refused{.assessments = std::vector<RiskAssessment>(3), .refusal = "RATE_LIMIT"};
  see(std::make_shared<const Reply>(Reply{.answers = {std::make_shared<const RiskAssessmentBatch>(refused)}}),
      std::chrono::milliseconds{400}, Fate::dead);
  const auto today = board.health(noon, {});
  CHECK(today.risk_assessments_24h == Figure{8});
  CHECK(today.risk_approval_rate == Figure{0.5});
  CHECK(today.position_sizing_success_rate == Figure{0.5});
  CHECK(today.portfolio_risk_compliance == Figure{0.25});
  CHECK(today.portfolio_var_compliance == Figure{0.75});
  CHECK(std::abs(std::get<double>(today.avg_risk_calc_time_ms.value()) - 4) < 1e-9);
  CHECK(board.health(noon + day_ms, {}).risk_assessments_24h == Figure{0});
}
