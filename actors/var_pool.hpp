#pragma once

#include <deque>
#include <unordered_map>
#include <vector>

#include "actors/owed.hpp"
#include "actors/surroundings.hpp"

namespace riskcluster {

/// Two bounded lanes, interactive before bulk, and whoever is free takes the next job.
class PoolState {
public:
  using Actor = pool_actor;
  using Self = Actor::stateful_pointer<PoolState>;
  static constexpr const char* name = "var_pool";

  explicit PoolState(Self self) : self_{self} {}
  Actor::behavior_type behavior(RoadSettings settings, RoadWatchPtr watch = std::make_shared<RoadWatch>());

private:
  struct Work {
    Owed<JudgedPtr> judged;
    JobPtr job;
    unsigned attempts = 0;
  };

  void dispatch();
  void show_lanes();
  void hand_over(const worker_actor& worker, Work work);
  void worker_gone(const caf::actor_addr& who);
  std::deque<Work>& lane_of(const Job& job) { return job.lane == Lane::interactive ? interactive_ : bulk_; }

  Self self_;
  RoadSettings settings_;
  RoadWatchPtr watch_;
  std::deque<Work> interactive_, bulk_;
  std::vector<worker_actor> idle_; ///< the last to become free is the first to work: its scratch is warm
  std::unordered_map<caf::actor_id, Work> busy_;
};

} // namespace riskcluster
