// The committer: everything that waits becomes durable together, and whoever waits for all of it waits for all of it.

#include "actors/road_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

struct FakeEgress {
  using Handle = egress_actor;
  static Handle::behavior_type behavior(Handle::pointer, FakeEgress* fake) {
    return {[=](commit_atom, const CommittedPtr& commit) { fake->heard.push_back(commit); },
            [](confirm_atom, std::uint32_t, ShardId, SequenceNumber, bool) {}, [](with_atom, const SurroundingsPtr&) {},
            [](tick_atom) {}, [](stop_atom) { return true; }};
  }
  std::vector<CommittedPtr> heard;
  Handle handle;
};

struct Fixture : Road {
  Fixture() : Road{3}, egress{fake<FakeEgress>()} {
    writer = start<JournalWriterState>(static_cast<Journal*>(&journal), egress.handle, around.alerts);
    run();
  }
  Asked<JournalPosition> append(std::uint32_t shard, std::uint64_t epoch = 1, std::size_t entries = 1) {
    auto made = std::make_shared<std::vector<JournalEntry>>(entries, JournalEntry{"acme/ann", noon_ms, "payload"});
    return ask<JournalPosition>(writer, append_atom::value,
                                AppendPtr{std::make_shared<const Append>(Append{{shard}, {epoch}, std::move(made)})});
  }
  FakeEgress& egress;
  journal_actor writer;
};

} // namespace

TEST_CASE("all that waits is committed together, of all shards, and answered with its n") {
  Fixture f;
  std::vector<Asked<JournalPosition>> asked;
  for (std::uint32_t i = 0; i < 30; ++i) asked.push_back(f.append(i % 3, 1, 2));
  f.run();
  CHECK(f.journal.portions == std::vector<std::size_t>{30});
  for (std::uint32_t i = 0; i < 30; ++i) {
    CHECK(asked[i]->n.value == 1 + 2 * (i / 3));
    CHECK(asked[i]->shard.value == i % 3);
  }
}

TEST_CASE("the egress hears of every commit, per shard in the order of n and without a gap") {
  Fixture f;
  for (std::uint32_t i = 0; i < 40; ++i) {
    f.append(i % 3, 1, 1 + i % 4);
    if (i % 7 == 0) f.run();
  }
  f.run();
  std::vector<std::uint64_t> next(3, 1);
  for (const auto& commit : f.egress.heard) {
    auto& expected = next[commit->shard.value];
    CHECK(commit->first.value == expected);
    expected += commit->entries->size();
  }
  CHECK(f.egress.heard.size() == 40);
}

TEST_CASE("no more than 1,024 appends make one commit") {
  Fixture f;
  for (int i = 0; i < 1'500; ++i) f.append(0);
  f.run();
  CHECK(f.journal.portions == std::vector<std::size_t>{1'024, 476});
}

TEST_CASE("a barrier is passed when all before it is answered, not while an outcome is unknown") {
  Fixture f;
  f.journal.holds = true;
  const auto position = f.append(0);
  const auto barrier = f.ask<bool>(f.writer, barrier_atom::value);
  f.run();
  CHECK(!barrier.there());
  f.journal.holds = false;
  f.tell(f.writer, commit_atom::value);
  f.run();
  CHECK(position.there());
  CHECK(*barrier);
  CHECK(*f.ask_now<bool>(f.writer, barrier_atom::value)); // with nothing before it
}

TEST_CASE("a claim comes behind all that was sent before it, and fences the older epoch from then on") {
  Fixture f;
  const auto before = f.append(0);
  f.journal.holds = true;
  const auto claim = f.ask<Epoch>(f.writer, claim_atom::value, ShardId{0});
  f.run();
  CHECK(!claim.there());
  f.journal.holds = false;
  const auto late = f.append(0);
  f.run();
  CHECK(before->n.value == 1);
  CHECK(claim->value == 2);
  const auto stale = f.append(0), own = f.append(0, 2), other = f.append(1);
  f.run();
  CHECK(stale.error().code == Errc::fenced);
  CHECK(own->n.value == f.journal.end({0})->n.value);
  CHECK(other->n.value == 1);
  CHECK(late.there());
}

TEST_CASE("a claim of a shard that does not exist is an error") {
  Fixture f;
  CHECK(f.ask_now<Epoch>(f.writer, claim_atom::value, ShardId{9}).error().code == Errc::invalid_argument);
}

TEST_CASE(
    "trouble is told once, looked after ten times a second, and so is its end; nothing is looked after in between") {
  Fixture f;
  f.journal.refuses = "the disk is full";
  CHECK(f.append(0).there() == false);
  f.run();
  for (int i = 0; i < 30; ++i) {
    f.append(0);
    f.advance(std::chrono::milliseconds{100});
  }
  REQUIRE(f.alerts_of("JOURNAL_TROUBLE") == 1);
  CHECK(f.alerts.front().message.find("the disk is full") != std::string::npos);
  CHECK(f.alerts_of("JOURNAL_RECOVERED") == 0);
  f.journal.refuses.clear();
  f.advance(std::chrono::milliseconds{99});
  CHECK(f.alerts_of("JOURNAL_RECOVERED") == 0);
  f.advance(std::chrono::milliseconds{1});
  CHECK(f.alerts_of("JOURNAL_RECOVERED") == 1);
  CHECK(f.alerts.size() == 2);
}

TEST_CASE("an idle committer tries the disk at its times, a busy one does not, and what is found is told and watched") {
  Fixture f;
  const auto every = std::chrono::milliseconds{5'000};
  f.writer = f.start<JournalWriterState>(static_cast<Journal*>(&f.journal), f.egress.handle, f.around.alerts, every);
  f.run();
  CHECK(f.journal.probes == 1); // at once
  f.append(0);
  f.run();
  f.advance(every);
  CHECK(f.journal.probes == 1); // it has just committed
  f.advance(every);
  CHECK(f.journal.probes == 2);
  f.journal.probe_finds = "the disk is full";
  f.advance(every - std::chrono::milliseconds{1});
  CHECK(f.alerts.empty());
  f.advance(std::chrono::milliseconds{1});
  CHECK(f.alerts_of("JOURNAL_TROUBLE") == 1);
  f.advance(every, std::chrono::milliseconds{100});
  CHECK(f.journal.probes == 3); // known trouble is looked after by commits
  f.journal.refuses.clear();
  f.journal.probe_finds.clear();
  f.advance(std::chrono::milliseconds{100});
  CHECK(f.alerts_of("JOURNAL_RECOVERED") == 1);
  f.advance(2 * every, every);
  CHECK(f.journal.probes == 5);
  CHECK(f.alerts.size() == 2);
}

TEST_CASE("a writer that ends commits what waits, and answers it") {
  Fixture f;
  const auto position = f.append(0);
  f.run_until([&] { return f.named("journal_writer").size() == 2 && f.next_is("journal_writer"); });
  f.step(); // taken, not committed
  f.kill(caf::actor_cast<caf::strong_actor_ptr>(f.writer));
  f.run();
  CHECK(position.there());
  CHECK(f.journal.end({0})->n.value == 1);
}
