// The pool and its workers: who is judged first, and what becomes of a job whose worker dies.

#include "actors/memory_trap.hpp"
#include "actors/road_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

struct Fixture : Road {
  Fixture() : desk{usual_view()} { around.settings.jobs_max = 4; }
  void begin() { around.pool = start<PoolState>(around.settings); }
  FakeWorker& worker() {
    auto& made = fake<FakeWorker>();
    tell(around.pool, ready_atom::value, worker_actor{made.handle});
    run();
    return made;
  }
  JobPtr job(const std::string& id, Lane lane = Lane::interactive, int signals = 1) const {
    SignalBatch batch = plain_batch(desk.state.id, id);
    batch.trading_signals.clear();
    for (int i = 0; i < signals; ++i)
      batch.trading_signals.push_back(order(Side::buy, "EURUSD", 100 + i, id + "-" + std::to_string(i)));
    return std::make_shared<const Job>(Job{.state = std::make_shared<const TenantState>(desk.state),
                                           .batch = std::make_shared<const SignalBatch>(std::move(batch)),
                                           .view = usual_view(),
                                           .now = noon_ms,
                                           .lane = lane});
  }
  Asked<JudgedPtr> judge(const JobPtr& job) { return ask_now<JudgedPtr>(around.pool, judge_atom::value, job); }
  static std::vector<std::string> ids(const FakeWorker& worker) {
    std::vector<std::string> found;
    for (const auto& job : worker.asked) found.push_back(job->batch->batch_id.value);
    return found;
  }
  Desk desk;
};

} // namespace

TEST_CASE("interactive jobs go before those of a fan-out, each lane in the order of its coming") {
  Fixture f;
  f.begin();
  auto& worker = f.worker();
  worker.holds = true;
  f.judge(f.job("first"));
  for (const auto* id : {"bulk1", "bulk2"}) f.judge(f.job(id, Lane::bulk));
  for (const auto* id : {"single1", "single2"}) f.judge(f.job(id));
  f.release(worker, 5);
  CHECK(Fixture::ids(worker) == std::vector<std::string>{"first", "single1", "single2", "bulk1", "bulk2"});
}

TEST_CASE("each lane is bounded: a job beyond it is OVERLOADED, the other lane still takes its own") {
  Fixture f;
  f.begin(); // nobody works
  std::vector<Asked<JudgedPtr>> waiting;
  for (int i = 0; i < 4; ++i) waiting.push_back(f.judge(f.job("b" + std::to_string(i), Lane::bulk)));
  CHECK(f.judge(f.job("b4", Lane::bulk)).error().code == Errc::overloaded);
  waiting.push_back(f.judge(f.job("single")));
  for (const auto& asked : waiting) CHECK(!asked.there());
  f.worker();
  for (const auto& asked : waiting) CHECK((*asked)->events.size() == 1);
}

TEST_CASE("a worker that dies: its job goes to another one, before all that wait") {
  Fixture f;
  f.begin();
  auto& mortal = f.worker();
  mortal.holds = true;
  const auto first = f.judge(f.job("first")), second = f.judge(f.job("second"));
  auto& other = f.fake<FakeWorker>();
  f.kill(caf::actor_cast<caf::strong_actor_ptr>(mortal.handle));
  f.run();
  CHECK(!first.there());
  CHECK(!first.failed());
  f.tell(f.around.pool, ready_atom::value, worker_actor{other.handle});
  f.run();
  CHECK(Fixture::ids(other) == std::vector<std::string>{"first", "second"});
  CHECK((*first)->answer->batch_id.value == "first");
  CHECK((*second)->answer->batch_id.value == "second");
  CHECK(first.state->answers == 1);
}

TEST_CASE("a worker that died idle gets no job") {
  Fixture f;
  f.begin();
  auto& dead = f.worker();
  f.kill(caf::actor_cast<caf::strong_actor_ptr>(dead.handle));
  f.run();
  f.worker();
  CHECK((*f.judge(f.job("b1")))->events.size() == 1);
  CHECK(dead.asked.empty());
}

TEST_CASE("a job that two workers died of is an error; those that wait behind it are judged") {
  Fixture f;
  f.begin();
  auto& one = f.worker();
  auto& two = f.worker();
  one.dies = two.dies = true;
  const auto poison = f.judge(f.job("poison")), next = f.judge(f.job("next"));
  CHECK(poison.error().code == Errc::failed);
  CHECK(one.asked.size() + two.asked.size() == 2);
  CHECK(!next.there());
  f.worker();
  CHECK(next.there());
}

TEST_CASE("a real worker's judgement is the direct one, with its answer's bytes in the decision") {
  Fixture f;
  f.begin();
  f.start<WorkerState>(f.around.pool, std::size_t{8});
  const JobPtr job = f.job("b1", Lane::interactive, 20);
  const auto judged = f.judge(job);
  const Judged expected = judged_directly(*job);
  CHECK(*(*judged)->answer == *expected.answer);
  REQUIRE((*judged)->entries->size() == 1);
  CHECK((*judged)->entries->front().payload == expected.entries->front().payload);
}

TEST_CASE("a batch of 50 signals is judged in turns of eight: other messages get in between") {
  Fixture f;
  f.begin();
  f.start<WorkerState>(f.around.pool, std::size_t{8});
  f.run();
  std::size_t turns = 0;
  const auto judged = f.ask<JudgedPtr>(f.around.pool, judge_atom::value, f.job("b1", Lane::interactive, 50));
  while (!judged.there()) {
    if (f.next_is("var_worker")) ++turns;
    REQUIRE(f.step());
  }
  CHECK(turns == 7); // 8 + 8 + 8 + 8 + 8 + 8 + 2
  CHECK((*judged)->answer->assessments.size() == 50);
}

TEST_CASE("memory that ends in a calculation is an INTERNAL_ERROR answer, and the worker goes on") {
  Fixture f;
  f.begin();
  f.start<WorkerState>(f.around.pool, std::size_t{8});
  f.run();
  for (int i = 0; i < 1'000; ++i) // a book so large that only it needs so much memory at once
    f.desk.state.reservations.push_back({.signal = SignalId{"r" + std::to_string(i)},
                                         .symbol = Symbol{"EURUSD"},
                                         .opening_quantity = 1'000,
                                         .price = 1.1,
                                         .expires_at = noon_ms + day_ms});
  const JobPtr job = f.job("b1");
  const auto judged = f.ask<JudgedPtr>(f.around.pool, judge_atom::value, job);
  f.run_until([&] { return f.next_is("var_worker"); });
  fail_allocation_of(sizeof(Reservation) * 512);
  f.run();
  fail_allocation_of(0);
  CHECK((*judged)->answer->assessments.front().reason_code == "INTERNAL_ERROR");
  CHECK(std::holds_alternative<BatchDecided>((*judged)->events.back().fact));
  CHECK(f.named("var_worker").size() == 1);
  const auto again = f.judge(job);
  CHECK(*(*again)->answer == *judged_directly(*job).answer);
}
