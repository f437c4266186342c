#include <doctest/doctest.h>

#include "live/subjects.hpp"

using namespace riskcluster;

TEST_CASE("a subject says what a message is, and for whom") {
  using Kind = Input::Kind;
  const TenantId ann{CompanyId{"acme"}, UserId{"ann"}}, acme{CompanyId{"acme"}, UserId{}};
  const struct {
    const char* subject;
    Address expected;
  } table[] = {
      {"trading.signals.acme.ann", {Kind::signals, ann, {}}},
      {"trading.strategies.trend", {Kind::signals, {}, StrategyId{"trend"}}},
      {"portfolio.updates.acme.ann", {Kind::update, ann, {}}},
      {"risk.commands.acme.ann", {Kind::command, ann, {}}},
      {"risk.commands.acme", {Kind::command, acme, {}}},
      {"risk.commands", {Kind::command, {CompanyId{"_system"}, UserId{}}, {}}},
  };
  for (const auto& line : table) {
    CAPTURE(line.subject);
    const auto address = address_of(line.subject);
    REQUIRE(address);
    CHECK(*address == line.expected);
  }
}

TEST_CASE("what a message was meant to be is known of a subject that names nobody, too") {
  using Kind = Input::Kind;
  CHECK(kind_of("portfolio.updates.acme") == Kind::update);
  CHECK(kind_of("risk.commands.acme.ann.more") == Kind::command);
  CHECK(kind_of("risk.commands.a@b") == Kind::command);
  CHECK(kind_of("trading.signals.acme") == Kind::signals);
}

TEST_CASE("a subject that is none of ours, or names nobody, is refused") {
  for (const char* subject :
       {"", "trading", "trading.signals", "trading.signals.acme", "trading.signals.acme.ann.more",
        "trading.signals..ann", "trading.strategies", "trading.strategies.a.b", "portfolio.updates.acme",
        "risk.commands.", "risk.approved.acme.ann", "trading.signals._system.x", "trading.signals.acme.*"}) {
    CAPTURE(subject);
    CHECK_FALSE(address_of(subject));
  }
}
