#pragma once
// What a shard knows of its tenants while they sleep: who there is, and who subscribes to which strategy.

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/hash.hpp"
#include "core/ids.hpp"

namespace riskcluster {

/// A million tenants are known on a node, so no names: a tenant is known by the hash of its name.
class ShardDirectory {
public:
  using Known = std::unordered_map<std::uint64_t, std::uint64_t>; ///< hash of the name → hash of its setup
  using Strategies = std::map<StrategyId, std::vector<TenantId>>; ///< tenants by company, then user

  ShardDirectory() = default;
  ShardDirectory(Known known, Strategies strategies, std::vector<TenantId> policies);

  /// Opens a tenant; nothing when it is known already.
  /// @param setup_hash of what it is opened from.
  void add(const TenantId& tenant, std::uint64_t setup_hash, std::span<const StrategyId> strategies);

  /// The hash of its setup, or nothing.
  const std::uint64_t* setup_of(const TenantId& tenant) const;
  /// By company, then user.
  const std::vector<TenantId>& subscribers(const StrategyId& strategy) const;

  /// Companies, and the system, in the order in which they were opened: entities without a user.
  const std::vector<TenantId>& policies() const { return policies_; }

  const Known& known() const { return known_; }
  const Strategies& strategies() const { return strategies_; }
  bool operator==(const ShardDirectory&) const = default;

private:
  Known known_;
  Strategies strategies_;
  std::vector<TenantId> policies_;
};

} // namespace riskcluster
