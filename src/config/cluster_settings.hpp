#pragma once
// What must be the same on all nodes: where a tenant lives, how long a repeat is known, how risk is measured.

#include "config/road_settings.hpp"

namespace riskcluster {

struct ClusterSettings {
  std::uint32_t shard_count = 16;
  std::chrono::hours retention = RoadSettings{}.retention;
  double confidence = 0.95;
  int horizon_days = 1;
  int monte_carlo_paths = 10'000;
  std::uint64_t seed = 0;
};

template <class Visit>
void each_setting(ClusterSettings& cluster, Visit&& visit) {
  visit("shard_count", cluster.shard_count, Whole{1, 256, "shards"},
        "Shards of the journal, fixed for a cluster's life: a tenant's is its hash modulo this. 64 replicated streams "
        "answer three "
        "times as slowly as 16.");
  visit("retention_h", cluster.retention, Whole{1, 8'760},
        "How long a record stays at least: a repeat within a day gets the answer that was given.");
  visit("confidence", cluster.confidence, Decimal{0.5, 0.996},
        "Confidence of every value at risk. The 252 returns of a year say nothing about what is rarer than one day in "
        "252.");
  visit("horizon_days", cluster.horizon_days, Whole{1, 252, "days"}, "How far every value at risk looks ahead.");
  visit("monte_carlo_paths", cluster.monte_carlo_paths, Whole{1'000, 100'000, "paths"},
        "Paths of the Monte Carlo simulation: 4 bytes each for every symbol, and a new model takes as much longer.");
  visit("seed", cluster.seed, Whole{0, whole_max, ""},
        "Mixed into the seed of the simulation, which follows from the prices.");
}

} // namespace riskcluster
