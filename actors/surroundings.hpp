#pragma once

#include "actors/road_watch.hpp"
#include "config/road_settings.hpp"
#include "messages/actor_interfaces.hpp"

namespace riskcluster {

/// Whom a portfolio works with, and the market views at hand. It comes with every item, so that nobody holds the
/// handle of somebody who was replaced.
struct Surroundings {
  pool_actor pool;
  market_actor market;
  journal_actor journal;
  loader_actor loader;
  snapshot_actor snapshots;
  alerts_actor alerts;
  supervisor_actor supervisor; ///< hears of policies that changed
  MarketViewsPtr views;
  PoliciesPtr policies = std::make_shared<const Policies>();
  bool outputs_lag = false; ///< so far that no increase may be decided
  RoadSettings settings;
  RoadWatchPtr watch = std::make_shared<RoadWatch>();
};

} // namespace riskcluster
