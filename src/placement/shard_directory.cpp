#include "placement/shard_directory.hpp"

#include <algorithm>

namespace riskcluster {

ShardDirectory::ShardDirectory(Known known, Strategies strategies, std::vector<TenantId> policies)
    : known_{std::move(known)}, strategies_{std::move(strategies)}, policies_{std::move(policies)} {
  for (auto& [strategy, tenants] : strategies_) std::sort(tenants.begin(), tenants.end());
}

void ShardDirectory::add(const TenantId& tenant, std::uint64_t setup_hash, std::span<const StrategyId> strategies) {
  if (!known_.try_emplace(hash64(tenant.text()), setup_hash).second) return;
  if (tenant.user.empty()) policies_.push_back(tenant);
  for (const auto& strategy : strategies) {
    auto& tenants = strategies_[strategy];
    const auto place = std::lower_bound(tenants.begin(), tenants.end(), tenant);
    if (place == tenants.end() || *place != tenant) tenants.insert(place, tenant);
  }
}

const std::uint64_t* ShardDirectory::setup_of(const TenantId& tenant) const {
  const auto found = known_.find(hash64(tenant.text()));
  return found == known_.end() ? nullptr : &found->second;
}

const std::vector<TenantId>& ShardDirectory::subscribers(const StrategyId& strategy) const {
  static const std::vector<TenantId> nobody;
  const auto found = strategies_.find(strategy);
  return found == strategies_.end() ? nobody : found->second;
}

} // namespace riskcluster
