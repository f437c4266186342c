#pragma once
// A shard's directory as the bytes of its snapshot.

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "placement/shard_directory.hpp"

namespace riskcluster {

/// The same directory gives the same bytes.
std::string encode_directory(const ShardDirectory& directory);
/// Errors say what is wrong.
Result<ShardDirectory> decode_directory(std::string_view bytes);

} // namespace riskcluster
