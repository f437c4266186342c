#pragma once

#include <map>

#include "journal/journal.hpp"
#include "tenant/state.hpp"

namespace riskcluster {

/// Folds a journal afresh, shard by shard, from its first record: what every live state and snapshot must agree with.
/// Error: not_found, when the journal was cut.
Result<std::map<TenantId, TenantState>> fold(const Journal& journal, std::uint32_t shard_count);

} // namespace riskcluster
