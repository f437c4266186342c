#include "node/damage.hpp"

#include <doctest/doctest.h>

#include "storage/rocksdb_snapshots.hpp"

namespace riskcluster {

namespace {

using test::check_restores;
using test::DataFolder;
using test::flip;
using test::key_of;
using test::put_cursor;
using test::rewrite_last;

/// A thing that happens to a disk, and the words that must be said about it.
struct Damage {
  const char* what;
  std::function<void(DataFolder&, Database&)> inflict;
  std::string verify_says;
  std::string repair_says;
};

std::string snapshot_key(const DataFolder& folder, const std::string& entity) {
  std::uint64_t newest = 0;
  const auto database = test::open_database(folder.path(), {.create = false, .read_only = true, .shard_count = 0});
  REQUIRE(for_each_snapshot(*database, {1},
                            [&](const std::string& of, SequenceNumber n, const std::optional<std::string>&) {
                              if (of == entity) newest = n.value;
                            }));
  return shard_key({1}, entity, SequenceNumber{newest});
}

void save(Database& database, const std::string& entity, std::uint64_t n, const std::string& bytes) {
  REQUIRE(RocksdbSnapshots{database}.save({1}, entity, {{n}, bytes}));
}

const std::vector<Damage>& mendable() {
  static const std::vector<Damage> all{
      {"a flipped byte of a record", [](DataFolder&, Database& d) { flip(d, Family::journal, key_of(9), 60); },
       "journal shard 1 n 9: its bytes are damaged", "from n 9 on: moved aside, then removed; the journal ends at n 8"},
      {"a missing record", [](DataFolder&, Database& d) { test::erase_value(d, Family::journal, key_of(7)); },
       "journal shard 1 n 7: a gap", "from n 7 on: moved aside"},
      {"a missing first record", [](DataFolder&, Database& d) { test::erase_value(d, Family::journal, key_of(1)); },
       "journal shard 1 n 1: a gap", "from n 1 on: moved aside, then removed; the journal ends at n 0"},
      {"a damaged last record", [](DataFolder& f, Database& d) { flip(d, Family::journal, key_of(f.ends[1]), 80); },
       ": its bytes are damaged", "1 record from n "},
      {"a falling epoch",
       [](DataFolder& f, Database& d) { rewrite_last(f, d, [](JournalRecord& r) { r.epoch = {1}; }); },
       ": the epoch falls", "1 record from n "},
      {"a record in another's place",
       [](DataFolder&, Database& d) {
         test::put_value(d, Family::journal, key_of(6), *test::value_at(d, Family::journal, key_of(5)));
       },
       "journal shard 1 n 6: another record stands in its place", "from n 6 on: moved aside"},
      {"a lost entry of the index",
       [](DataFolder& f, Database& d) {
         for (std::uint64_t n = 1; n <= f.ends[1]; ++n)
           test::erase_value(d, Family::entities, shard_key({1}, f.entity_of(1), {n}));
       },
       " lacks it", "the index: made to agree with the records (11 missing, 0 too many)"},
      {"an entry of the index for another's record",
       [](DataFolder&, Database& d) { test::put_value(d, Family::entities, shard_key({1}, "acme/zoe", {2}), ""); },
       "the index of acme/zoe has n 2", "(0 missing, 1 too many)"},
      {"an entry of the index behind the end",
       [](DataFolder& f, Database& d) {
         test::put_value(d, Family::entities, shard_key({1}, f.entity_of(1), {f.ends[1] + 4}), "");
       },
       "the index of acme/", "(0 missing, 1 too many)"},
      {"an entry of the index lost and another too many, so that counting shows nothing",
       [](DataFolder& f, Database& d) {
         test::put_value(d, Family::entities, shard_key({1}, "acme/zoe", {2}), "");
         const auto second = decode_record(*test::value_at(d, Family::journal, key_of(2)));
         test::erase_value(d, Family::entities, shard_key({1}, second->record.entity, {2}));
         CHECK(f.ends[1] > 2);
       },
       " lacks it", "(1 missing, 1 too many)"},
      {"a flipped byte of a snapshot",
       [](DataFolder& f, Database& d) { flip(d, Family::snapshots, snapshot_key(f, f.entity_of(1)), 20); },
       "its checksum is wrong", "dropped"},
      {"a snapshot of something else",
       [](DataFolder& f, Database& d) { save(d, f.entity_of(1), f.ends[1], "what is this?"); },
       ": bytes_hash: ", "dropped"},
      {"a snapshot of another tenant",
       [](DataFolder& f, Database& d) {
         save(d, f.entity_of(1), f.ends[1], encode_state(f.states.at(f.entity_of(0))));
       },
       ": it is of acme/", "dropped"},
      {"a snapshot of a state that never was",
       [](DataFolder& f, Database& d) {
         TenantState state = f.states.at(f.entity_of(1));
         state.balance += 1;
         save(d, f.entity_of(1), f.ends[1], encode_state(state));
       },
       "its state is not what the records up to there make", "dropped"},
      {"a snapshot of an earlier state",
       [](DataFolder& f, Database& d) { save(d, f.entity_of(1), 9, encode_state(f.states.at(f.entity_of(1)))); },
       "its state is not what the records up to there make", "dropped"},
      {"a snapshot from behind the end",
       [](DataFolder& f, Database& d) {
         save(d, f.entity_of(1), f.ends[1] + 1, encode_state(f.states.at(f.entity_of(1))));
       },
       "the sound journal ends before it", "dropped"},
      {"a snapshot of somebody without records",
       [](DataFolder& f, Database& d) {
         TenantState state = f.states.at(f.entity_of(1));
         state.id.user = UserId{"zoe"};
         save(d, "acme/zoe", f.ends[1], encode_state(state));
       },
       "its state is not what the records up to there make", "dropped"},
      {"a directory that lacks somebody",
       [](DataFolder& f, Database& d) { save(d, directory_entity, f.ends[1], encode_directory({})); },
       "it is not what the records up to there make", "_directory"},
      {"a cursor ahead of the journal",
       [](DataFolder& f, Database& d) { put_cursor(d, "egress/nats/1", std::to_string(f.ends[1] + 5)); },
       " was published, the sound journal ends at n ", "WARNING: cursor egress/nats/1"},
      {"a cursor whose checksum is wrong",
       [](DataFolder&, Database& d) { flip(d, Family::cursors, "egress/nats/1", 1); },
       "cursor egress/nats/1: its checksum is wrong", "set back to n 0; everything is published again"},
      {"a cursor that is no number", [](DataFolder&, Database& d) { put_cursor(d, "egress/nats/1", "12x"); },
       "cursor egress/nats/1: it cannot be understood", "set back to n 0"},
  };
  return all;
}

} // namespace

TEST_CASE("each damage is named, told without a change, mended when asked, and then nothing is wrong") {
  for (const auto& damage : mendable()) {
    INFO(damage.what);
    DataFolder folder;
    damage.inflict(folder, *folder.open());
    const auto before = folder.files();
    const auto found = test::verified(folder.path());
    REQUIRE(found.result);
    CHECK_FALSE(*found.result);
    INFO(found.text);
    CHECK(found.has(damage.verify_says));
    const auto planned = test::repaired(folder.path(), false);
    INFO(planned.text);
    CHECK(test::is(planned, RepairOutcome::would));
    CHECK(planned.has(damage.repair_says));
    CHECK(folder.files() == before);
    const auto done = test::repaired(folder.path(), true);
    INFO(done.text);
    CHECK(test::is(done, RepairOutcome::done));
    CHECK(done.has(damage.repair_says));
    CHECK(test::sound(folder.path()));
    CHECK(test::is(test::repaired(folder.path(), false), RepairOutcome::nothing));
    check_restores(folder.path());
  }
}

TEST_CASE("where nothing is wrong nothing is done") {
  const DataFolder folder;
  const auto before = folder.files();
  for (const bool apply : {false, true}) CHECK(test::is(test::repaired(folder.path(), apply), RepairOutcome::nothing));
  CHECK(folder.files() == before);
}

TEST_CASE("what nobody can know better is named and stays as it is, while the rest is mended") {
  struct Case {
    std::function<void(DataFolder&, Database&)> inflict;
    std::string says;
  };
  const std::vector<Case> cases{
      {[](DataFolder&, Database& d) { put_cursor(d, "replay/0011", "12 3 0"); },
       "cursor replay/0011: it cannot be understood"},
      {[](DataFolder&, Database& d) { put_cursor(d, "lines/in/a.jsonl/1/2/3", "many"); },
       "cursor lines/in/a.jsonl/1/2/3: it cannot be understood"},
      {[](DataFolder&, Database& d) { put_cursor(d, "feed/EURUSD", "\xff"); },
       "cursor feed/EURUSD: it cannot be understood"},
      {[](DataFolder&, Database& d) { flip(d, Family::cursors, "replay/0011", 2); },
       "cursor replay/0011: its checksum is wrong"},
      {[](DataFolder&, Database& d) { put_cursor(d, "egress/nats/7", "1"); },
       "cursor egress/nats/7: it cannot be understood"},
      // A newer program's record, perhaps: no reason to remove it.
      {[](DataFolder& f, Database& d) { rewrite_last(f, d, [](JournalRecord& r) { r.payload = "\x7f"; }); },
       "journal shard 1 n "},
  };
  for (const auto& one : cases) {
    DataFolder folder;
    one.inflict(folder, *folder.open());
    const auto found = test::verified(folder.path());
    REQUIRE(found.result);
    CHECK_FALSE(*found.result);
    CHECK(found.has(one.says));
    const auto before = folder.files();
    for (const bool apply : {false, true}) {
      const auto said = test::repaired(folder.path(), apply);
      CHECK(test::is(said, RepairOutcome::left));
      CHECK(said.has("left as it is: " + one.says));
    }
    CHECK(folder.files() == before);
    test::erase_value(*folder.open(), Family::entities, shard_key({0}, folder.entity_of(0), {1}));
    CHECK(test::is(test::repaired(folder.path(), false), RepairOutcome::would));
    CHECK(test::is(test::repaired(folder.path(), true), RepairOutcome::left));
    CHECK_FALSE(test::verified(folder.path()).has("index"));
  }
}

TEST_CASE("a record in the history of another shard is named") {
  DataFolder folder;
  rewrite_last(folder, *folder.open(), [&](JournalRecord& r) { r.entity = folder.entity_of(0); });
  CHECK(test::verified(folder.path()).has(folder.entity_of(0) + " is of another shard"));
}

} // namespace riskcluster
