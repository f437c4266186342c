#pragma once

#include "actors/road_fixture.hpp"

namespace riskcluster::test {

/// A shard with three tenants, and a pool that answers as the test wants.
struct ShardFixture : Road {
  ShardFixture()
      : ann{opened(user("ann"))}, bob{opened(user("bob"))}, cid{opened(user("cid"))}, pool{fake<FakePool>()} {
    around.pool = pool.handle;
    owner = shard();
  }
  Asked<AnswerPtr> send(const TenantId& id, const std::string& batch) {
    return ask<AnswerPtr>(owner, judge_atom::value, batch_of(id, batch));
  }
  Asked<UpdateOutcome> pay_in(const TenantId& id, const std::string& update) {
    return ask<UpdateOutcome>(owner, update_atom::value, deposit(id, update));
  }
  void surround() { tell(owner, with_atom::value, with()); }
  /// Who asked for the last judgement ends.
  void kill_portfolio() {
    kill(pool.askers.back().lock());
    run();
  }
  void die_judging(const TenantId& id, const std::string& batch) {
    pool.holds = true;
    const auto asked = send(id, batch);
    run();
    kill_portfolio();
    CHECK(asked.failed());
    pool.holds = false;
    release(pool);
  }
  TenantId ann, bob, cid;
  FakePool& pool;
  shard_actor owner;
};

} // namespace riskcluster::test
