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
