#include "node/data_folder.hpp"

#include <algorithm>
#include <functional>

#include <doctest/doctest.h>

#include "journal/record_format.hpp"
#include "journal/rocksdb_repair.hpp"
#include "storage/keys.hpp"
#include "storage/rocksdb_cursors.hpp"
#include "storage/rocksdb_snapshots.hpp"

namespace riskcluster {

namespace {

using test::DataFolder;

/// A thing that happens to a disk, and the words that must be said about it.
struct Damage {
  const char* what;
  std::function<void(DataFolder&, Database&)> inflict;
  std::string verify_says;
  std::string repair_says;
};

std::string key_of(std::uint64_t n) { return shard_key({1}, SequenceNumber{n}); }

void flip(Database& database, Family family, const std::string& key, std::size_t at) {
  const auto sound = test::value_at(database, family, key);
  REQUIRE(sound);
  test::put_value(database, family, key, test::with_flipped(*sound, at, 1));
}

std::string snapshot_key(const DataFolder& folder, const std::string& entity) {
  std::uint64_t newest = 0;
  const auto database = test::open_database(folder.path(), {.create = false, .read_only = true, .shard_count = 0});
  REQUIRE(for_each_snapshot(*database, {1},
                            [&](const std::string& of, SequenceNumber n, const std::optional<std::string>&) {
                              if (of == entity) newest = n.value;
                            }));
  return shard_key({1}, entity, SequenceNumber{newest});
}

/// A last record whose payload, epoch or entity is another, sound by its own hash and link.
void rewrite_last(DataFolder& folder, Database& database, const std::function<void(JournalRecord&)>& change) {
  const std::string key = key_of(folder.ends[1]);
  auto stored = decode_record(*test::value_at(database, Family::journal, key));
  REQUIRE(stored);
  change(stored->record);
  test::put_value(database, Family::journal, key, encode_record(stored->record, hash_of(stored->record)));
}

void save(Database& database, const std::string& entity, std::uint64_t n, const std::string& bytes) {
  REQUIRE(RocksdbSnapshots{database}.save({1}, entity, {{n}, bytes}));
}

void put_cursor(Database& database, const std::string& name, const std::string& bytes) {
  REQUIRE(RocksdbCursors{database}.put(name, bytes));
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

/// What a node would find: every tenant's state by its snapshots and tail is the fold of the records that are left.
void check_restores(const std::string& folder) {
  const auto store = Store::open(folder, test::folder_shards, SyncPolicy::by_caller);
  REQUIRE(store);
  for (std::uint32_t shard = 0; shard < test::folder_shards; ++shard) {
    std::map<std::string, TenantState> folded;
    for (const auto& record : test::read_all((*store)->journal(), shard))
      apply(folded[record.entity], *decode_event(record.payload), record.n);
    for (const auto& [entity, state] : folded) {
      const auto restored = restore_tenant((*store)->journal(), (*store)->snapshots(), {shard}, entity);
      REQUIRE(restored);
      CHECK(restored->complaints.empty());
      CHECK(state_hash(*restored->state) == state_hash(state));
    }
    const auto directory = restore_directory((*store)->journal(), (*store)->snapshots(), {shard});
    REQUIRE(directory);
    CHECK(directory->complaints.empty());
    CHECK(directory->directory.known().size() == folded.size());
  }
}

/// Sizes and bytes as journal/rocksdb_repair.hpp says.
std::map<std::string, std::string> moved_records(const std::string& path) {
  std::ostringstream all;
  all << std::ifstream{path, std::ios::binary}.rdbuf();
  const std::string bytes = all.str();
  std::size_t at = moved_records_heading.size();
  REQUIRE(bytes.starts_with(moved_records_heading));
  const auto size = [&] {
    std::size_t value = 0;
    for (unsigned shift = 0; shift < 32; shift += 8)
      value |= std::size_t{static_cast<unsigned char>(bytes.at(at++))} << shift;
    return value;
  };
  std::map<std::string, std::string> records;
  while (at < bytes.size()) {
    const std::size_t key_size = size(), value_size = size();
    records[bytes.substr(at, key_size)] = bytes.substr(at + key_size, value_size);
    at += key_size + value_size;
  }
  REQUIRE(at == bytes.size());
  return records;
}

std::string repair_folder(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator{folder})
    if (entry.path().filename().string().starts_with("repair-")) return entry.path().string();
  FAIL("nothing was moved aside");
  return {};
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

TEST_CASE("what is moved aside is byte for byte what stood there: put back, the journal is as it was") {
  DataFolder folder;
  std::map<std::string, std::string> stood;
  {
    const auto database = folder.open();
    flip(*database, Family::journal, key_of(9), 60);
    for (std::uint64_t n = 9; n <= folder.ends[1]; ++n)
      stood[key_of(n)] = *test::value_at(*database, Family::journal, key_of(n));
  }
  REQUIRE(test::is(test::repaired(folder.path(), true), RepairOutcome::done));
  CHECK(moved_records(repair_folder(folder.path()) + "/shard-1.records") == stood);
  const auto database = folder.open();
  CHECK(test::value_at(*database, Family::journal, key_of(8)));
  CHECK_FALSE(test::value_at(*database, Family::journal, key_of(9)));
  CHECK(test::value_at(*database, Family::journal, shard_key({0}, SequenceNumber{folder.ends[0]})));
}

TEST_CASE("a journal that was cut short takes records again, and a node restores from it") {
  DataFolder folder;
  flip(*folder.open(), Family::journal, key_of(9), 60);
  REQUIRE(test::is(test::repaired(folder.path(), true), RepairOutcome::done));
  {
    const auto store = Store::open(folder.path(), 2, SyncPolicy::by_caller);
    CHECK((*store)->journal().end({1})->n.value == 8);
    const TenantEvent event{.at_ms = test::noon_ms, .fact = AccountChanged{.update_id = "u1", .deposit = 5}};
    const auto done =
        test::commit_one((*store)->journal(), 1, 3, {{folder.entity_of(1), event.at_ms, encode_event(event)}});
    REQUIRE(done);
    CHECK(done->last.value == 9);
    CHECK((*store)->cursors().find("egress/nats/1")->value() == "8");
  }
  CHECK(test::sound(folder.path()));
  check_restores(folder.path());
}

TEST_CASE("a repair that was killed behind the removal is finished by the next one") {
  DataFolder folder;
  REQUIRE(remove_records(*folder.open(), {1}, {9}));
  CHECK(test::is(test::repaired(folder.path(), true), RepairOutcome::done));
  CHECK(test::sound(folder.path()));
  check_restores(folder.path());
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

TEST_CASE("a damaged log is read up to the damage, kept aside whole, and the ends that are left are told") {
  DataFolder folder;
  std::string log, sound;
  for (const auto& [name, bytes] : folder.files())
    if (name.ends_with(".log") && bytes.size() > sound.size()) {
      log = name;
      sound = bytes;
    }
  REQUIRE(sound.size() > 1'000);
  const std::string damaged = test::with_flipped(sound, sound.size() / 2, 1);
  std::ofstream{log, std::ios::binary} << damaged;
  const auto before = folder.files();

  const auto found = test::verified(folder.path());
  REQUIRE_FALSE(found.result);
  CHECK(found.result.error().code == Errc::malformed);
  const auto planned = test::repaired(folder.path(), false);
  CHECK(test::is(planned, RepairOutcome::would));
  CHECK(planned.has("the log is read up to its first damage"));
  CHECK(folder.files() == before);
  const auto done = test::repaired(folder.path(), true);
  INFO(done.text);
  CHECK(test::is(done, RepairOutcome::done));
  CHECK(test::sound(folder.path()));
  check_restores(folder.path());
  CHECK(folder.files().at(repair_folder(folder.path()) + "/" + std::filesystem::path{log}.filename().string()) ==
        damaged);
  const auto store = Store::open(folder.path(), 2, SyncPolicy::by_caller);
  std::uint64_t left = 0;
  for (std::uint32_t shard = 0; shard < 2; ++shard) {
    const auto n = (*store)->journal().end({shard})->n.value;
    left += n;
    CHECK(done.has("shard " + std::to_string(shard) + " at n " + std::to_string(n) + "\n"));
    CHECK(planned.has("shard " + std::to_string(shard) + " at n " + std::to_string(n) + "\n"));
  }
  CHECK(left > 0);
  CHECK(left < folder.ends[0] + folder.ends[1]);
}

TEST_CASE("whoever works in the folder keeps a repair out") {
  const DataFolder folder;
  const auto store = Store::open(folder.path(), 2, SyncPolicy::by_caller);
  REQUIRE(store);
  for (const bool apply : {false, true}) {
    const auto said = test::repaired(folder.path(), apply);
    REQUIRE_FALSE(said.result);
    CHECK(said.result.error().code == Errc::unavailable);
    CHECK(said.result.error().message.find("has it open") != std::string::npos);
  }
}

TEST_CASE("a damaged table is named and nothing is changed") {
  DataFolder folder;
  {
    const auto database = folder.open();
    REQUIRE(database->rocks().Flush({}, database->family(Family::journal)).ok());
  }
  std::string table, sound;
  for (const auto& [name, bytes] : folder.files())
    if (name.ends_with(".sst") && bytes.size() > sound.size()) {
      table = name;
      sound = bytes;
    }
  REQUIRE(sound.size() > 1'000);
  std::ofstream{table, std::ios::binary} << test::with_flipped(sound, 500, 1); // in a block of records
  const auto before = folder.files();
  const auto found = test::verified(folder.path());
  CHECK((!found.result || !*found.result));
  for (const bool apply : {false, true}) {
    const auto said = test::repaired(folder.path(), apply);
    REQUIRE_FALSE(said.result);
    CHECK(said.result.error().message.find("restore the folder from a copy") != std::string::npos);
    CHECK(folder.files() == before);
  }
}

} // namespace riskcluster
