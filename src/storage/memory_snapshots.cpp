#include "storage/memory_snapshots.hpp"

namespace riskcluster {

Result<bool> MemorySnapshots::save(ShardId shard, std::string_view entity, const Snapshot& snapshot) {
  const std::scoped_lock lock{mutex_};
  ByNumber& kept = shards_[shard][std::string{entity}];
  kept[snapshot.n] = snapshot.bytes;
  while (kept.size() > snapshots_kept) {
    auto oldest = kept.begin();
    if (oldest->first == snapshot.n) ++oldest; // never the one just saved
    kept.erase(oldest);
  }
  return true;
}

Result<FoundSnapshots> MemorySnapshots::load(ShardId shard, std::string_view entity) const {
  const std::scoped_lock lock{mutex_};
  FoundSnapshots found;
  const auto entities = shards_.find(shard);
  if (entities == shards_.end()) return found;
  const auto kept = entities->second.find(entity);
  if (kept == entities->second.end()) return found;
  for (auto at = kept->second.rbegin(); at != kept->second.rend(); ++at) found.sound.push_back({at->first, at->second});
  return found;
}

Result<bool> MemorySnapshots::for_each_entity(ShardId shard,
                                              const std::function<bool(const std::string& entity)>& each) const {
  std::vector<std::string> entities;
  {
    const std::scoped_lock lock{mutex_};
    if (const auto found = shards_.find(shard); found != shards_.end())
      for (const auto& [entity, kept] : found->second) entities.push_back(entity);
  }
  for (const auto& entity : entities) // not under the lock: `each` may come back in here
    if (!each(entity)) break;
  return true;
}

Result<bool> MemorySnapshots::drop(ShardId shard, std::string_view entity, SequenceNumber n) {
  const std::scoped_lock lock{mutex_};
  if (const auto entities = shards_.find(shard); entities != shards_.end())
    if (const auto kept = entities->second.find(entity); kept != entities->second.end() && kept->second.erase(n) > 0) {
      if (kept->second.empty()) entities->second.erase(kept);
      return true;
    }
  return Error{Errc::not_found, "no snapshot of " + std::string{entity} + " at n " + std::to_string(n.value)};
}

} // namespace riskcluster
