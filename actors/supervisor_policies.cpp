// Orders of companies and of the system: read when their shard starts, told to every shard when they change.

#include "actors/shard.hpp"
#include "actors/supervisor.hpp"

namespace riskcluster {

/// One after the other, before the shard starts: nothing may be judged without the halts that were ordered.
void SupervisorState::load_policies(ShardId shard, const DirectoryPtr& directory, std::size_t from) {
  const auto& policies = directory->directory.policies();
  if (from == policies.size()) {
    start_shard(shard, directory->epoch, directory);
    return shard_settled();
  }
  const auto failed = [=, this](const Error& why) {
    shard_failed(shard, {why.code, "the orders of " + directory->directory.policies()[from].text() +
                                       " cannot be read: " + why.message});
    shard_settled();
  };
  self_->request(with_.loader, caf::infinite, load_atom::value, shard, policies[from].text())
      .then(
          [=, this](const LoadedPtr& loaded) {
            if (!loaded->state) return failed(malformed("they were never opened"));
            set_policy(loaded->state->id, policy_of(*loaded->state));
            load_policies(shard, directory, from + 1);
          },
          [failed](const caf::error& error) { failed(from_caf(error)); });
}

void SupervisorState::set_policy(const TenantId& id, const PolicyPtr& policy) {
  auto policies = std::make_shared<Policies>(*with_.policies);
  if (id == system_entity)
    policies->system = policy;
  else
    policies->companies[id.company] = policy;
  with_.policies = std::move(policies);
}

void SupervisorState::change_policy(const TenantId& id, const PolicyPtr& policy, Owed<bool> owed) {
  set_policy(id, policy);
  const SurroundingsPtr now = std::make_shared<const Surroundings>(with_);
  auto left = std::make_shared<std::size_t>(1);
  auto waiting = std::make_shared<Owed<bool>>(std::move(owed));
  const auto done = [left, waiting] {
    if (--*left == 0) waiting->pay(true);
  };
  for (const auto& shard : shards_) {
    if (!shard) continue;
    ++*left;
    // A shard that dies starts again with what is in force now.
    self_->request(shard, caf::infinite, policy_atom::value, now)
        .then([done](bool) { done(); }, [done](const caf::error&) { done(); });
  }
  done();
}

} // namespace riskcluster
