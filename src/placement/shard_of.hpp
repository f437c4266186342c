#pragma once

#include <string_view>

#include "core/hash.hpp"
#include "core/ids.hpp"

namespace riskcluster {

inline constexpr std::uint32_t shard_count_default = 16;

/// Whose orders concern everybody. No tenant can be called so: an id begins with a letter or a digit.
inline constexpr std::string_view system_entity_name = "_system/";

/// The shard of an entity ("company/user", "company/"): XXH64 modulo the count, fixed for a cluster's life; the
/// system's is shard 0. @param count >= 1.
inline ShardId shard_of(std::string_view entity, std::uint32_t count) {
  if (entity == system_entity_name) return {0};
  return {static_cast<std::uint32_t>(hash64(entity) % count)};
}

} // namespace riskcluster
