#pragma once
// Keys whose order as bytes is the order of what they name, and that cannot run into each other.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/ids.hpp"

namespace riskcluster {

/// Big-endian: the order of the numbers. 4 and 8 bytes.
void put_key(std::string& key, std::uint32_t number);
void put_key(std::string& key, std::uint64_t number);
/// A 0 byte as 00 FF, the end as 00 00: "a/b" ends before "a/bc" begins, whatever bytes are in them.
void put_key(std::string& key, std::string_view text);

/// shard, text and n of a key; the last two where there are any.
std::string shard_key(ShardId shard);
std::string shard_key(ShardId shard, SequenceNumber n);
std::string shard_key(ShardId shard, std::string_view text);
std::string shard_key(ShardId shard, std::string_view text, SequenceNumber n);

/// The number in the last 8 bytes; 0 when there are fewer.
std::uint64_t last_number_of(std::string_view key);
/// The text behind the shard; empty when the key is not one of those above.
std::string text_of(std::string_view key);

} // namespace riskcluster
