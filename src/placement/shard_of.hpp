#pragma once

#include <string_view>

#include "core/hash.hpp"
#include "core/ids.hpp"

namespace riskcluster {

inline constexpr std::uint32_t shard_count_default = 16;

/// The shard of an entity ("company/user"): XXH64 modulo the count, fixed for a cluster's life. @param count >= 1.
inline ShardId shard_of(std::string_view entity, std::uint32_t count) {
  return {static_cast<std::uint32_t>(hash64(entity) % count)};
}

} // namespace riskcluster
