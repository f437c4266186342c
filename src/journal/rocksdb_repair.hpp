#pragma once
// What `riskd verify` and `riskd repair` do to a journal's two families past the port: look at the index from both
// sides, move records aside, remove them.
//
// A file of records that were moved aside, every number little-endian: the line "riskcluster journal records 1\n", then
// for each record, in the order of the keys, 4 bytes with the size of the key, 4 bytes with the size of the value, the
// key and the value as they stood in the family `journal` (record_format.hpp), whatever is wrong with them.

#include <functional>
#include <string>
#include <string_view>

#include "journal/journal.hpp"

namespace riskcluster {

class Database;

inline constexpr std::string_view moved_records_heading = "riskcluster journal records 1\n";

/// The index names the record as its entity's. Errors: unavailable, malformed.
Result<bool> is_indexed(const Database& database, const JournalRecord& record);

/// Entries of a shard's index, up to `last` and behind it.
struct IndexSize {
  std::uint64_t within = 0;
  std::uint64_t behind = 0;
};
Result<IndexSize> index_size(const Database& database, ShardId shard, SequenceNumber last);

/// Each entry that names no record up to `last`, or another's.
Result<bool> for_each_surplus(const Database& database, ShardId shard, SequenceNumber last,
                              const std::function<void(const std::string& entity, SequenceNumber n)>& each);

/// Entries that were added and removed.
struct IndexMended {
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
};
/// Makes the index of a shard agree with its records, which must be sound up to `last`, the end.
Result<IndexMended> mend_index(Database& database, ShardId shard, SequenceNumber last);

/// Whatever stands in a shard from n on, sound or not. Error: malformed, RocksDB cannot read all of it.
Result<std::uint64_t> count_records(const Database& database, ShardId shard, SequenceNumber from);

/// Writes them to a new file, which is on the disk when this returns; the database stays as it is. @returns how many.
/// Errors name the file: unavailable; malformed, RocksDB cannot read all of them.
Result<std::uint64_t> copy_records(const Database& database, ShardId shard, SequenceNumber from,
                                   const std::string& path);

/// Removes a shard's records from n on; its index is left to mend_index(). Durable when it returns.
Result<bool> remove_records(Database& database, ShardId shard, SequenceNumber from);

} // namespace riskcluster
