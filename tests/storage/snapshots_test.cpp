// Snapshots in memory and in the database.

#include <doctest/doctest.h>

#include "storage/database_fixture.hpp"
#include "storage/keys.hpp"
#include "storage/memory_snapshots.hpp"
#include "storage/rocksdb_snapshots.hpp"
#include "storage/snapshots_contract.hpp"

using namespace riskcluster;

TEST_CASE("snapshots in memory keep the contract") {
  test::snapshots_contract([] { return std::make_unique<MemorySnapshots>(); });
}

TEST_CASE("snapshots in the database keep the contract") {
  const test::TemporaryFolder folder;
  const auto database = test::open_database(folder.path());
  test::snapshots_contract([&] { return std::make_unique<RocksdbSnapshots>(*database); });
}

TEST_CASE("a snapshot damaged in any byte is skipped and named, the older one is there") {
  const test::TemporaryFolder folder;
  const auto database = test::open_database(folder.path());
  RocksdbSnapshots snapshots{*database};
  test::save(snapshots, 3, "acme/ann", 5, "the older state");
  test::save(snapshots, 3, "acme/ann", 8, "the newer state");
  const std::string key = shard_key({3}, "acme/ann", {8});
  const auto value = test::value_at(*database, Family::snapshots, key);
  REQUIRE(value);
  const auto check_skipped = [&](const std::string& damaged) {
    test::put_value(*database, Family::snapshots, key, damaged);
    const auto found = snapshots.load({3}, "acme/ann");
    REQUIRE(found);
    CHECK(found->sound == std::vector<Snapshot>{{{5}, "the older state"}});
    REQUIRE(found->corrupt.size() == 1);
    CHECK(found->corrupt[0].find("shard 3 acme/ann n 8") != std::string::npos);
  };
  for (std::size_t i = 0; i < value->size(); ++i) {
    for (const unsigned mask : {0x01U, 0x80U, 0xffU}) check_skipped(test::with_flipped(*value, i, mask));
    check_skipped(value->substr(0, i));
    check_skipped(value->substr(i + 1));
  }
  check_skipped(*value + '\0');
  REQUIRE(snapshots.drop({3}, "acme/ann", {8})); // how a keeper of the house gets rid of it
  CHECK(test::sound_of(snapshots, 3, "acme/ann") == "5:the older state ");
}

TEST_CASE("a sound snapshot in another's place is not taken for its") {
  const test::TemporaryFolder folder;
  const auto database = test::open_database(folder.path());
  RocksdbSnapshots snapshots{*database};
  test::save(snapshots, 3, "acme/ann", 5, "hers");
  const auto value = test::value_at(*database, Family::snapshots, shard_key({3}, "acme/ann", {5}));
  REQUIRE(value);
  test::put_value(*database, Family::snapshots, shard_key({3}, "acme/ben", {5}), *value);
  test::put_value(*database, Family::snapshots, shard_key({3}, "acme/ann", {6}), *value);
  test::put_value(*database, Family::snapshots, shard_key({4}, "acme/ann", {5}), *value);
  CHECK(snapshots.load({3}, "acme/ben")->corrupt.size() == 1);
  CHECK(snapshots.load({4}, "acme/ann")->corrupt.size() == 1);
  const auto own = snapshots.load({3}, "acme/ann");
  REQUIRE(own);
  CHECK(own->sound == std::vector<Snapshot>{{{5}, "hers"}});
  CHECK(own->corrupt.size() == 1);
}

TEST_CASE("snapshots are there after a restart, and can be read without write access") {
  const test::TemporaryFolder folder;
  {
    const auto database = test::open_database(folder.path());
    RocksdbSnapshots snapshots{*database};
    test::save(snapshots, 3, "acme/ann", 5, "x");
  }
  const auto database = test::open_database(folder.path(), {.create = false, .read_only = true});
  RocksdbSnapshots snapshots{*database};
  CHECK(test::sound_of(snapshots, 3, "acme/ann") == "5:x ");
  CHECK(test::entities_of(snapshots, 3, 10) == std::vector<std::string>{"acme/ann"});
  CHECK(snapshots.save({3}, "acme/ann", {{6}, "y"}).error().code == Errc::unavailable);
}
