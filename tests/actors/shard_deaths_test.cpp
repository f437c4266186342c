// The shard: what becomes of its tenants when their portfolios die, and of itself when it is fenced.

#include "actors/shard_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using Fixture = ShardFixture;

TEST_CASE(
    "a portfolio that dies: its callers are told, its neighbours are not concerned, the next item finds a new one") {
  Fixture f;
  f.pool.holds = true;
  const auto first = f.send(f.ann, "b1"), second = f.send(f.ann, "b2");
  f.run();
  const auto neighbour = f.send(f.bob, "b1");
  f.run();
  f.kill(f.pool.askers.front().lock());
  f.run();
  CHECK(first.error().code == Errc::unavailable);
  CHECK(second.failed());
  CHECK(!neighbour.there());
  CHECK(f.alerts_of("PORTFOLIO_DIED") == 1);
  f.pool.holds = false;
  f.release(f.pool, 2);
  CHECK(neighbour.there());
  CHECK((*neighbour)->journal_position.has_value());
  const auto again = f.send(f.ann, "b1");
  f.run();
  CHECK((*again)->journal_position.has_value());
}

TEST_CASE("a new portfolio sees what the dead one had sent to the journal") {
  Fixture f;
  f.journal.holds = true;
  const auto first = f.send(f.ann, "b1");
  f.run(); // judged, and on its way into the journal
  f.kill_portfolio();
  CHECK(first.failed());
  const auto again = f.send(f.ann, "b1");
  f.run();
  CHECK(!again.there()); // nobody reads before it is known what became of the append
  f.journal.holds = false;
  f.tell(f.around.journal, commit_atom::value);
  f.run();
  CHECK((*again)->journal_position->n.value == 4);
  CHECK(f.pool.asked.size() == 1);
  CHECK(f.records().size() == 4); // three openings and one decision
}

TEST_CASE("a tenant whose portfolio dies three times may only reduce, after six nothing is judged; others go on") {
  Fixture f;
  for (int death = 1; death <= 3; ++death) {
    CHECK(f.alerts_of("TENANT_QUARANTINED") == 0);
    f.die_judging(f.ann, "b" + std::to_string(death));
  }
  CHECK(f.alerts_of("TENANT_QUARANTINED") == 1);
  const auto refused = f.send(f.ann, "b4");
  f.run();
  CHECK((*refused)->assessments.front().reason_code == "TENANT_QUARANTINED");
  CHECK((*refused)->journal_position.has_value());
  for (int death = 4; death <= 6; ++death) f.die_judging(f.ann, "c" + std::to_string(death));
  CHECK(f.alerts_of("TENANT_QUARANTINED") == 2);
  const auto closed = f.send(f.ann, "b5");
  const auto fact = f.pay_in(f.ann, "d1");
  f.run();
  CHECK(closed.error().code == Errc::quarantined);
  CHECK(fact.error().code == Errc::quarantined);
  const auto neighbour = f.send(f.bob, "b1");
  f.run();
  CHECK((*neighbour)->assessments.front().approval_status == ApprovalStatus::approved);
}

TEST_CASE("deaths count within ten minutes of the first: two an hour are no quarantine") {
  Fixture f;
  for (int death = 1; death <= 6; ++death) {
    f.die_judging(f.ann, "b" + std::to_string(death));
    f.advance(std::chrono::minutes{30});
  }
  CHECK(f.alerts_of("TENANT_QUARANTINED") == 0);
  CHECK(f.alerts_of("PORTFOLIO_DIED") == 6);
}

TEST_CASE("a tenant whose records cannot be read is told so, and ends in quarantine; others go on") {
  Fixture f;
  f.journal.unreadable = f.ann.text();
  for (int i = 1; i <= 3; ++i) {
    const auto asked = f.send(f.ann, "b" + std::to_string(i));
    f.run();
    CHECK(asked.error().code == Errc::malformed);
  }
  CHECK(f.alerts_of("TENANT_QUARANTINED") == 1);
  const auto neighbour = f.send(f.bob, "b1");
  f.run();
  CHECK((*neighbour)->journal_position.has_value());
}

TEST_CASE("a fenced portfolio ends its shard, with the same reason for all who wait in it") {
  Fixture f;
  f.send(f.ann, "b1");
  f.send(f.bob, "b1");
  f.run();
  REQUIRE(f.journal.claim({0}));
  const auto refused = f.send(f.ann, "b2");
  f.run();
  CHECK(refused.error().code == Errc::fenced);
  CHECK(f.named("shard").empty());
  CHECK(f.named("portfolio").empty()); // nobody writes beside the new owner
  CHECK(f.send(f.bob, "b2").there() == false);
}
