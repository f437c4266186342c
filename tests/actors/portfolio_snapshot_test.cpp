// When a portfolio keeps its state, and how it goes to sleep.

#include "actors/road_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using std::chrono::seconds;

namespace {

struct Fixture : Road {
  Fixture() : id{opened(tenant())}, disk{fake<FakeSnapshots>()} {
    around.settings.snapshot_events = 4;
    around.snapshots = disk.handle;
    ann = portfolio(id);
  }
  void deposits(int count) {
    for (; count > 0; --count) update(ann, deposit(id, "d" + std::to_string(++done)));
    run();
  }
  TenantId id;
  FakeSnapshots& disk;
  portfolio_actor ann;
  int done = 0;
};

} // namespace

TEST_CASE("a state is kept when so many events are not in a snapshot, the opening one among them; complete to its n") {
  Fixture f;
  f.deposits(2);
  CHECK(f.disk.asked.empty());
  f.deposits(1);
  REQUIRE(f.disk.asked.size() == 1);
  CHECK(f.disk.asked.front()->n.value == 4);
  CHECK(f.disk.asked.front()->entity == f.id.text());
  CHECK(state_hash(*f.disk.asked.front()->state) == state_hash(f.folded(f.id)));
  f.deposits(3);
  CHECK(f.disk.asked.size() == 1); // counted anew
  f.deposits(1);
  CHECK(f.disk.asked.size() == 2);
}

TEST_CASE("by default it is kept after 256 events, or ten minutes after the first that is not kept") {
  const RoadSettings settings;
  CHECK(settings.snapshot_events == 256);
  CHECK(settings.snapshot_after == seconds{600});
}

TEST_CASE("a state is kept with the first event that comes ten minutes after the first unkept one") {
  Fixture f;
  f.around.settings.snapshot_events = 1'000;
  f.deposits(1);
  f.advance(seconds{599});
  f.deposits(1);
  CHECK(f.disk.asked.empty());
  f.advance(seconds{1});
  f.deposits(1);
  CHECK(f.disk.asked.size() == 1);
  f.deposits(1);
  CHECK(f.disk.asked.size() == 1);
}

TEST_CASE("while one snapshot is being written no other begins, and events of the meantime count for the next") {
  Fixture f;
  f.disk.holds = true;
  f.deposits(9);
  CHECK(f.disk.asked.size() == 1);
  f.release(f.disk);
  f.deposits(1); // 6 unkept by now
  CHECK(f.disk.asked.size() == 2);
}

TEST_CASE("a snapshot that failed is tried again with the next event") {
  Fixture f;
  f.disk.answer = [](const SnapshotPtr&) -> Result<bool> { return Error{Errc::unavailable, "full"}; };
  f.deposits(3);
  CHECK(f.disk.asked.size() == 1);
  f.disk.answer = FakeSnapshots{}.answer;
  f.deposits(1);
  CHECK(f.disk.asked.size() == 2);
  f.deposits(1);
  CHECK(f.disk.asked.size() == 2);
}

TEST_CASE("a portfolio that works does not sleep") {
  Fixture f;
  auto& pool = f.fake<FakePool>();
  pool.holds = true;
  f.around.pool = pool.handle;
  const auto answer = f.judge(f.ann, batch_of(f.id, "b1"));
  f.run();
  CHECK(!*f.ask_now<bool>(f.ann, sleep_atom::value));
  f.release(pool);
  CHECK((*answer)->journal_position.has_value());
  CHECK(*f.ask_now<bool>(f.ann, sleep_atom::value));
}

TEST_CASE("sleep: the state is kept first, then the portfolio ends") {
  Fixture f;
  f.disk.holds = true;
  f.deposits(1);
  const auto portfolio = f.named("portfolio").front();
  const auto asleep = f.ask_now<bool>(f.ann, sleep_atom::value);
  CHECK(f.disk.asked.size() == 1);
  CHECK(!asleep.there());
  CHECK(!Stage::gone(portfolio));
  f.release(f.disk);
  CHECK(*asleep);
  CHECK(Stage::gone(portfolio));
}

TEST_CASE("sleep: a state that is kept already, or is not to be kept, is not written") {
  Fixture f;
  SUBCASE("kept already") { f.deposits(3); }
  SUBCASE("not to be kept") {
    f.around.settings.keep_snapshots = false;
    f.deposits(9);
  }
  const auto before = f.disk.asked.size();
  CHECK(*f.ask_now<bool>(f.ann, sleep_atom::value));
  CHECK(f.disk.asked.size() == before);
}

TEST_CASE("a portfolio whose state cannot be kept stays awake, and what came meanwhile is done") {
  Fixture f;
  f.disk.holds = true;
  f.disk.answer = [](const SnapshotPtr&) -> Result<bool> { return Error{Errc::unavailable, "full"}; };
  f.deposits(1);
  const auto asleep = f.ask_now<bool>(f.ann, sleep_atom::value);
  const auto fact = f.update(f.ann, deposit(f.id, "late"));
  f.run();
  CHECK(!fact.there());
  f.release(f.disk);
  CHECK(!*asleep);
  CHECK(*fact == UpdateOutcome::applied);
}
