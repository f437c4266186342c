#pragma once
// Reading a journal out of a database, which may be open for reading only.
//
// A shard that was cut has its base, the last record that was removed, under the key of the shard alone, before all its
// records: sealed (storage/sealed.hpp) n, epoch and hash, 8, 8 and 16 bytes, little-endian.
//
// Two families: `journal` holds the records (record_format.hpp); `entities` says which of them belong to an entity,
// with keys of shard, entity and n (storage/keys.hpp) and empty values, written in the same batch.

#include <optional>

#include "journal/journal.hpp"

namespace riskcluster {

class Database;

/// As Journal::base().
Result<JournalEnd> read_base(const Database& database, ShardId shard);

/// As Journal::cut(). @param below not behind the last record.
Result<JournalEnd> cut_records(Database& database, ShardId shard, SequenceNumber below);

/// Errors as in Journal::end(). The base, when nothing stands behind it.
Result<JournalEnd> read_end(const Database& database, ShardId shard);

/// As Journal::read().
/// @param end records behind it do not exist; nothing when it cannot be known, because the last record is damaged.
Result<std::vector<JournalRecord>> read_records(const Database& database, ShardId shard, SequenceNumber from,
                                                std::size_t count_max, const std::optional<JournalEnd>& end);

/// As Journal::read_entity().
Result<std::vector<JournalRecord>> read_entity_records(const Database& database, ShardId shard, std::string_view entity,
                                                       SequenceNumber from, std::size_t count_max,
                                                       const std::optional<JournalEnd>& end);

} // namespace riskcluster
