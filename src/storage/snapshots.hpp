#pragma once
// Where states are kept between two lives. A port; a snapshot is only ever a short cut: the journal can do without.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"

namespace riskcluster {

inline constexpr std::size_t snapshots_kept = 2; ///< per entity

/// A state, complete to the record n of its shard's journal. `bytes` are opaque here.
struct Snapshot {
  SequenceNumber n;
  std::string bytes;
  bool operator==(const Snapshot&) const = default;
};

/// What is there of an entity: the sound ones, newest first, and a sentence for each that is not.
struct FoundSnapshots {
  std::vector<Snapshot> sound;
  std::vector<std::string> corrupt;
};

/// Every member may be called from any thread.
class Snapshots {
public:
  virtual ~Snapshots() = default;

  /// Keeps it beside the newest before it and drops older ones. Not synced: after a power cut the newest may be gone.
  /// One with the n of a kept one replaces it. Error: unavailable.
  virtual Result<bool> save(ShardId shard, std::string_view entity, const Snapshot& snapshot) = 0;

  /// Each is checked by its own checksum, over shard, entity, n and bytes. Error: unavailable.
  virtual Result<FoundSnapshots> load(ShardId shard, std::string_view entity) const = 0;

  /// Every entity of a shard that has a snapshot, in order, until `each` says no.
  virtual Result<bool> for_each_entity(ShardId shard,
                                       const std::function<bool(const std::string& entity)>& each) const = 0;

  /// Drops one. Error: not_found, unavailable.
  virtual Result<bool> drop(ShardId shard, std::string_view entity, SequenceNumber n) = 0;
};

} // namespace riskcluster
