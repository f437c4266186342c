#pragma once
// The base of a shard as bytes: its place in the database is told in rocksdb_records.hpp.

#include <optional>
#include <string>
#include <string_view>

#include "journal/journal.hpp"

namespace riskcluster {

std::string encode_base(const JournalEnd& base, ShardId shard);
/// Nothing unless every byte is what encode_base() wrote for this shard.
std::optional<JournalEnd> decode_base(std::string_view bytes, ShardId shard);

} // namespace riskcluster
