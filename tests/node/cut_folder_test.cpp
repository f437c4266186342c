// What verify and repair say of a folder whose journals were cut at the front.

#include "node/data_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "actors/journal_cut.hpp"
#include "journal/record_format.hpp"
#include "storage/keys.hpp"
#include "storage/rocksdb_snapshots.hpp"

namespace riskcluster {

namespace {

/// A folder of which everything was cut that nobody needs.
struct CutFolder : test::DataFolder {
  CutFolder() {
    const auto store = Store::open(path(), test::folder_shards, SyncPolicy::by_caller);
    for (std::uint32_t shard = 0; shard < test::folder_shards; ++shard) {
      const auto plan = plan_cut({&(*store)->journal(), &(*store)->snapshots(), &(*store)->cursors()},
                                 {.destinations = {"nats"}}, {shard}, time_max_ms);
      REQUIRE(plan);
      CHECK(plan->complaints.empty());
      bases.push_back((*store)->journal().cut({shard}, plan->below)->n.value);
      REQUIRE(bases.back() > 0);
      REQUIRE(bases.back() < ends[shard]);
    }
  }
  /// Of shard 1, all of an entity's or only the newer ones.
  void drop_snapshots(const std::string& entity, std::size_t keep = 0) const {
    const auto database = open();
    RocksdbSnapshots snapshots{*database};
    const auto found = snapshots.load({1}, entity);
    for (std::size_t i = 0; i + keep < found->sound.size(); ++i)
      REQUIRE(snapshots.drop({1}, entity, found->sound[i].n));
  }
  void check_restores() const {
    const auto store = Store::open(path(), test::folder_shards, SyncPolicy::by_caller);
    for (const auto& [entity, state] : states) {
      const auto restored =
          restore_tenant((*store)->journal(), (*store)->snapshots(), shard_of(entity, test::folder_shards), entity);
      REQUIRE(restored);
      CHECK(state_hash(*restored->state) == state_hash(state));
    }
  }
  std::vector<std::uint64_t> bases;
};

/// A tenant with records behind the cut.
std::string worker_of(const CutFolder& folder) {
  const auto store = Store::open(folder.path(), test::folder_shards, SyncPolicy::by_caller);
  std::string entity = folder.entity_of(1);
  const auto found = (*store)->journal().read_entity({1}, entity, {folder.bases[1] + 1}, 100);
  REQUIRE(found);
  CHECK_FALSE(found->empty());
  return entity;
}

} // namespace

TEST_CASE("a journal that was cut is proven from its snapshots on") {
  const CutFolder folder;
  CHECK(test::sound(folder.path()));
  folder.check_restores();
  const auto report = nlohmann::json::parse(test::verified(folder.path(), true).text);
  for (std::uint32_t shard = 0; shard < test::folder_shards; ++shard) {
    CHECK(report["shards"][shard]["first_n"] == folder.bases[shard] + 1);
    CHECK(report["shards"][shard]["last_n"] == folder.ends[shard]);
    CHECK(report["shards"][shard]["records"] == folder.ends[shard] - folder.bases[shard]);
  }
  CHECK(report["shards"][0]["entities"].get<int>() + report["shards"][1]["entities"].get<int>() == 6);
  CHECK(test::is(test::repaired(folder.path(), true), RepairOutcome::nothing));
}

TEST_CASE("a snapshot that contradicts the older one and the records since is found behind a cut, too") {
  const CutFolder folder;
  const std::string entity = worker_of(folder);
  TenantState state = folder.states.at(entity);
  state.balance += 1;
  {
    const auto database = folder.open();
    REQUIRE(RocksdbSnapshots{*database}.save({1}, entity, {{folder.ends[1]}, encode_state(state)}));
  }
  CHECK(test::verified(folder.path()).has("its state is not what the records up to there make"));
  CHECK(test::is(test::repaired(folder.path(), true), RepairOutcome::done));
  CHECK(test::sound(folder.path()));
  folder.check_restores();
}

TEST_CASE("a tenant without a snapshot behind a cut is named, and nothing is done about it") {
  const CutFolder folder;
  const std::string entity = worker_of(folder);
  folder.drop_snapshots(entity);
  const auto found = test::verified(folder.path());
  CHECK_FALSE(*found.result);
  CHECK(found.has(entity + " was not opened before"));
  CHECK(test::is(test::repaired(folder.path(), true), RepairOutcome::left));
}

TEST_CASE("a shard without a directory's snapshot behind a cut is named") {
  const CutFolder folder;
  folder.drop_snapshots(directory_entity);
  CHECK(test::verified(folder.path()).has("the journal was cut, and no snapshot of the directory is left"));
  CHECK(test::is(test::repaired(folder.path(), true), RepairOutcome::left));
}

TEST_CASE("a break behind a cut is mended as far as older snapshots reach") {
  CutFolder folder;
  const std::string last = shard_key({1}, SequenceNumber{folder.ends[1]});
  {
    const auto database = folder.open();
    test::put_value(*database, Family::journal, last,
                    test::with_flipped(*test::value_at(*database, Family::journal, last), 60, 1));
  }
  CHECK(test::verified(folder.path()).has("n " + std::to_string(folder.ends[1]) + ": its bytes are damaged"));
  const auto done = test::repaired(folder.path(), true);
  INFO(done.text);
  CHECK(test::is(done, RepairOutcome::done));
  CHECK(test::sound(folder.path()));
  const auto store = Store::open(folder.path(), 2, SyncPolicy::by_caller);
  CHECK((*store)->journal().end({1})->n.value == folder.ends[1] - 1);
  CHECK((*store)->journal().base({1})->n.value == folder.bases[1]);
  REQUIRE(test::commit_one((*store)->journal(), 1, 3, test::entries({"goes on"})));
}

TEST_CASE("a journal that breaks before every snapshot of a tenant has lost it, and says so") {
  CutFolder folder;
  const std::string first = shard_key({1}, SequenceNumber{folder.bases[1] + 1});
  folder.drop_snapshots(directory_entity, 1);
  {
    const auto database = folder.open();
    test::erase_value(*database, Family::journal, first);
    // Both of a tenant's snapshots are from behind the break.
    const std::string entity = folder.entity_of(1);
    RocksdbSnapshots snapshots{*database};
    for (const std::uint64_t n : {folder.ends[1] - 1, folder.ends[1]})
      REQUIRE(snapshots.save({1}, entity, {{n}, encode_state(folder.states.at(entity))}));
  }
  CHECK(test::is(test::repaired(folder.path(), true), RepairOutcome::left));
  const auto store = Store::open(folder.path(), 2, SyncPolicy::by_caller);
  CHECK((*store)->journal().end({1})->n.value == folder.bases[1]);
  const auto restored = restore_tenant((*store)->journal(), (*store)->snapshots(), {1}, folder.entity_of(1));
  REQUIRE_FALSE(restored); // not a state from a future that is gone
  CHECK(restored.error().code == Errc::malformed);
}

TEST_CASE("without a base that can be read a shard is named and left alone") {
  CutFolder folder;
  {
    const auto database = folder.open();
    const std::string key = shard_key({1});
    test::put_value(*database, Family::journal, key,
                    test::with_flipped(*test::value_at(*database, Family::journal, key), 3, 1));
  }
  const auto before = folder.files();
  const auto found = test::verified(folder.path());
  CHECK_FALSE(*found.result);
  CHECK(found.has("the base is damaged"));
  CHECK_FALSE(test::repaired(folder.path(), true).result);
  CHECK(folder.files() == before);
}

TEST_CASE("an entry of the index for a record that was cut is one too many") {
  CutFolder folder;
  test::put_value(*folder.open(), Family::entities, shard_key({1}, folder.entity_of(1), {1}), "");
  CHECK(test::verified(folder.path()).has("the index of " + folder.entity_of(1) + " has n 1"));
  CHECK(test::is(test::repaired(folder.path(), true), RepairOutcome::done));
  CHECK(test::sound(folder.path()));
}

} // namespace riskcluster
