// The shard: wakes its portfolios and lets them sleep.

#include "actors/shard_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using Fixture = ShardFixture;
using std::chrono::seconds;

TEST_CASE("a tenant wakes from its newest snapshot and the records behind it") {
  Fixture f;
  f.send(f.ann, "b1");
  f.run();
  const auto kept = f.folded(f.ann);
  REQUIRE(f.snapshots.save({0}, f.ann.text(), {{4}, encode_state(kept)}));
  f.pay_in(f.ann, "d1");
  f.run();
  const auto successor = f.shard();
  f.journal.entity_reads.clear();
  f.ask_now<AnswerPtr>(successor, judge_atom::value, batch_of(f.ann, "b2"));
  CHECK(f.journal.entity_reads.front().value == 5);
  CHECK(f.pool.asked.back()->state->version == 3);
  CHECK(f.pool.asked.back()->state->balance == 101'000);
}

TEST_CASE("a snapshot that cannot be read costs an alert and time, not the state") {
  Fixture f;
  f.send(f.ann, "b1");
  f.run();
  REQUIRE(f.snapshots.save({0}, f.ann.text(), {{4}, "not a state"}));
  const auto expected = state_hash(f.folded(f.ann));
  f.ask_now<AnswerPtr>(f.shard(), judge_atom::value, batch_of(f.ann, "b2"));
  CHECK(f.alerts_of("SNAPSHOT_CORRUPT") == 1);
  CHECK(state_hash(*f.pool.asked.back()->state) == expected);
}

TEST_CASE("what comes while a tenant wakes is kept in order and answered") {
  Fixture f;
  std::vector<Asked<AnswerPtr>> asked;
  for (int i = 0; i < 5; ++i) asked.push_back(f.send(f.ann, "b" + std::to_string(i)));
  f.run();
  for (std::uint64_t i = 0; i < 5; ++i) CHECK((*asked[i])->journal_position->n.value == 4 + i);
}

TEST_CASE("at most 64 batches wait for a tenant that wakes; facts always do") {
  Fixture f;
  std::vector<Asked<AnswerPtr>> asked;
  std::vector<Asked<UpdateOutcome>> facts;
  std::size_t refused = 0;
  // All of it arrives before the loader has its turn.
  for (int i = 0; i < 70; ++i) asked.push_back(f.send(f.ann, "b" + std::to_string(i)));
  for (int i = 0; i < 70; ++i) facts.push_back(f.pay_in(f.ann, "d" + std::to_string(i)));
  f.run();
  for (const auto& answer : asked)
    if (answer.failed()) {
      CHECK(answer.error().code == Errc::overloaded);
      ++refused;
    }
  CHECK(refused == 6);
  for (const auto& fact : facts) CHECK(*fact == UpdateOutcome::applied);
}

TEST_CASE("a tenant that nobody opened here is refused") {
  Fixture f;
  const auto asked = f.ask_now<AnswerPtr>(f.owner, judge_atom::value, batch_of(user("nobody").id, "b1"));
  CHECK(asked.error().code == Errc::not_found);
  CHECK(f.named("portfolio").empty());
}

TEST_CASE("an idle tenant sleeps after ten minutes, not before, and wakes with the same state") {
  Fixture f;
  f.send(f.ann, "b1");
  f.run();
  f.advance(seconds{599}, seconds{1});
  CHECK(f.named("portfolio").size() == 1);
  f.advance(seconds{2}, seconds{1});
  CHECK(f.named("portfolio").empty());
  REQUIRE(f.snapshots.load({0}, f.ann.text())->sound.size() == 1);
  f.send(f.ann, "b2");
  f.run();
  CHECK(state_hash(*f.pool.asked.back()->state) ==
        state_hash(*decode_state(f.snapshots.load({0}, f.ann.text())->sound.front().bytes)));
  CHECK(f.alerts.empty());
}

TEST_CASE("above the bound of tenants awake the longest idle one sleeps") {
  Fixture f;
  f.around.settings.awake_max = 2;
  f.surround();
  for (const auto& id : {f.bob, f.ann, f.cid, f.bob}) {
    f.send(id, "b" + std::to_string(f.pool.asked.size()));
    f.run();
    f.advance(std::chrono::milliseconds{200});
  }
  f.advance(seconds{1});
  CHECK(f.named("portfolio").size() == 2);
  CHECK(f.snapshots.load({0}, f.ann.text())->sound.size() == 1);
  CHECK(f.snapshots.load({0}, f.bob.text())->sound.empty());
}

TEST_CASE("what comes while a tenant falls asleep is answered by whom wakes next, in order") {
  Fixture f;
  auto& disk = f.fake<FakeSnapshots>();
  f.around.snapshots = disk.handle;
  f.surround();
  f.send(f.ann, "b1");
  f.run();
  disk.holds = true;
  f.advance(seconds{601}, seconds{1});
  REQUIRE(disk.outstanding() == 1);
  const auto second = f.send(f.ann, "b2"), third = f.send(f.ann, "b3");
  f.run();
  CHECK(!second.there());
  SUBCASE("it sleeps") { f.release(disk); }
  SUBCASE("its state cannot be kept") {
    disk.answer = [](const SnapshotPtr&) -> Result<bool> { return Error{Errc::unavailable, "full"}; };
    f.release(disk);
  }
  SUBCASE("it dies") {
    f.kill("portfolio");
    f.run();
  }
  CHECK((*second)->journal_position->n.value == 5);
  CHECK((*third)->journal_position->n.value == 6);
  CHECK(f.named("portfolio").size() == 1);
}

TEST_CASE("an orderly stop keeps every state and the directory") {
  Fixture f;
  f.send(f.ann, "b1");
  f.pay_in(f.bob, "d1");
  f.run();
  CHECK(*f.ask_now<bool>(f.owner, stop_atom::value));
  CHECK(f.named("portfolio").empty());
  for (const auto& id : {f.ann, f.bob}) {
    const auto kept = f.snapshots.load({0}, id.text());
    REQUIRE(kept->sound.size() == 1);
    CHECK(state_hash(*decode_state(kept->sound.front().bytes)) == state_hash(f.folded(id)));
  }
  CHECK(f.snapshots.load({0}, directory_entity)->sound.front().n.value == 5);
}
