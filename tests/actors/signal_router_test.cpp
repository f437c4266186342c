// The router: who owns a shard, and one message a shard for a strategy's signal.

#include "actors/signal_router.hpp"

#include "actors/road_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

struct FakeShard : Script<SignalBatchPtr, AnswersPtr> {
  using Handle = shard_actor::extend<caf::reacts_to<go_atom>>;
  FakeShard()
      : Script{[this](const SignalBatchPtr&) -> Result<AnswersPtr> {
          return std::make_shared<const std::vector<AnswerPtr>>(subscribers);
        }} {}
  static Handle::behavior_type behavior(Handle::pointer self, FakeShard* fake) {
    return {[=](judge_atom, const SignalBatchPtr& batch) -> caf::result<AnswerPtr> {
              fake->batches.push_back(batch);
              return std::make_shared<const RiskAssessmentBatch>(RiskAssessmentBatch{.batch_id = batch->batch_id});
            },
            [=](fan_out_atom, const SignalBatchPtr& batch) { return fake->take(self, batch); },
            [=](update_atom, const UpdatePtr& update) {
              fake->updates.push_back(update);
              return UpdateOutcome::applied;
            },
            [=](order_atom, const CommandPtr& command) -> caf::result<CommandAnswerPtr> {
              fake->orders.push_back(command);
              return std::make_shared<const CommandAnswer>(CommandAnswer{.command_id = command->command_id});
            },
            [=](open_atom, const OpeningsPtr& openings) -> caf::result<OpenedPtr> {
              fake->openings.push_back(openings);
              return std::make_shared<const OpeningOutcome>();
            },
            [](with_atom, const SurroundingsPtr&) {},
            [](policy_atom, const SurroundingsPtr&) { return true; },
            [](tick_atom) {},
            [](stop_atom) { return true; },
            [=](go_atom) { fake->go(); }};
  }
  std::vector<AnswerPtr> subscribers;
  std::vector<SignalBatchPtr> batches;
  std::vector<UpdatePtr> updates;
  std::vector<CommandPtr> orders;
  std::vector<OpeningsPtr> openings;
  Handle handle;
};

struct Fixture : Road {
  Fixture() {
    std::vector<shard_actor> owners;
    for (int i = 0; i < 4; ++i) {
      shards.push_back(&fake<FakeShard>());
      owners.emplace_back(shards.back()->handle);
    }
    router = start<RouterState>(owners);
  }
  /// A tenant of that shard.
  static TenantId of(std::uint32_t shard) {
    for (int i = 0;; ++i)
      if (auto id = user("u" + std::to_string(i)).id; shard_of(id.text(), 4).value == shard) return id;
  }
  Asked<AnswersPtr> fan_out() {
    SignalBatch batch = plain_batch({}, "s1");
    batch.strategy_id = StrategyId{"trend"};
    return ask_now<AnswersPtr>(router, fan_out_atom::value, SignalBatchPtr{std::make_shared<const SignalBatch>(batch)});
  }
  void give_up(std::uint32_t shard) {
    tell(router, owner_atom::value, ShardId{shard}, shard_actor());
    run();
  }
  std::vector<FakeShard*> shards;
  router_actor router;
};

} // namespace

TEST_CASE("batches, facts and openings reach the owner of their shard and nobody else") {
  Fixture f;
  for (std::uint32_t shard = 0; shard < 4; ++shard) {
    const TenantId id = Fixture::of(shard);
    CHECK((*f.ask_now<AnswerPtr>(f.router, judge_atom::value, batch_of(id, "b1")))->batch_id.value == "b1");
    CHECK(*f.ask_now<UpdateOutcome>(f.router, update_atom::value, deposit(id, "d1")) == UpdateOutcome::applied);
    f.ask_now<OpenedPtr>(f.router, open_atom::value,
                         OpeningsPtr{std::make_shared<const Openings>(Openings{{shard}, {}})});
  }
  for (std::uint32_t shard = 0; shard < 4; ++shard) {
    REQUIRE(f.shards[shard]->batches.size() == 1);
    CHECK(f.shards[shard]->batches.front()->tenant() == Fixture::of(shard));
    CHECK(f.shards[shard]->updates.size() == 1);
    CHECK(f.shards[shard]->openings.size() == 1);
  }
}

TEST_CASE("a fan-out is one message a shard, answered when all are done, by company, then user") {
  Fixture f;
  const auto subscriber = [](const char* company, const char* name) {
    return std::make_shared<const RiskAssessmentBatch>(
        RiskAssessmentBatch{.company_id = CompanyId{company}, .user_id = UserId{name}});
  };
  f.shards[0]->subscribers = {subscriber("b", "u2"), subscriber("a", "u9")};
  f.shards[2]->subscribers = {subscriber("b", "u1"), subscriber("a", "u3")};
  f.shards[2]->holds = true;
  const auto asked = f.fan_out();
  CHECK(!asked.there());
  f.release(*f.shards[2]);
  std::string order;
  for (const auto& answer : **asked) order += answer->company_id.value + answer->user_id.value + " ";
  CHECK(order == "au3 au9 bu1 bu2 ");
  for (const auto* shard : f.shards) CHECK(shard->asked.size() == 1);
}

TEST_CASE("a shard without an owner is NOT_OWNER, and no shard hears of a fan-out that it would be left out of") {
  Fixture f;
  f.give_up(2);
  const auto refused = f.ask_now<AnswerPtr>(f.router, judge_atom::value, batch_of(Fixture::of(2), "b1"));
  CHECK(refused.error().code == Errc::fenced);
  CHECK(refused.error().message.find("shard 2") != std::string::npos);
  CHECK(f.ask_now<UpdateOutcome>(f.router, update_atom::value, deposit(Fixture::of(2), "d1")).error().code ==
        Errc::fenced);
  CHECK((*f.ask_now<AnswerPtr>(f.router, judge_atom::value, batch_of(Fixture::of(1), "b1")))->batch_id.value == "b1");
  CHECK(f.fan_out().error().code == Errc::fenced);
  for (const auto* shard : f.shards) CHECK(shard->asked.empty());
}

TEST_CASE("a new owner gets what comes from then on") {
  Fixture f;
  f.give_up(1);
  auto& successor = f.fake<FakeShard>();
  f.tell(f.router, owner_atom::value, ShardId{1}, shard_actor{successor.handle});
  f.ask_now<AnswerPtr>(f.router, judge_atom::value, batch_of(Fixture::of(1), "b1"));
  CHECK(successor.batches.size() == 1);
  CHECK(f.shards[1]->batches.empty());
}

TEST_CASE("a shard that fails a fan-out, or dies of it, is its error, told once") {
  Fixture f;
  SUBCASE("an error") {
    f.shards[3]->answer = [](const SignalBatchPtr&) -> Result<AnswersPtr> { return Error{Errc::fenced, "lost"}; };
    f.shards[1]->answer = f.shards[3]->answer;
    const auto asked = f.fan_out();
    CHECK(asked.error().message == "lost");
    CHECK(asked.state->answers == 1);
  }
  SUBCASE("a death") {
    f.kill(caf::actor_cast<caf::strong_actor_ptr>(f.shards[3]->handle));
    const auto asked = f.fan_out();
    CHECK(asked.failed());
    CHECK(asked.state->answers == 1);
  }
}
