#pragma once
// How far a shard's journal may be cut: below every floor. And how sleepers are kept from being one for ever.

#include <chrono>
#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "messages/message_types.hpp"
#include "storage/cursors.hpp"
#include "storage/snapshots.hpp"

namespace riskcluster {

struct CutDoors {
  const Journal* journal = nullptr;
  Snapshots* snapshots = nullptr;
  Cursors* cursors = nullptr;
};

struct CutRules {
  std::vector<std::string> destinations; ///< whose cursors count
  std::chrono::milliseconds retention{};
};

/// What needs a shard's records.
struct CutFloors {
  SequenceNumber kept_for_time;            ///< the first record that is too young to go
  std::vector<SequenceNumber> confirmed;   ///< by destinations; they need what is behind it
  std::vector<SequenceNumber> complete_to; ///< each entity's older snapshot: should the newer one be corrupt, what is
                                           ///< behind it is needed
};

/// The lowest n that must stay.
SequenceNumber cut_floor(const CutFloors& floors);

/// Records that one plan looks at.
inline constexpr std::uint64_t records_per_plan_max = 16'384;

/// An entity whose older snapshot stands in the way is kept again, twice, complete to the end of the journal: so that
/// sleepers do not hold it for ever. One that cannot be kept does, and a complaint says so. Only one thread at a time
/// may keep snapshots of the shard.
/// Errors: unavailable, malformed: nothing may be cut.
Result<CutPlan> plan_cut(const CutDoors& doors, const CutRules& rules, ShardId shard, TimeMs now);

} // namespace riskcluster
