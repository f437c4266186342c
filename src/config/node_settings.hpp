#pragma once
// All settings of a live node: one struct for each thing that has some. A default node needs no file.

#include <optional>

#include "config/cluster_settings.hpp"
#include "config/http_settings.hpp"
#include "config/log_settings.hpp"
#include "config/market_settings.hpp"
#include "config/nats_settings.hpp"
#include "config/run_settings.hpp"

namespace riskcluster {

struct NodeSettings {
  RunSettings run;
  RoadSettings road; ///< from a file, its retention is the cluster's
  ClusterSettings cluster;
  MarketSettings market;
  std::optional<NatsSettings> nats; ///< nothing: the node does without
  HttpSettings http;
  LogSettings log;
  DeadLetterSettings dead_letters;
};

/// Sections of the file: name, what it is about, the structs whose settings stand in it. NATS comes as the optional.
template <class Visit>
void each_section(NodeSettings& all, Visit&& visit) {
  visit("node", "This node's own: each may have others. Paths are relative to where the node is started.", all.run,
        all.road);
  visit("cluster", "The same on all nodes, or they are not of one cluster.", all.cluster);
  visit("market", "Live prices.", all.market);
  visit("nats", "Where signals come from and answers go. Without this section the node does without NATS.", all.nats);
  visit("http", "The port for health and metrics.", all.http);
  visit("log", "What the node says about itself.", all.log);
  visit("dead_letters", "What is kept of inputs that nobody could read.", all.dead_letters);
}

} // namespace riskcluster
