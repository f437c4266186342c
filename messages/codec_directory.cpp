#include "messages/codec_directory.hpp"

#include <algorithm>

#include "journal/shard_directory.pb.h"
#include "messages/codec_wire.hpp"

namespace riskcluster {

std::string encode_directory(const ShardDirectory& directory) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> known{directory.known().begin(), directory.known().end()};
  std::sort(known.begin(), known.end());
  journal::ShardDirectory wire;
  for (const auto& [entity, setup] : known) {
    wire.add_entity_hash(entity);
    wire.add_setup_hash(setup);
  }
  for (const auto& [strategy, tenants] : directory.strategies()) {
    auto& part = *wire.add_strategies();
    part.set_strategy_id(strategy.value);
    for (const auto& tenant : tenants) {
      part.add_company_id(tenant.company.value);
      part.add_user_id(tenant.user.value);
    }
  }
  for (const auto& policy : directory.policies()) wire.add_policies(policy.company.value);
  return wire.SerializeAsString();
}

Result<ShardDirectory> decode_directory(std::string_view bytes) {
  journal::ShardDirectory wire;
  if (auto fault = parse_bytes(bytes, record_bytes_max, wire); !fault.empty()) return malformed(std::move(fault));
  if (wire.entity_hash_size() != wire.setup_hash_size())
    return malformed("entity_hash and setup_hash are not equally long");
  ShardDirectory::Known known;
  known.reserve(static_cast<std::size_t>(wire.entity_hash_size()));
  for (int i = 0; i < wire.entity_hash_size(); ++i) known.emplace(wire.entity_hash(i), wire.setup_hash(i));
  ShardDirectory::Strategies strategies;
  for (const auto& part : wire.strategies()) {
    if (part.company_id_size() != part.user_id_size())
      return malformed("company_id and user_id of '" + part.strategy_id() + "' are not equally long");
    auto& tenants = strategies[StrategyId{part.strategy_id()}];
    for (int i = 0; i < part.company_id_size(); ++i)
      tenants.push_back({CompanyId{part.company_id(i)}, UserId{part.user_id(i)}});
  }
  std::vector<TenantId> policies;
  for (const auto& company : wire.policies()) policies.push_back({CompanyId{company}, UserId{}});
  return ShardDirectory{std::move(known), std::move(strategies), std::move(policies)};
}

} // namespace riskcluster
