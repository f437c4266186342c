// The journal on the disk: the contract, a restart, and every kind of damage.

#include <fstream>
#include <random>

#include <doctest/doctest.h>

#include "journal/journal_contract.hpp"
#include "journal/record_format.hpp"
#include "journal/rocksdb_journal.hpp"
#include "storage/database_fixture.hpp"
#include "storage/keys.hpp"

using namespace riskcluster;

namespace {

/// A journal that owns its database.
class Stored final : public Journal {
public:
  Stored(const std::string& folder, std::uint32_t shard_count, SyncPolicy policy = SyncPolicy::each_commit)
      : database_{test::open_database(folder, {.shard_count = shard_count})}, journal_{*database_, policy} {}

  void append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) override {
    journal_.append(shard, epoch, std::move(entries), std::move(done));
  }
  void commit() override { journal_.commit(); }
  Result<Epoch> claim(ShardId shard) override { return journal_.claim(shard); }
  Result<JournalEnd> cut(ShardId shard, SequenceNumber below) override { return journal_.cut(shard, below); }
  Result<JournalEnd> base(ShardId shard) const override { return journal_.base(shard); }
  Result<std::vector<JournalRecord>> read(ShardId shard, SequenceNumber from, std::size_t count_max) const override {
    return journal_.read(shard, from, count_max);
  }
  Result<std::vector<JournalRecord>> read_entity(ShardId shard, std::string_view entity, SequenceNumber from,
                                                 std::size_t count_max) const override {
    return journal_.read_entity(shard, entity, from, count_max);
  }
  Result<JournalEnd> end(ShardId shard) const override { return journal_.end(shard); }

  Database& database() { return *database_; }

private:
  std::unique_ptr<Database> database_;
  RocksdbJournal journal_;
};

/// Five records in shard 1, two in shard 0, damaged by a test and then read afresh.
struct Damaged {
  test::TemporaryFolder folder;
  std::unique_ptr<Stored> written = std::make_unique<Stored>(folder.path(), 3);

  Damaged() {
    REQUIRE(test::commit_one(*written, 1, 1, test::entries({"a", "b", "c"})));
    REQUIRE(test::commit_one(*written, 1, 2, test::entries({"d", "e"})));
    REQUIRE(test::commit_one(*written, 0, 1, test::entries({"x", "y"})));
  }
  Database& database() const { return written->database(); }
  static std::string key(std::uint64_t n, std::uint32_t shard = 1) { return shard_key({shard}, SequenceNumber{n}); }
  std::string value(std::uint64_t n) const { return *test::value_at(database(), Family::journal, key(n)); }
  void put(std::uint64_t n, const std::string& bytes) const {
    test::put_value(database(), Family::journal, key(n), bytes);
  }
  void erase(std::uint64_t n) const { test::erase_value(database(), Family::journal, key(n)); }
  void put(std::uint64_t n, const JournalRecord& record) const { put(n, encode_record(record, hash_of(record))); }
  JournalRecord record(std::uint64_t n) const { return decode_record(value(n))->record; }

  /// What a reader says who has not seen it before.
  std::string verdict(std::uint64_t from = 1) const {
    const RocksdbJournal journal{database(), SyncPolicy::each_commit};
    const auto found = journal.read({1}, {from}, 100);
    if (found) return "sound";
    CHECK(found.error().code == Errc::malformed);
    return found.error().message;
  }
};

} // namespace

TEST_CASE("the journal in the database keeps the contract of a journal") {
  const test::TemporaryFolder folder;
  SUBCASE("synced with each commit") {
    test::journal_contract([&](std::uint32_t shards) { return std::make_unique<Stored>(folder.path(), shards); });
  }
  SUBCASE("synced by its caller") {
    test::journal_contract(
        [&](std::uint32_t shards) { return std::make_unique<Stored>(folder.path(), shards, SyncPolicy::by_caller); });
  }
}

TEST_CASE("after a restart a shard goes on with the right n, epoch and chain") {
  const test::TemporaryFolder folder;
  for (std::uint64_t round = 0; round < 4; ++round) {
    Stored journal{folder.path(), 2};
    CHECK(journal.end({0})->n.value == 2 * round);
    CHECK(journal.end({0})->epoch.value == (round == 0 ? 0 : round + 1));
    if (round > 0) CHECK(test::commit_one(journal, 0, round, test::entries({"stale"})).error().code == Errc::fenced);
    const auto committed = test::commit_one(journal, 0, round + 2, test::entries({"a", "b"}));
    REQUIRE(committed);
    CHECK(committed->first.value == 2 * round + 1);
    CHECK(test::read_all(journal, 0).size() == 2 * round + 2); // checks the chain across the restarts
    CHECK(journal.read_entity({0}, "acme/ann", {1}, 100)->size() == 2 * round + 2);
  }
}

TEST_CASE("what was committed is there for whoever starts after a kill") {
  const test::TemporaryFolder folder;
  for (const auto policy : {SyncPolicy::each_commit, SyncPolicy::by_caller}) {
    Stored journal{folder.path(), 2, policy};
    REQUIRE(test::commit_one(journal, 0, 1, test::entries({"a", "b"})));
    test::copy_as_killed(journal.database(), folder.path("killed"));
    const Stored again{folder.path("killed"), 2};
    CHECK(test::read_all(again, 0).size() == test::read_all(journal, 0).size());
  }
}

TEST_CASE("a journal can be read where nothing may be written") {
  const test::TemporaryFolder folder;
  {
    Stored journal{folder.path(), 2};
    REQUIRE(test::commit_one(journal, 1, 1, test::entries({"a", "b"})));
  }
  const auto database = test::open_database(folder.path(), {.create = false, .read_only = true, .shard_count = 0});
  RocksdbJournal journal{*database, SyncPolicy::each_commit};
  CHECK(test::payloads(test::read_all(journal, 1)) == "a b ");
  CHECK(journal.end({1})->n.value == 2);
  CHECK(journal.read_entity({1}, "acme/ann", {2}, 10)->size() == 1);
}

TEST_CASE("a flip of any byte of a record is found, named, and stops that shard alone") {
  const Damaged damaged;
  for (const std::uint64_t n : {1U, 3U, 5U}) {
    const std::string sound = damaged.value(n);
    for (std::size_t i = 0; i < sound.size(); ++i)
      for (const unsigned mask : {0x01U, 0x80U}) {
        damaged.put(n, test::with_flipped(sound, i, mask));
        CHECK(damaged.verdict() == "journal shard 1 n " + std::to_string(n) + ": its bytes are damaged");
      }
    damaged.put(n, sound);
    CHECK(damaged.verdict() == "sound");
  }
}

TEST_CASE("a record cut short at any byte is found and named") {
  const Damaged damaged;
  const std::string sound = damaged.value(5);
  for (std::size_t size = 0; size < sound.size(); ++size) {
    damaged.put(5, sound.substr(0, size));
    CHECK(damaged.verdict() == "journal shard 1 n 5: its bytes are damaged");
  }
  damaged.put(5, sound + '\0');
  CHECK(damaged.verdict() == "journal shard 1 n 5: its bytes are damaged");
}

TEST_CASE("a missing record is a gap") {
  const Damaged damaged;
  damaged.erase(3);
  CHECK(damaged.verdict() == "journal shard 1 n 3: a gap");
  CHECK(damaged.verdict(2) == "journal shard 1 n 3: a gap");
  CHECK(damaged.verdict(3) == "journal shard 1 n 3: a gap");
  CHECK(damaged.verdict(4) == "journal shard 1 n 3: a gap"); // the link to it cannot be checked
  CHECK(damaged.verdict(5) == "sound");
  const RocksdbJournal journal{damaged.database(), SyncPolicy::each_commit};
  const auto own = journal.read_entity({1}, "acme/ann", {1}, 100);
  REQUIRE_FALSE(own);
  CHECK(own.error().message.find("shard 1 n 3: a gap") != std::string::npos);
}

TEST_CASE("a missing first record is a gap") {
  const Damaged damaged;
  damaged.erase(1);
  CHECK(damaged.verdict() == "journal shard 1 n 1: a gap");
}

TEST_CASE("records that changed places are found, each being sound") {
  const Damaged damaged;
  const std::string second = damaged.value(2), third = damaged.value(3);
  damaged.put(2, third);
  damaged.put(3, second);
  CHECK(damaged.verdict() == "journal shard 1 n 2: another record stands in its place");
  // Renumbered, too, so that each says the n it stands at.
  damaged.put(2, second);
  damaged.put(3, third);
  JournalRecord a = damaged.record(2), b = damaged.record(3);
  std::swap(a.n, b.n);
  damaged.put(3, a);
  damaged.put(2, b);
  CHECK(damaged.verdict() == "journal shard 1 n 2: the hash of the record before is wrong");
}

TEST_CASE("a record of another shard is found") {
  const Damaged damaged;
  damaged.put(2, *test::value_at(damaged.database(), Family::journal, Damaged::key(2, 0)));
  CHECK(damaged.verdict() == "journal shard 1 n 2: another record stands in its place");
}

TEST_CASE("a sound record that was rewritten breaks the link of the one behind it") {
  const Damaged damaged;
  JournalRecord forged = damaged.record(3);
  forged.payload = "another decision";
  damaged.put(3, forged);
  CHECK(damaged.verdict() == "journal shard 1 n 4: the hash of the record before is wrong");
  CHECK(damaged.verdict(4) == "journal shard 1 n 4: the hash of the record before is wrong");
}

TEST_CASE("a falling epoch is found, the chain being sound") {
  const Damaged damaged;
  JournalRecord forged = damaged.record(5);
  forged.epoch = {1}; // behind epoch 2
  damaged.put(5, forged);
  CHECK(damaged.verdict() == "journal shard 1 n 5: the epoch falls");
}

TEST_CASE("nothing is appended behind a last record that cannot be read; other shards go on") {
  const Damaged damaged;
  damaged.put(5, test::with_flipped(damaged.value(5), 60, 1));
  RocksdbJournal journal{damaged.database(), SyncPolicy::each_commit};
  test::Appends appends{journal};
  appends.add(1, 2, test::entries({"behind the damage"}));
  appends.add(0, 1, test::entries({"z"}));
  journal.commit();
  REQUIRE_FALSE(appends.answer(0));
  CHECK(appends.answer(0).error().code == Errc::malformed);
  CHECK(appends.answer(0).error().message == "journal shard 1 n 5: its bytes are damaged");
  REQUIRE(appends.answer(1));
  CHECK(appends.answer(1)->first.value == 3);
  CHECK(test::payloads(test::read_all(journal, 0)) == "x y z ");
  CHECK(journal.end({1}).error().code == Errc::malformed);
  CHECK(test::payloads(*journal.read({1}, {1}, 4)) == "a b c d "); // what stands before it is not lost
  CHECK(journal.read_entity({1}, "acme/ann", {1}, 4)->size() == 4);
}

TEST_CASE("an index that names another's record is found") {
  const Damaged damaged;
  test::put_value(damaged.database(), Family::entities, shard_key({1}, "acme/ben", {2}), "");
  const RocksdbJournal journal{damaged.database(), SyncPolicy::each_commit};
  const auto found = journal.read_entity({1}, "acme/ben", {1}, 10);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == Errc::malformed);
  CHECK(found.error().message == "journal shard 1 n 2: not of acme/ben, as the index says");
}

TEST_CASE("whatever byte of the files is flipped, a reader gets the right records or an error") {
  const test::TemporaryFolder folder;
  std::string sound;
  {
    Stored journal{folder.path(), 2};
    for (int i = 0; i < 20; ++i) REQUIRE(test::commit_one(journal, 1, 1, {test::entry("record " + std::to_string(i))}));
    sound = test::payloads(test::read_all(journal, 1));
    auto& database = journal.database();
    REQUIRE(database.rocks().Flush({}, {database.family(Family::journal), database.family(Family::entities)}).ok());
  }
  std::string table;
  std::uintmax_t largest = 0;
  for (const auto& file : std::filesystem::directory_iterator{folder.path()})
    if (file.path().extension() == ".sst" && file.file_size() > largest) {
      table = file.path().string();
      largest = file.file_size();
    }
  std::string bytes(largest, '\0');
  std::ifstream{table, std::ios::binary}.read(bytes.data(), static_cast<std::streamsize>(largest));
  const std::uint64_t seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937_64 random{seed};
  int found_damage = 0;
  for (int i = 0; i < 60; ++i) {
    const auto at = static_cast<std::size_t>(random() % largest);
    INFO("byte ", at, " of ", largest);
    std::ofstream{table, std::ios::binary} << test::with_flipped(bytes, at, 1U << (random() % 8));
    const auto database = Database::open(folder.path(), {.create = false, .read_only = true, .shard_count = 2});
    if (!database) {
      ++found_damage;
      continue;
    }
    const RocksdbJournal journal{**database, SyncPolicy::each_commit};
    const auto records = journal.read({1}, {1}, 100);
    if (records) CHECK(test::payloads(*records) == sound);
    if (!records) CHECK(records.error().code == Errc::malformed);
    found_damage += !records;
  }
  CHECK(found_damage > 0);
}

TEST_CASE("a journal that was cut is the same after a restart, its index too") {
  const test::TemporaryFolder folder;
  {
    Stored journal{folder.path(), 2};
    REQUIRE(test::commit_one(journal, 1, 2, test::entries({"a", "b", "c", "d"})));
    REQUIRE(journal.cut({1}, {3}));
    REQUIRE(test::commit_one(journal, 1, 2, test::entries({"e"}))); // synced, and so is what stands before it
    test::copy_as_killed(journal.database(), folder.path("killed"));
  }
  for (const auto& path : {folder.path(), folder.path("killed")}) {
    Stored journal{path, 2};
    CHECK(journal.base({1})->n.value == 2);
    CHECK(journal.end({1})->n.value == 5);
    CHECK(test::payloads(test::read_all(journal, 1, 3)) == "c d e ");
    CHECK(journal.read({1}, {2}, 1).error().code == Errc::not_found);
    for (std::uint64_t n = 1; n <= 5; ++n)
      CHECK(test::value_at(journal.database(), Family::entities, shard_key({1}, "acme/ann", {n})).has_value() ==
            (n > 2));
    CHECK(journal.cut({1}, {4})->n.value == 3);
    REQUIRE(test::commit_one(journal, 1, 2, test::entries({"f"})));
    CHECK(test::payloads(test::read_all(journal, 1, 4)) == "d e f ");
  }
}

TEST_CASE("a flip of any byte of the base is found") {
  const test::TemporaryFolder folder;
  Stored journal{folder.path(), 2};
  REQUIRE(test::commit_one(journal, 1, 2, test::entries({"a", "b", "c"})));
  REQUIRE(journal.cut({1}, {3}));
  const std::string key = shard_key({1});
  const std::string sound = *test::value_at(journal.database(), Family::journal, key);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    test::put_value(journal.database(), Family::journal, key, test::with_flipped(sound, i, 1));
    for (const auto code : {journal.base({1}).error().code, journal.read({1}, {3}, 1).error().code,
                            journal.read_entity({1}, "acme/ann", {3}, 1).error().code})
      CHECK(code == Errc::malformed);
  }
}

TEST_CASE("nothing is cut where a record to be removed cannot be read") {
  const Damaged damaged;
  damaged.put(2, test::with_flipped(damaged.value(2), 60, 1));
  RocksdbJournal journal{damaged.database(), SyncPolicy::each_commit};
  CHECK(journal.cut({1}, {4}).error().code == Errc::malformed);
  CHECK(journal.base({1})->n.value == 0);
  CHECK(test::payloads(*journal.read({1}, {1}, 1)) == "a ");
}
