#pragma once
// What can happen to a data folder, and what must hold when it is mended.

#include <functional>

#include "journal/record_format.hpp"
#include "node/data_folder.hpp"
#include "storage/keys.hpp"
#include "storage/rocksdb_cursors.hpp"

namespace riskcluster::test {

/// Of a record of shard 1.
inline std::string key_of(std::uint64_t n) { return shard_key({1}, SequenceNumber{n}); }

inline void flip(Database& database, Family family, const std::string& key, std::size_t at) {
  const auto sound = value_at(database, family, key);
  REQUIRE(sound);
  put_value(database, family, key, with_flipped(*sound, at, 1));
}

/// A last record whose payload, epoch or entity is another, sound by its own hash and link.
inline void rewrite_last(DataFolder& folder, Database& database, const std::function<void(JournalRecord&)>& change) {
  const std::string key = key_of(folder.ends[1]);
  auto stored = decode_record(*value_at(database, Family::journal, key));
  REQUIRE(stored);
  change(stored->record);
  put_value(database, Family::journal, key, encode_record(stored->record, hash_of(stored->record)));
}

inline void put_cursor(Database& database, const std::string& name, const std::string& bytes) {
  REQUIRE(RocksdbCursors{database}.put(name, bytes));
}

/// What a node would find: every tenant's state by its snapshots and tail is the fold of the records that are left.
inline void check_restores(const std::string& folder) {
  const auto store = Store::open(folder, folder_shards, SyncPolicy::by_caller);
  REQUIRE(store);
  for (std::uint32_t shard = 0; shard < folder_shards; ++shard) {
    std::map<std::string, TenantState> folded;
    for (const auto& record : read_all((*store)->journal(), shard))
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

inline std::string repair_folder(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator{folder})
    if (entry.path().filename().string().starts_with("repair-")) return entry.path().string();
  FAIL("nothing was moved aside");
  return {};
}

} // namespace riskcluster::test
