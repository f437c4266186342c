// The shard's other half: strategies' signals to all their subscribers, and new tenants.

#include "actors/road_fixture.hpp"
#include "messages/codec_directory.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

struct Fixture : Road {
  Fixture() : pool{fake<FakePool>()} {
    around.pool = pool.handle;
    for (const auto* name : {"u5", "u1", "u4", "u9", "u2", "u8", "u3", "u7", "u6", "u0"}) {
      TenantSetup setup = user(name, {"trend"});
      setup.id.company = CompanyId{name < std::string{"u5"} ? "zeta" : "acme"};
      subscribers.push_back(opened(setup));
    }
    single = opened(user("single"));
    std::sort(subscribers.begin(), subscribers.end());
    owner = shard();
  }
  Asked<AnswersPtr> fan_out(const std::string& id, const std::string& strategy = "trend") {
    SignalBatch batch = plain_batch({}, id);
    batch.strategy_id = StrategyId{strategy};
    return ask<AnswersPtr>(owner, fan_out_atom::value, SignalBatchPtr{std::make_shared<const SignalBatch>(batch)});
  }
  std::vector<TenantId> judged() const {
    std::vector<TenantId> ids;
    for (const auto& job : pool.asked) ids.push_back(job->state->id);
    return ids;
  }
  FakePool& pool;
  std::vector<TenantId> subscribers;
  TenantId single;
  shard_actor owner;
};

Asked<OpenedPtr> open_in(Road& road, const shard_actor& owner, const std::vector<TenantSetup>& setups) {
  Openings openings;
  const CompanySetup company = generous();
  for (const auto& setup : setups) openings.events.push_back(open_tenant(setup, &company, 0));
  return road.ask<OpenedPtr>(owner, open_atom::value, OpeningsPtr{std::make_shared<const Openings>(openings)});
}

} // namespace

TEST_CASE("a strategy's signal reaches every subscriber, by company, then user, and nobody else") {
  Fixture f;
  f.around.settings.fan_out_outstanding_max = 1;
  f.tell(f.owner, with_atom::value, f.with());
  const auto answers = f.fan_out("s1");
  f.run();
  CHECK(f.judged() == f.subscribers);
  REQUIRE((*answers)->size() == 10);
  for (const auto& answer : **answers) {
    CHECK(answer->batch_id.value == "s1");
    CHECK(answer->journal_position.has_value());
  }
  for (const auto& job : f.pool.asked) CHECK(job->lane == Lane::bulk);
}

TEST_CASE("a strategy without subscribers is answered at once") {
  Fixture f;
  const auto answers = f.fan_out("s1", "nobodys");
  f.run();
  CHECK((*answers)->empty());
}

TEST_CASE("so many subscribers are judged at a time, of all fan-outs together, and single batches go on meanwhile") {
  Fixture f;
  f.pool.holds = true;
  const auto first = f.fan_out("s1"), second = f.fan_out("s2");
  f.run();
  CHECK(f.pool.outstanding() == 4);
  const auto single = f.ask_now<AnswerPtr>(f.owner, judge_atom::value, batch_of(f.single, "b1"));
  CHECK(f.pool.outstanding() == 5);
  CHECK(f.pool.asked.back()->lane == Lane::interactive);
  f.release(f.pool, 5);
  CHECK(single.there());
  CHECK(f.pool.outstanding() == 4);
  f.release(f.pool, 20);
  CHECK((*first)->size() == 10);
  CHECK((*second)->size() == 10);
  CHECK(f.pool.outstanding_max == 5); // the four and the single one
}

TEST_CASE("a subscriber whose portfolio fails still gets an answer, a refusal that says so, and holds up nobody") {
  Fixture f;
  f.journal.unreadable = f.subscribers[3].text();
  f.pool.holds = true;
  const auto answers = f.fan_out("s1");
  f.run();
  f.kill(f.pool.askers.front().lock());
  f.run();
  f.pool.holds = false;
  f.release(f.pool, 10);
  REQUIRE((*answers)->size() == 10);
  const auto code_of = [&](const TenantId& id) {
    for (const auto& answer : **answers)
      if (answer->user_id == id.user) return answer->refusal;
    return std::string{"no answer"};
  };
  CHECK(code_of(f.subscribers[0]) == "UNAVAILABLE");
  CHECK(code_of(f.subscribers[3]) == "STATE_UNREADABLE");
  CHECK(code_of(f.subscribers[9]).empty());
}

TEST_CASE("a shard that dies in the middle of a fan-out has thereby told who asked") {
  Fixture f;
  f.pool.holds = true;
  const auto answers = f.fan_out("s1");
  const auto single = f.ask<AnswerPtr>(f.owner, judge_atom::value, batch_of(f.single, "b1"));
  f.run();
  f.kill("shard");
  f.run();
  CHECK(answers.failed());
  CHECK(single.failed());
  CHECK(f.named("portfolio").empty());
}

TEST_CASE("openings: new ones in one append, known ones not again, another setup changes nothing") {
  Fixture f;
  const auto before = f.records().size();
  TenantSetup richer = user("single");
  richer.balance = 1e9;
  const auto outcome = open_in(f, f.owner, {user("new1"), user("single"), richer, user("new2"), user("new1")});
  f.run();
  CHECK((*outcome)->opened == 2);
  CHECK((*outcome)->known == 1);
  CHECK((*outcome)->differing == std::vector<TenantId>{f.single, user("new1").id});
  CHECK(f.records().size() == before + 2);
  CHECK(f.journal.portions == std::vector<std::size_t>{1});
  const auto judged = f.ask_now<AnswerPtr>(f.owner, judge_atom::value, batch_of(user("new2").id, "b1"));
  CHECK((*judged)->journal_position.has_value());
}

TEST_CASE("two openings of the same tenant at a time open it once") {
  Fixture f;
  const auto before = f.records().size();
  f.journal.holds = true;
  TenantSetup richer = user("new");
  richer.balance = 1e9;
  const auto first = open_in(f, f.owner, {user("new")}), second = open_in(f, f.owner, {user("new")}),
             third = open_in(f, f.owner, {richer});
  f.run();
  CHECK(!first.there());
  f.journal.holds = false;
  f.tell(f.around.journal, commit_atom::value);
  f.run();
  CHECK((*first)->opened == 1);
  CHECK((*second)->known == 1);
  CHECK((*third)->differing.size() == 1);
  CHECK(f.records().size() == before + 1);
}

TEST_CASE("an opening that could not be written opens nobody, and may be tried again") {
  Fixture f;
  f.journal.refuses = "full";
  const auto failed = open_in(f, f.owner, {user("new")});
  f.run();
  CHECK(failed.error().code == Errc::unavailable);
  CHECK(f.ask_now<AnswerPtr>(f.owner, judge_atom::value, batch_of(user("new").id, "b1")).error().code ==
        Errc::not_found);
  f.journal.refuses.clear();
  const auto opened = open_in(f, f.owner, {user("new")});
  f.run();
  CHECK((*opened)->opened == 1);
}

TEST_CASE("the directory is kept after so many records, and a new owner knows every subscriber from it") {
  Fixture f;
  f.around.settings.directory_records = 12;
  f.tell(f.owner, with_atom::value, f.with());
  f.advance(std::chrono::seconds{1});
  CHECK(f.snapshots.load({0}, directory_entity)->sound.empty()); // 11 records so far
  open_in(f, f.owner, {user("late", {"trend"})});
  f.run();
  f.advance(std::chrono::seconds{1});
  const auto kept = f.snapshots.load({0}, directory_entity);
  REQUIRE(kept->sound.size() == 1);
  CHECK(kept->sound.front().n.value == 12);
  open_in(f, f.owner, {user("later", {"trend"})});
  f.run();
  const auto restored = restore_directory(f.journal, f.snapshots, {0});
  CHECK(restored->n.value == 13);
  CHECK(restored->directory.subscribers(StrategyId{"trend"}).size() == 12);
  CHECK(decode_directory(kept->sound.front().bytes)->subscribers(StrategyId{"trend"}).size() == 11);
}

TEST_CASE("a directory that knows more than the journal has is a journal with records missing") {
  Fixture f;
  REQUIRE(f.snapshots.save({0}, directory_entity, {{99}, encode_directory({})}));
  const auto restored = restore_directory(f.journal, f.snapshots, {0});
  CHECK(restored.error().code == Errc::malformed);
}
