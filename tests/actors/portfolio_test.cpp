// The portfolio: one item at a time, and nothing is state that is not durable.

#include "actors/road_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

/// One tenant's portfolio with a pool that answers as the test wants.
struct Fixture : Road {
  Fixture() : id{opened(tenant())}, pool{fake<FakePool>()} {
    around.pool = pool.handle;
    ann = portfolio(id);
  }
  TenantId id;
  FakePool& pool;
  portfolio_actor ann;
};

std::string bytes_of(const AnswerPtr& answer) { return encode_answer_bytes(*answer); }

} // namespace

TEST_CASE("the second batch is judged when the first is durable and applied, not before") {
  Fixture f;
  f.journal.holds = true;
  const auto first = f.judge(f.ann, batch_of(f.id, "b1"));
  const auto second = f.judge(f.ann, batch_of(f.id, "b2"));
  f.run();
  CHECK(f.pool.asked.size() == 1);
  CHECK(f.pool.asked.front()->state->version == 1);
  CHECK(!first.there());
  f.journal.holds = false;
  f.ask_now<bool>(f.around.journal, barrier_atom::value);
  REQUIRE(f.pool.asked.size() == 2);
  CHECK(f.pool.asked.back()->state->version == 2);
  CHECK(state_hash(*f.pool.asked.front()->state) != state_hash(*f.pool.asked.back()->state));
  CHECK((*first)->journal_position->n.value == 2);
  CHECK((*second)->journal_position->n.value == 3);
}

TEST_CASE("facts go before all batches that wait") {
  Fixture f;
  f.pool.holds = true;
  f.judge(f.ann, batch_of(f.id, "b1"));
  f.judge(f.ann, batch_of(f.id, "b2"));
  f.run();
  const auto fact = f.update(f.ann, deposit(f.id, "d1", 50'000));
  f.run();
  CHECK(!fact.there()); // b1 is at work
  f.release(f.pool);
  CHECK(*fact == UpdateOutcome::applied);
  REQUIRE(f.pool.asked.size() == 2);
  CHECK(f.pool.asked.back()->batch->batch_id.value == "b2");
  CHECK(f.pool.asked.back()->state->balance == 150'000);
}

TEST_CASE("at most 64 batches wait for a portfolio: the next is OVERLOADED, and nothing of it is journaled") {
  Fixture f;
  f.pool.holds = true;
  std::vector<Asked<AnswerPtr>> asked;
  for (int i = 0; i < 66; ++i) asked.push_back(f.judge(f.ann, batch_of(f.id, "b" + std::to_string(i))));
  f.run();
  for (int i = 0; i < 65; ++i) CHECK(!asked[static_cast<std::size_t>(i)].there()); // one at work, 64 behind it
  CHECK(asked.back().error().code == Errc::overloaded);
  SUBCASE("facts are not bounded by it") {
    std::vector<Asked<UpdateOutcome>> facts;
    for (int i = 0; i < 100; ++i) facts.push_back(f.update(f.ann, deposit(f.id, "d" + std::to_string(i))));
    f.run();
    f.release(f.pool);
    for (const auto& fact : facts) CHECK(*fact == UpdateOutcome::applied);
  }
  f.release(f.pool, 65);
  for (int i = 0; i < 65; ++i) CHECK(asked[static_cast<std::size_t>(i)].there());
}

TEST_CASE("ten thousand waiting repeats end one after the other, not one within the other") {
  Fixture f;
  f.update(f.ann, deposit(f.id, "d"));
  f.run();
  f.pool.holds = true;
  f.judge(f.ann, batch_of(f.id, "b1"));
  f.run();
  std::vector<Asked<UpdateOutcome>> repeats;
  for (int i = 0; i < 10'000; ++i) repeats.push_back(f.update(f.ann, deposit(f.id, "d")));
  f.run();
  f.release(f.pool);
  for (const auto& repeat : repeats) REQUIRE(*repeat == UpdateOutcome::repeated);
}

TEST_CASE("a repeat is answered from the journal, byte for byte, and judged no more") {
  Fixture f;
  const auto first = f.judge(f.ann, batch_of(f.id, "b1"));
  f.run();
  const auto records = f.records().size();
  const auto again = f.judge(f.ann, batch_of(f.id, "b1"));
  f.run();
  CHECK(bytes_of(*again) == bytes_of(*first));
  CHECK(f.pool.asked.size() == 1);
  CHECK(f.records().size() == records);
}

TEST_CASE("a repeat of a batch that is still under way waits for it and gets the same answer") {
  Fixture f;
  f.pool.holds = true;
  const auto first = f.judge(f.ann, batch_of(f.id, "b1"));
  const auto again = f.judge(f.ann, batch_of(f.id, "b1"));
  f.run();
  CHECK(!again.there());
  f.release(f.pool);
  CHECK(bytes_of(*again) == bytes_of(*first));
  CHECK(f.pool.asked.size() == 1);
}

TEST_CASE("an append that failed changes nothing: an error, the same state, and the next item goes on") {
  Fixture f;
  f.journal.refuses = "the disk is full";
  const auto lost = f.judge(f.ann, batch_of(f.id, "b1"));
  const auto fact = f.update(f.ann, deposit(f.id, "d1"));
  f.run();
  CHECK(lost.error().code == Errc::unavailable);
  CHECK(fact.error().message == "the disk is full");
  f.journal.refuses.clear();
  const auto next = f.judge(f.ann, batch_of(f.id, "b2"));
  f.run();
  CHECK(f.pool.asked.back()->state == f.pool.asked.front()->state); // the very same
  CHECK((*next)->journal_position->n.value == 2);
  CHECK(*f.ask_now<bool>(f.ann, sleep_atom::value));
  const auto kept = f.snapshots.load({0}, f.id.text());
  CHECK(state_hash(*decode_state(kept->sound.front().bytes)) == state_hash(f.folded(f.id)));
}

TEST_CASE("fenced: all who wait are told so, the portfolio ends, and keeps no snapshot") {
  Fixture f;
  f.around.settings.snapshot_after = std::chrono::seconds{60};
  f.judge(f.ann, batch_of(f.id, "b0"));
  f.run();
  f.advance(std::chrono::seconds{61}); // a snapshot is due with the next item
  f.pool.holds = true;
  const auto first = f.judge(f.ann, batch_of(f.id, "b1"));
  const auto second = f.judge(f.ann, batch_of(f.id, "b2"));
  const auto fact = f.update(f.ann, deposit(f.id, "d1"));
  f.run();
  REQUIRE(f.journal.claim({0}));
  const auto portfolio = f.named("portfolio").front();
  f.release(f.pool);
  CHECK(first.error().code == Errc::fenced);
  CHECK(fact.error().code == Errc::fenced);
  CHECK(second.error().code == Errc::fenced);
  CHECK(Stage::gone(portfolio));
  CHECK(f.snapshots.load({0}, f.id.text())->sound.empty());
  CHECK(f.records().size() == 2); // the opening and b0
}

TEST_CASE("a calculation that took its workers with it is an INTERNAL_ERROR decision: journaled, its sequence used") {
  Fixture f;
  f.pool.answer = [](const JobPtr&) -> Result<JudgedPtr> { return Error{Errc::failed, "two workers died"}; };
  SignalBatch numbered = plain_batch(f.id, "b1");
  numbered.source = SourceId{"engine"};
  numbered.sequence = 1;
  const auto first = f.judge(f.ann, std::make_shared<const SignalBatch>(numbered));
  f.run();
  CHECK((*first)->assessments.front().reason_code == "INTERNAL_ERROR");
  CHECK((*first)->journal_position.has_value());
  f.pool.answer = FakePool{}.answer;
  const auto again = f.judge(f.ann, std::make_shared<const SignalBatch>(numbered));
  f.run();
  CHECK(bytes_of(*again) == bytes_of(*first));
  CHECK(f.records().size() == 2);
}

TEST_CASE("a pool that is full or gone is no decision: nothing journaled, and the same batch may come again") {
  for (const Errc code : {Errc::overloaded, Errc::unavailable}) {
    Fixture f;
    f.pool.answer = [code](const JobPtr&) -> Result<JudgedPtr> { return Error{code, "no worker"}; };
    const auto refused = f.judge(f.ann, batch_of(f.id, "b1"));
    f.run();
    CHECK(refused.error().code == code);
    CHECK(f.records().size() == 1);
    f.pool.answer = FakePool{}.answer;
    const auto judged = f.judge(f.ann, batch_of(f.id, "b1"));
    f.run();
    CHECK((*judged)->assessments.front().approval_status == ApprovalStatus::approved);
  }
}

TEST_CASE(
    "without a market view nothing is decided: an error, nothing journaled; a view that is made meanwhile is used") {
  Fixture f;
  auto& market = f.fake<FakeMarket>([](TimeMs) -> Result<MarketViewPtr> {
    return Error{Errc::unavailable, "no prices of that day"};
  });
  f.around.market = market.handle;
  f.around.views = std::make_shared<const MarketViews>();
  const auto batch = f.judge(f.ann, batch_of(f.id, "b1"));
  const auto fact = f.update(f.ann, deposit(f.id, "d1"));
  f.run();
  CHECK(batch.error().message == "no prices of that day");
  CHECK(fact.error().message == "no prices of that day");
  CHECK(market.asked == std::vector<TimeMs>{noon_ms, noon_ms});
  CHECK(f.records().size() == 1);
  CHECK(f.pool.asked.empty());
  market.answer = [](TimeMs) -> Result<MarketViewPtr> { return usual_view(); };
  const auto later = f.judge(f.ann, batch_of(f.id, "b1"));
  f.run();
  CHECK((*later)->view_id == usual_view()->id());
}

TEST_CASE("time never falls: a batch that tells an earlier time is judged at the state's last one") {
  Fixture f;
  f.update(f.ann, deposit(f.id, "d1", 1, noon_ms + 5'000));
  f.judge(f.ann, batch_of(f.id, "b1"));
  f.run();
  CHECK(f.pool.asked.front()->now == noon_ms + 5'000);
}

TEST_CASE("a signal decided in an earlier batch gets that batch's answer again, from the journal") {
  Fixture f;
  const auto first = f.judge(f.ann, batch_of(f.id, "b1"));
  f.run();
  SignalBatch other = plain_batch(f.id, "b2");
  other.trading_signals = {order(Side::buy, "EURUSD", 5'000, "b1"), order(Side::buy, "GBPUSD", 5'000, "new")};
  const auto second = f.judge(f.ann, std::make_shared<const SignalBatch>(other));
  f.run();
  CHECK((*second)->assessments.front() == (*first)->assessments.front());
  REQUIRE(f.pool.asked.back()->prior.size() == 1);
  CHECK(f.folded(f.id).reservations.size() == 2); // not three
}

TEST_CASE("outputs that lag and a quarantine reach the judgement; the quarantine is the graver one") {
  Fixture f;
  f.around.outputs_lag = true;
  f.judge(f.ann, batch_of(f.id, "b1"));
  f.run();
  CHECK(f.pool.asked.back()->restrictions.standing == Standing::outputs_lag);
  const auto poisoned = f.portfolio(f.id, {1}, Standing::reduce_only);
  f.judge(poisoned, batch_of(f.id, "b2"));
  f.run();
  CHECK(f.pool.asked.back()->restrictions.standing == Standing::reduce_only);
}
