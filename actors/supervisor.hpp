#pragma once

#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "actors/alerts.hpp"
#include "actors/egress.hpp"
#include "actors/journal_cut.hpp"
#include "actors/market.hpp"
#include "actors/surroundings.hpp"
#include "actors/trouble.hpp"

namespace riskcluster {

class Journal;
class Snapshots;
class Cursors;

/// What a node is made of. The doors outlive the actors.
struct NodeParts {
  Journal* journal = nullptr;
  Snapshots* snapshots = nullptr;
  Cursors* cursors = nullptr;
  ViewAt view_at;
  LiveFeed feed; ///< with a market it is asked instead
  std::vector<Outlet> outlets;
  EgressStart egress;
  std::map<std::uint32_t, std::string> halted; ///< shards that must not start, and why
  TellPeople tell;
  std::function<void(const Error&)> failed; ///< the node cannot go on; called once, on an actor's thread
  std::uint32_t shard_count = 16;
  RoadSettings settings;
  RoadWatchPtr watch = std::make_shared<RoadWatch>();
};
using NodePartsPtr = std::shared_ptr<const NodeParts>;

/// Starts all, watches all. Router, ingress, journal and egress are the node: without one of them it stops, loudly.
class SupervisorState {
public:
  using Actor = supervisor_actor;
  using Self = Actor::stateful_pointer<SupervisorState>;
  static constexpr const char* name = "supervisor";

  explicit SupervisorState(Self self) : self_{self} {}
  ~SupervisorState();
  Actor::behavior_type behavior(NodePartsPtr parts);

private:
  enum class Part : std::uint8_t {
    journal,
    egress,
    router,
    ingress,
    loader,
    snapshots,
    market,
    pool,
    worker,
    alerts,
    shard
  };
  struct Child {
    Part part = Part::worker;
    ShardId shard; ///< of a shard
    caf::strong_actor_ptr handle;
  };

  void start();
  CutDoors cut_doors() const;
  CutRules cut_rules() const;
  market_actor start_market();
  void start_worker();
  void start_shard(ShardId shard, Epoch epoch, const DirectoryPtr& directory);
  void load_policies(ShardId shard, const DirectoryPtr& directory, std::size_t from);
  void set_policy(const TenantId& id, const PolicyPtr& policy);
  void change_policy(const TenantId& id, const PolicyPtr& policy, Owed<bool> owed);
  void shard_failed(ShardId shard, const Error& why);
  void shard_settled();
  void hand_out();
  void gone(const caf::down_msg& down);
  void shard_gone(ShardId shard, const Error& why);
  void rebuild(Part part, const Error& why);
  void fail(const Error& why);
  void stop(Owed<bool> owed);
  template <class Handle>
  Handle watch(Part part, Handle handle, ShardId shard = {});

  Self self_;
  NodePartsPtr parts_;
  Surroundings with_;
  egress_actor egress_;
  router_actor router_;
  ingress_actor ingress_;
  std::vector<shard_actor> shards_;
  std::size_t unsettled_ = 0; ///< shards whose directory is on its way
  std::vector<Owed<ingress_actor>> waiting_;
  std::unordered_map<caf::actor_id, Child> children_;
  std::unordered_map<std::uint32_t, DeathCount> shard_deaths_;
  DeathCount worker_deaths_, other_deaths_;
  bool failed_ = false;
};

} // namespace riskcluster
