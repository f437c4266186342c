#include "node/data_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "storage/keys.hpp"

namespace riskcluster {

TEST_CASE("a sound folder is proven, and everything in it counted") {
  const test::DataFolder folder;
  const auto said = test::verified(folder.path());
  REQUIRE(said.result);
  CHECK(*said.result);
  CHECK(said.has("66 records, 6 entities, 16 snapshots, 3 cursors: all is sound"));
  CHECK(said.has("records/s"));
  CHECK_FALSE(said.has("WRONG"));
}

TEST_CASE("programs get every shard's end as JSON") {
  const test::DataFolder folder;
  const auto report = nlohmann::json::parse(test::verified(folder.path(), true).text);
  CHECK(report["sound"] == true);
  CHECK(report["records"] == 66);
  CHECK(report["cursors"] == 3);
  REQUIRE(report["shards"].size() == 2);
  const auto store = Store::open(folder.path(), 2, SyncPolicy::by_caller);
  for (std::uint32_t shard = 0; shard < 2; ++shard) {
    const auto& told = report["shards"][shard];
    const auto end = (*store)->journal().end({shard});
    CHECK(told["shard"] == shard);
    CHECK(told["records"] == folder.ends[shard]);
    CHECK(told["last_n"] == end->n.value);
    CHECK(told["epoch"] == end->epoch.value);
    CHECK(told["last_hash"] == end->hash.hex());
    CHECK(told["findings"].empty());
  }
}

TEST_CASE("the first bad thing of a shard is named, the others are counted") {
  const test::DataFolder folder;
  const std::string entity = folder.entity_of(1);
  {
    const auto database = folder.open();
    const std::string third = shard_key({1}, SequenceNumber{3});
    test::put_value(*database, Family::journal, third,
                    test::with_flipped(*test::value_at(*database, Family::journal, third), 70, 1));
  }
  const auto said = test::verified(folder.path());
  REQUIRE(said.result);
  CHECK_FALSE(*said.result);
  // Every snapshot of the shard and its cursor are beyond what is sound now, but that is not the first thing to know.
  CHECK(said.has("journal shard 1 n 3: its bytes are damaged (and "));
  const auto report = nlohmann::json::parse(test::verified(folder.path(), true).text);
  CHECK(report["sound"] == false);
  CHECK(report["shards"][0]["sound"] == true);
  CHECK(report["shards"][1]["records"] == 2);
  CHECK(report["shards"][1]["findings"][0]["part"] == "journal");
  CHECK(report["shards"][1]["findings"][0]["message"] == "journal shard 1 n 3: its bytes are damaged");
  CHECK(report["shards"][1]["findings"].back()["part"] == "cursor");
}

TEST_CASE("a state kept again, complete to a later n of its shard, is sound") {
  const test::DataFolder folder;
  {
    const auto store = Store::open(folder.path(), 2, SyncPolicy::by_caller);
    for (const auto& [entity, state] : folder.states) {
      const ShardId shard = shard_of(entity, 2);
      REQUIRE((*store)->snapshots().save(shard, entity, {{folder.ends[shard.value]}, encode_state(state)}));
    }
  }
  CHECK(test::sound(folder.path()));
}

TEST_CASE("a folder is verified while a node works in it") {
  const test::DataFolder folder;
  const auto store = Store::open(folder.path(), 2, SyncPolicy::by_caller);
  REQUIRE(store);
  CHECK(test::sound(folder.path()));
}

TEST_CASE("a folder that is none is an error that names it") {
  const test::TemporaryFolder folder;
  const auto said = test::verified(folder.path());
  REQUIRE_FALSE(said.result);
  CHECK(said.result.error().message.find(folder.path()) != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.path()));
}

} // namespace riskcluster
