#pragma once

#include <map>
#include <mutex>

#include "storage/snapshots.hpp"

namespace riskcluster {

/// Snapshots that live as long as their process.
class MemorySnapshots final : public Snapshots {
public:
  Result<bool> save(ShardId shard, std::string_view entity, const Snapshot& snapshot) override;
  Result<FoundSnapshots> load(ShardId shard, std::string_view entity) const override;
  Result<bool> for_each_entity(ShardId shard,
                               const std::function<bool(const std::string& entity)>& each) const override;
  Result<bool> drop(ShardId shard, std::string_view entity, SequenceNumber n) override;

private:
  using ByNumber = std::map<SequenceNumber, std::string>;
  mutable std::mutex mutex_;
  std::map<ShardId, std::map<std::string, ByNumber, std::less<>>> shards_;
};

} // namespace riskcluster
