#pragma once

#include <optional>

#include "storage/snapshots.hpp"

namespace riskcluster {

class Database;

/// Key: shard, entity, n (storage/keys.hpp), so that an entity's snapshots lie side by side in order of n.
/// Value: sealed (storage/sealed.hpp) over shard, entity and n.
class RocksdbSnapshots final : public Snapshots {
public:
  /// @param database must outlive this.
  explicit RocksdbSnapshots(Database& database) : database_{database} {}

  Result<bool> save(ShardId shard, std::string_view entity, const Snapshot& snapshot) override;
  Result<FoundSnapshots> load(ShardId shard, std::string_view entity) const override;
  Result<bool> for_each_entity(ShardId shard,
                               const std::function<bool(const std::string& entity)>& each) const override;
  Result<bool> drop(ShardId shard, std::string_view entity, SequenceNumber n) override;

private:
  Database& database_;
};

/// Each of a shard, by entity, then n; without bytes where its checksum is wrong. Error: unavailable; malformed where
/// RocksDB cannot read on.
using EachSnapshot =
    std::function<void(const std::string& entity, SequenceNumber n, const std::optional<std::string>& bytes)>;
Result<bool> for_each_snapshot(const Database& database, ShardId shard, const EachSnapshot& each);

} // namespace riskcluster
