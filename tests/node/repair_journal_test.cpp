#include "node/damage.hpp"

#include <doctest/doctest.h>

#include "journal/rocksdb_repair.hpp"

namespace riskcluster {

namespace {

using test::check_restores;
using test::DataFolder;
using test::flip;
using test::key_of;
using test::repair_folder;

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

} // namespace

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
