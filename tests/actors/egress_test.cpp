// The egress: what is durable goes out, in order, with repeats perhaps, never with a gap.

#include "actors/egress.hpp"

#include "actors/road_fixture.hpp"
#include "messages/codec_outputs.hpp"
#include "transport/memory_destination.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using std::chrono::milliseconds;

namespace {

/// Takes everything and confirms when it is told to.
class SlowDestination final : public Destination {
public:
  const std::string& name() const override { return name_; }
  void publish(ShardId, std::vector<Publication> publications, Done done) override {
    portions.push_back(std::move(publications));
    waiting.push_back(std::move(done));
  }
  void confirm(bool arrived) { std::exchange(waiting, {}).front()(arrived); }
  std::vector<std::vector<Publication>> portions;
  std::vector<Done> waiting;

private:
  std::string name_ = "slow";
};

struct Fixture : Road {
  Fixture() : id{opened(tenant())}, pool{fake<FakePool>()}, supervisor{fake<FakeSupervisor>()} {
    around.pool = pool.handle;
  }
  /// From what the cursors say.
  void begin(const std::vector<Destination*>& destinations) {
    std::vector<Outlet> outlets;
    EgressStart from{.ends = {journal.end({0})->n}};
    for (auto* destination : destinations) {
      outlets.push_back({destination, [](const Output& output) { return output.bytes; }});
      const auto cursor = cursors.find(cursor_name(destination->name(), {0}));
      from.confirmed.push_back({{*cursor ? std::stoull(**cursor) : 0}});
    }
    journal.reads = 0;
    egress = start<EgressState>(outlets, from, with(), supervisor.handle);
    around.journal = start<JournalWriterState>(static_cast<Journal*>(&journal), egress, around.alerts);
    ann = portfolio(id);
  }
  void send(int count) {
    for (; count > 0; --count) judge(ann, batch_of(id, "b" + std::to_string(++batches)));
    run();
  }
  void tick(int count = 1) { advance(count * milliseconds{200}, milliseconds{200}); }
  std::string cursor(const std::string& name) const { return cursors.find(cursor_name(name, {0}))->value_or("none"); }
  /// What the journal says should be out, from n on.
  std::vector<Publication> expected(std::uint64_t from = 1) const {
    std::vector<Publication> all;
    for (const auto& record : records()) {
      if (record.n.value < from) continue;
      const auto made = outputs({record.shard, record.epoch, record.n}, record.entity, record.payload);
      for (const auto& output : *made)
        all.push_back({.id = std::to_string(record.shard.value) + "-" + std::to_string(record.n.value) + "-" +
                             std::to_string(output.id.k),
                       .channel = std::string{channel(output.kind)},
                       .tenant = output.tenant,
                       .bytes = output.bytes,
                       .correlation_id = output.trace.correlation_id});
    }
    return all;
  }
  TenantId id;
  FakePool& pool;
  FakeSupervisor& supervisor;
  egress_actor egress;
  portfolio_actor ann;
  int batches = 0;
};

} // namespace

TEST_CASE("every output goes out once, in the order of n, and reading the journal is not needed for it") {
  MemoryDestination file{"file"};
  Fixture f;
  f.begin({&file});
  f.run();
  f.journal.reads = 0;
  f.send(10);
  CHECK(f.journal.reads == 0);
  CHECK(file.arrived().size() == 20); // an assessment and an approval each
  CHECK(file.arrived() == f.expected());
}

TEST_CASE("what is not confirmed is sent again with the same ids at the next tick; a person is told once") {
  SlowDestination slow;
  Fixture f;
  f.begin({&slow});
  f.run();
  f.send(1);
  REQUIRE(slow.portions.size() == 1);
  for (int i = 0; i < 3; ++i) {
    slow.confirm(false);
    f.run();
    f.tick();
  }
  REQUIRE(slow.portions.size() == 4);
  for (const auto& portion : slow.portions) CHECK(portion == f.expected());
  CHECK(f.alerts_of("EGRESS_BLOCKED") == 1);
  CHECK(f.cursor("slow") == "1"); // the opening, which says nothing to anybody
  CHECK(f.alerts_of("EGRESS_TAKES") == 0);
  slow.confirm(true);
  f.run();
  CHECK(f.alerts_of("EGRESS_TAKES") == 1);
}

TEST_CASE("one portion at a time is under way, of so many records at most, and the next leaves when it is confirmed") {
  SlowDestination slow;
  Fixture f;
  f.around.settings.egress_window = 4;
  f.begin({&slow});
  f.run();
  f.send(7);
  std::vector<Publication> got;
  std::size_t portions = 0;
  for (; !slow.waiting.empty(); ++portions) {
    CHECK(slow.waiting.size() == 1);
    got.insert(got.end(), slow.portions.back().begin(), slow.portions.back().end());
    slow.confirm(true);
    f.run();
  }
  CHECK(got == f.expected());
  CHECK(portions >= 2);
}

TEST_CASE("a cursor is marked at the tick, not with every record") {
  MemoryDestination file{"file"};
  Fixture f;
  f.begin({&file});
  f.run();
  f.tick();
  f.send(3);
  CHECK(f.cursor("file") == "1");
  f.tick();
  CHECK(f.cursor("file") == "4");
}

TEST_CASE("a new life publishes again what was not confirmed in the last, and nothing that was") {
  MemoryDestination file{"file"};
  Fixture f;
  f.begin({&file});
  f.send(3);
  f.tick();
  file.refuse(true);
  f.send(3); // durable, and nobody heard of it
  f.tick();
  CHECK(f.cursor("file") == "4");
  MemoryDestination successor{"file"};
  f.begin({&successor});
  f.run();
  CHECK(successor.arrived() == f.expected(5));
  CHECK(f.journal.reads > 0);
}

TEST_CASE("a destination that takes nothing does not hold up another, and gets all of it when it is back") {
  MemoryDestination dead{"dead"}, file{"file"};
  dead.refuse(true);
  Fixture f;
  f.begin({&dead, &file});
  f.send(5);
  f.tick(3);
  CHECK(file.arrived() == f.expected());
  CHECK(dead.arrived().empty());
  CHECK(f.cursor("file") == "6");
  dead.refuse(false);
  f.tick(2);
  CHECK(dead.arrived() == f.expected());
  CHECK(f.cursor("dead") == "6");
}

TEST_CASE("who falls behind what is kept in memory is served from the journal, without a gap") {
  MemoryDestination file{"file"};
  Fixture f;
  f.around.settings.egress_window = 2;
  f.begin({&file});
  f.run();
  file.refuse(true);
  f.send(20);
  f.journal.reads = 0;
  file.refuse(false);
  f.tick();
  CHECK(f.journal.reads > 0);
  CHECK(file.arrived() == f.expected());
  f.send(1);
  CHECK(file.arrived() == f.expected());
}

TEST_CASE("records that wait beyond the bound: the supervisor hears it once, and once that they are out") {
  MemoryDestination file{"file"};
  Fixture f;
  f.around.settings.egress_lag_max = 3;
  f.begin({&file});
  f.tick();
  file.refuse(true);
  f.send(3);
  f.tick(2);
  CHECK(f.supervisor.lagging.empty()); // at the bound
  f.send(1);
  f.tick(3);
  CHECK(f.supervisor.lagging == std::vector{true});
  CHECK(f.alerts_of("EGRESS_LAGS") == 1);
  file.refuse(false);
  f.tick(2);
  CHECK(f.supervisor.lagging == std::vector{true, false});
  CHECK(f.alerts_of("EGRESS_CAUGHT_UP") == 1);
}

TEST_CASE("a record that cannot be understood stops its shard's outputs before it, and a person is told") {
  MemoryDestination file{"file"};
  Fixture f;
  f.begin({&file});
  f.send(1);
  auto rubbish = std::make_shared<std::vector<JournalEntry>>(1, JournalEntry{"acme/ann", noon_ms, "rubbish"});
  f.ask_now<JournalPosition>(f.around.journal, append_atom::value,
                             AppendPtr{std::make_shared<const Append>(Append{{0}, {1}, std::move(rubbish)})});
  f.tick(5);
  CHECK(f.cursor("file") == "2");
  CHECK(f.alerts_of("EGRESS_BLOCKED") == 1);
}

TEST_CASE("an orderly stop waits until everything is out and the cursors are marked") {
  SlowDestination slow;
  Fixture f;
  f.begin({&slow});
  f.run();
  f.send(2);
  const auto stopped = f.ask_now<bool>(f.egress, stop_atom::value);
  f.tick(3);
  CHECK(!stopped.there());
  SUBCASE("all is confirmed") {
    while (!slow.waiting.empty()) {
      slow.confirm(true);
      f.run();
    }
    CHECK(*stopped);
    CHECK(f.cursor("slow") == "3");
  }
  SUBCASE("nobody confirms: it waits five seconds, no longer") {
    f.tick(20);
    CHECK(!stopped.there());
    f.tick(5);
    CHECK(*stopped);
  }
}
