// Cursors in memory and in the database.

#include <doctest/doctest.h>

#include "storage/cursors_contract.hpp"
#include "storage/database_fixture.hpp"
#include "storage/memory_cursors.hpp"
#include "storage/rocksdb_cursors.hpp"

using namespace riskcluster;

TEST_CASE("cursors in memory keep the contract") {
  test::cursors_contract([] { return std::make_unique<MemoryCursors>(); });
}

TEST_CASE("cursors in the database keep the contract") {
  const test::TemporaryFolder folder;
  const auto database = test::open_database(folder.path());
  test::cursors_contract([&] { return std::make_unique<RocksdbCursors>(*database); });
}

TEST_CASE("a cursor damaged in any byte is malformed and named") {
  const test::TemporaryFolder folder;
  const auto database = test::open_database(folder.path());
  RocksdbCursors cursors{*database};
  REQUIRE(cursors.put("out/3/nats", "17"));
  const auto value = test::value_at(*database, Family::cursors, "out/3/nats");
  REQUIRE(value);
  for (std::size_t i = 0; i < value->size(); ++i) {
    test::put_value(*database, Family::cursors, "out/3/nats", test::with_flipped(*value, i, 0x10));
    const auto found = cursors.find("out/3/nats");
    REQUIRE_FALSE(found);
    CHECK(found.error().code == Errc::malformed);
    CHECK(found.error().message.find("out/3/nats") != std::string::npos);
    CHECK_FALSE(cursors.all("out/"));
  }
  test::put_value(*database, Family::cursors, "out/4/nats", *value); // sound, but another's
  CHECK_FALSE(cursors.find("out/4/nats"));
}

TEST_CASE("cursors are there after a restart") {
  const test::TemporaryFolder folder;
  {
    const auto database = test::open_database(folder.path());
    REQUIRE(RocksdbCursors{*database}.put("in/file", "42"));
  }
  const auto database = test::open_database(folder.path());
  CHECK(RocksdbCursors{*database}.find("in/file")->value() == "42");
}
