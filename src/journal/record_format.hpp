#pragma once
// The journal on the disk, on one screen.
//
// A record's key: shard (4 bytes) and n (8 bytes), big-endian, so that the order of the keys is the order of the
// records. Its value, every number little-endian and of fixed width:
//
//   offset  bytes  what
//        0      1  version of this layout: 1
//        1      4  shard
//        5      8  epoch
//       13      8  n
//       21      8  at_ms, two's complement
//       29     16  hash of the record before
//       45      4  size of the entity, E
//       49      E  entity
//   49 + E      4  size of the payload, P
//   53 + E      P  payload
//   53 + E + P  16 hash of this record (hash_of in journal/journal.hpp)
//
// Nothing may be left over. The hash at the end makes the last record of a shard as safe as those that another record
// follows; shard and n are in the value too, so that a record in the wrong place is found.
// A layout is added, never changed: a new version is a new number at offset 0.

#include <optional>
#include <string>
#include <string_view>

#include "journal/journal.hpp"

namespace riskcluster {

inline constexpr std::uint8_t record_format_version = 1;
/// Of a record without entity and payload.
inline constexpr std::size_t record_bytes_min = 69;
/// Of an entity and of a payload: what fits its size field.
inline constexpr std::uint64_t record_text_bytes_max = 0xffff'ffff;

/// @param hash hash_of(record).
std::string encode_record(const JournalRecord& record, const Hash128& hash);

struct StoredRecord {
  JournalRecord record;
  Hash128 hash; ///< of the record, and verified
};

/// Nothing unless every byte is what encode_record() wrote.
std::optional<StoredRecord> decode_record(std::string_view value);

} // namespace riskcluster
