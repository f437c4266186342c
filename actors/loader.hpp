#pragma once

#include <unordered_map>

#include "actors/journal_cut.hpp"
#include "actors/spawn.hpp"
#include "journal/journal.hpp"
#include "messages/actor_interfaces.hpp"
#include "storage/cursors.hpp"
#include "storage/snapshots.hpp"

namespace riskcluster {

/// Reads; whoever asks never waits for a disk himself.
class LoaderState {
public:
  using Actor = loader_actor;
  using Self = Actor::stateful_pointer<LoaderState>;
  static constexpr const char* name = "loader";

  explicit LoaderState(Self) {}
  /// @param journal and @param snapshots outlive the actor.
  static Actor::behavior_type behavior(const Journal* journal, const Snapshots* snapshots);
};

/// Writes what may be lost, and knows how far journals may be cut.
class SnapshotWriterState {
public:
  using Actor = snapshot_actor;
  using Self = Actor::stateful_pointer<SnapshotWriterState>;
  static constexpr const char* name = "snapshot_writer";

  explicit SnapshotWriterState(Self) {}
  /// @param doors outlive the actor.
  Actor::behavior_type behavior(CutDoors doors, CutRules rules);

private:
  /// Older than what a cut counts on: it would only push that out.
  bool too_old(ShardId shard, SequenceNumber n) const;
  Result<CutPlan> plan(ShardId shard);
  Result<bool> keep(ShardId shard, const std::string& entity, const Snapshot& snapshot);

  CutDoors doors_;
  CutRules rules_;
  std::unordered_map<std::uint32_t, SequenceNumber> below_; ///< as planned, by shard
};

} // namespace riskcluster
