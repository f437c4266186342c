#pragma once
// A state out of what the disk holds: the newest sound snapshot, then the events since.

#include "journal/journal.hpp"
#include "messages/message_types.hpp"
#include "storage/snapshots.hpp"

namespace riskcluster {

/// Entity names cannot begin with an underscore, so this is nobody's.
inline constexpr const char* directory_entity = "_directory";

/// Error: malformed, when a record of the tenant cannot be read or understood. A snapshot that is not sound costs only
/// time: the one before it, or the whole history, stands in, and a complaint says so. Malformed, too, when the journal
/// was cut and no sound snapshot from behind the cut is left.
Result<Loaded> restore_tenant(const Journal& journal, const Snapshots& snapshots, ShardId shard,
                              const std::string& entity);

/// Reads the shard's journal from the directory's snapshot to the end and checks the chain on the way.
Result<LoadedDirectory> restore_directory(const Journal& journal, const Snapshots& snapshots, ShardId shard);

/// What a tenant was opened from, as a number.
std::uint64_t setup_hash(const TenantEvent& opened);

} // namespace riskcluster
