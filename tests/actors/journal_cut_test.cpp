// How far a journal is cut: below every floor, and nothing that anybody needs is ever gone.

#include <cstdlib>
#include <random>

#include "actors/egress.hpp"
#include "actors/journal_cut.hpp"
#include "actors/road_fixture.hpp"
#include "messages/codec_directory.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using std::chrono::hours;

namespace {

constexpr TimeMs start_ms = noon_ms;

/// One shard's past, made event by event, with everything that holds its front.
class History {
public:
  explicit History(std::uint64_t seed) : random{seed} {
    static const auto events = made_events();
    for (const auto& [entity, all] : events)
      if (tenants_.size() < 2 + seed % 5) tenants_.push_back({entity, &all});
    rules.retention = hours{24};
    rules.destinations = {"file"};
  }

  void step() {
    now += static_cast<TimeMs>(random() % static_cast<std::uint64_t>(3 * hour_ms));
    append(tenants_[random() % tenants_.size()]);
    if (one_in(3)) keep(tenants_[random() % tenants_.size()]);
    if (one_in(8)) keep_directory();
    if (one_in(4)) confirm();
    if (one_in(12)) corrupt(tenants_[random() % tenants_.size()].entity);
  }

  /// As the shard, the snapshot writer and the journal writer do it together.
  std::uint64_t cut() {
    const std::uint64_t before = journal.base({0})->n.value;
    const auto plan = plan_cut(doors(), rules, {0}, now);
    REQUIRE(plan);
    CHECK(plan->complaints.empty());
    below_ = std::max(below_, plan->below.value);
    for (std::uint64_t base = before;;) {
      const auto moved = journal.cut({0}, plan->below);
      REQUIRE(moved);
      if (moved->n.value == base) break;
      base = moved->n.value;
    }
    return journal.base({0})->n.value - before;
  }

  void check_nothing_is_missing() {
    const std::uint64_t base = journal.base({0})->n.value;
    for (std::uint64_t n = 1; n <= base; ++n) REQUIRE(at_ms_[n - 1] <= now - 24 * hour_ms);
    if (!rules.destinations.empty() && confirmed < journal.end({0})->n.value) {
      const auto next = journal.read({0}, {confirmed + 1}, 1); // the egress goes on without a gap
      REQUIRE(next);
      CHECK(next->front().n.value == confirmed + 1);
    }
    for (const auto& known : states_) {
      const auto& entity = known.first;
      const auto& state = known.second;
      INFO(entity);
      check_restores(entity, state);
      const auto sound = usable(entity);
      if (sound.size() < snapshots_kept) continue;
      REQUIRE(snapshots.save({0}, entity, {sound.front().n, "damaged"}));
      check_restores(entity, state);
      REQUIRE(snapshots.save({0}, entity, sound.front()));
    }
    const auto restored = restore_directory(journal, snapshots, {0});
    REQUIRE(restored);
    CHECK(restored->directory == directory_);
  }

  CutDoors doors() { return {&journal, &snapshots, &cursors}; }

  MemoryJournal journal{1};
  MemorySnapshots snapshots;
  MemoryCursors cursors;
  CutRules rules;
  TimeMs now = start_ms;
  std::uint64_t confirmed = 0;
  std::mt19937_64 random;

private:
  struct Tenant {
    std::string entity;
    const std::vector<TenantEvent>* events;
    std::size_t next = 0;
  };

  static std::map<std::string, std::vector<TenantEvent>> made_events() {
    std::map<std::string, std::vector<TenantEvent>> made;
    for (const auto* const name : {"ann", "ben", "cat", "dan", "eve", "fay"}) {
      Desk desk{usual_view(), user(name, {"trend"})};
      for (int i = 0; i < 60; ++i)
        desk.commit({{noon_ms + i, AccountChanged{.update_id = "u" + std::to_string(i), .deposit = 1.0 + i}}});
      made[desk.state.id.text()] = desk.history;
    }
    return made;
  }

  bool one_in(std::uint64_t count) { return random() % count == 0; }

  void append(Tenant& tenant) {
    if (tenant.next == tenant.events->size()) return;
    const TenantEvent& event = (*tenant.events)[tenant.next++];
    const auto entries = entries_of(tenant.entity, {event});
    auto stamped = std::make_shared<std::vector<JournalEntry>>(*entries);
    stamped->front().at_ms = now;
    journal.append({0}, {1}, stamped, [](const Result<Committed>& done) { REQUIRE(done); });
    journal.commit();
    at_ms_.push_back(now);
    const SequenceNumber n{at_ms_.size()};
    apply(states_[tenant.entity], event, n);
    if (const auto* opened = std::get_if<TenantOpened>(&event.fact))
      directory_.add(opened->id, hash64(entries->front().payload), opened->strategies);
    last_[tenant.entity] = n;
  }
  void keep(const Tenant& tenant) {
    // As the snapshot writer: one that comes later than a cut was planned that counts on newer ones is dropped.
    if (tenant.next > 0 && last_[tenant.entity].value + 1 >= below_)
      REQUIRE(snapshots.save({0}, tenant.entity, {last_[tenant.entity], encode_state(states_[tenant.entity])}));
  }
  void keep_directory() {
    REQUIRE(snapshots.save({0}, directory_entity, {{at_ms_.size()}, encode_directory(directory_)}));
  }
  void confirm() {
    confirmed += random() % (at_ms_.size() - confirmed + 1);
    REQUIRE(cursors.put(cursor_name("file", {0}), std::to_string(confirmed)));
  }
  std::vector<Snapshot> usable(const std::string& entity) const {
    auto found = snapshots.load({0}, entity);
    std::erase_if(found->sound, [](const Snapshot& one) { return !decode_state(one.bytes); });
    return found->sound;
  }
  /// The newest of two: never more than one of them, or the disk has lost the tenant.
  void corrupt(const std::string& entity) {
    const auto sound = usable(entity);
    if (sound.size() == snapshots_kept) REQUIRE(snapshots.save({0}, entity, {sound.front().n, "damaged"}));
  }
  void check_restores(const std::string& entity, const TenantState& state) const {
    const auto restored = restore_tenant(journal, snapshots, {0}, entity);
    if (!restored) FAIL(restored.error().message);
    REQUIRE(restored->state);
    CHECK(state_hash(*restored->state) == state_hash(state));
  }

  std::vector<Tenant> tenants_;
  std::map<std::string, TenantState> states_;
  std::map<std::string, SequenceNumber> last_;
  ShardDirectory directory_;
  std::vector<TimeMs> at_ms_; ///< by n
  std::uint64_t below_ = 0;   ///< as planned
};

std::uint64_t seed_of_run() {
  const char* const given = std::getenv("RISKCLUSTER_SEED");
  return given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

} // namespace

TEST_CASE("the floor is below the youngest, the unconfirmed and what an older snapshot lacks") {
  CHECK(cut_floor({{10}, {}, {}}).value == 10);
  CHECK(cut_floor({{10}, {{20}, {4}}, {{30}}}).value == 5);
  CHECK(cut_floor({{10}, {{20}}, {{7}, {6}, {30}}}).value == 7);
  CHECK(cut_floor({{10}, {{0}}, {{30}}}).value == 1); // who never confirmed anything needs all of it
}

TEST_CASE("whatever is cut, every tenant and every destination goes on as if nothing had been") {
  const std::uint64_t seed = seed_of_run();
  INFO("RISKCLUSTER_SEED=", seed);
  std::uint64_t removed = 0;
  for (std::uint64_t i = 0; i < 30; ++i) {
    INFO("round ", i);
    History history{seed + i};
    for (int step = 0; step < 150; ++step) {
      history.step();
      if (history.random() % 10 > 0) continue;
      removed += history.cut();
      history.check_nothing_is_missing();
    }
  }
  CHECK(removed > 300);
}

TEST_CASE("sleepers hold the journal for no longer than it takes to keep them again") {
  History history{7};
  for (int step = 0; step < 40; ++step) history.step();
  history.rules.destinations.clear();
  history.now += 48 * hour_ms;
  std::uint64_t removed = 0;
  for (int i = 0; i < 2; ++i) { // whoever wrote the last record has its turn with the next one
    removed += history.cut();
    history.step();
    history.now += 48 * hour_ms;
  }
  CHECK(removed > 30);
  history.check_nothing_is_missing();
}

TEST_CASE("a destination that confirms nothing holds everything") {
  History history{8};
  for (int step = 0; step < 40; ++step) history.step();
  history.rules.destinations.emplace_back("broken");
  history.now += 48 * hour_ms;
  CHECK(history.cut() == 0);
}

TEST_CASE("a tenant whose snapshots are lost behind a cut is an error, not a tenant without a past") {
  History history{9};
  for (int step = 0; step < 40; ++step) history.step();
  history.rules.destinations.clear();
  history.now += 48 * hour_ms;
  history.cut();
  history.step();
  history.now += 48 * hour_ms;
  history.cut();
  REQUIRE(history.journal.base({0})->n.value > 20);
  std::vector<std::string> entities;
  REQUIRE(history.snapshots.for_each_entity({0}, [&](const std::string& entity) {
    entities.push_back(entity);
    return true;
  }));
  for (const auto& entity : entities) {
    const auto found = history.snapshots.load({0}, entity);
    for (const auto& one : found->sound) REQUIRE(history.snapshots.drop({0}, entity, one.n));
    if (entity == directory_entity) continue;
    const auto restored = restore_tenant(history.journal, history.snapshots, {0}, entity);
    REQUIRE_FALSE(restored);
    CHECK(restored.error().code == Errc::malformed);
    CHECK(restored.error().message.find("no snapshot of " + entity) != std::string::npos);
  }
  CHECK(restore_directory(history.journal, history.snapshots, {0}).error().code == Errc::malformed);
}

namespace {

/// A shard over real journal and snapshot writers, where everything is old at once.
struct CutRoad : Road {
  CutRoad() : id{opened(tenant())}, ben{opened(user("ben"))} {
    around.settings.batch_clock = false;
    around.settings.cut_every = std::chrono::seconds{3'600};
    around.snapshots = start<SnapshotWriterState>(CutDoors{&journal, &snapshots, &cursors}, CutRules{});
    use_real_pool();
    run();
  }
  /// Both have a past of several snapshots; ann the last record.
  void keep_all(const shard_actor& owner) {
    for (const auto& who : {id, id, ben, id}) {
      ask<UpdateOutcome>(owner, update_atom::value, deposit(who, "d" + std::to_string(++deposits)));
      run();
      advance(std::chrono::seconds{700}, std::chrono::seconds{1}); // asleep
    }
  }
  AnswerPtr judged(const shard_actor& owner, const SignalBatch& batch) {
    const auto asked = ask<AnswerPtr>(owner, judge_atom::value, std::make_shared<const SignalBatch>(batch));
    run();
    return *asked;
  }
  std::uint64_t base() const { return journal.base({0})->n.value; }

  TenantId id, ben;
  int deposits = 0;
};

} // namespace

TEST_CASE("a shard cuts its journal once an hour, and not before") {
  CutRoad f;
  const auto owner = f.shard();
  f.keep_all(owner);
  CHECK(f.base() == 0);
  f.advance(std::chrono::seconds{1'600}, std::chrono::seconds{1});
  CHECK(f.base() > 0);
  const auto restored = restore_tenant(f.journal, f.snapshots, {0}, f.id.text());
  REQUIRE(restored);
  CHECK(restored->state->balance == 100'000 + 3 * 1'000);
}

TEST_CASE("a replay, and a node that keeps no snapshots, cut nothing") {
  for (const bool batch_clock : {true, false}) {
    CutRoad f;
    f.around.settings.batch_clock = batch_clock;
    f.around.settings.keep_snapshots = batch_clock;
    const auto owner = f.shard();
    f.keep_all(owner);
    f.advance(std::chrono::seconds{7'300}, std::chrono::seconds{1});
    CHECK(f.base() == 0);
  }
}

TEST_CASE("what was decided before and is cut is not decided again: DUPLICATE_EXPIRED") {
  CutRoad f;
  const auto owner = f.shard();
  const SignalBatch batch = plain_batch(f.id, "b1");
  REQUIRE(f.judged(owner, batch)->refusal.empty());
  const auto again = f.judged(owner, batch);
  CHECK(again->journal_position->n.value == 3); // while the record is there, its answer is given
  f.keep_all(owner);
  f.advance(std::chrono::seconds{3'700}, std::chrono::seconds{1});
  REQUIRE(f.base() >= 3);
  const auto records = f.journal.end({0})->n;
  CHECK(f.judged(owner, batch)->refusal == "DUPLICATE_EXPIRED");
  SignalBatch other = plain_batch(f.id, "b2"); // another batch with the same signal, and with a new one
  other.trading_signals.push_back(batch.trading_signals.front());
  CHECK(f.judged(owner, other)->refusal == "DUPLICATE_EXPIRED");
  CHECK(f.journal.end({0})->n == records);
  CHECK(f.judged(owner, plain_batch(f.id, "b3"))->refusal.empty());
  CHECK(f.alerts.empty());
}

TEST_CASE("a snapshot that comes late does not push out one that a cut counts on") {
  CutRoad f;
  const auto owner = f.shard();
  f.keep_all(owner);
  f.advance(std::chrono::seconds{3'700}, std::chrono::seconds{1});
  REQUIRE(f.base() > 0);
  const auto before = f.snapshots.load({0}, f.ben.text())->sound;
  auto late = std::make_shared<const SnapshotOrder>(
      SnapshotOrder{{0}, f.ben.text(), {1}, std::make_shared<const TenantState>()});
  CHECK(*f.ask_now<bool>(f.around.snapshots, save_atom::value, SnapshotPtr{late}));
  CHECK(f.snapshots.load({0}, f.ben.text())->sound == before);
}
