#pragma once
// The road's bounds and times. What an operator may change stands in each_setting(), with its reason.

#include <chrono>
#include <cstddef>

#include "config/setting.hpp"

namespace riskcluster {

struct RoadSettings {
  std::size_t in_flight_max = 256;
  std::size_t in_flight_per_tenant_max = 64;
  std::size_t facts_in_flight_max = 4'096;
  std::size_t waiting_per_portfolio_max = 64;
  std::size_t fan_out_outstanding_max = 4;
  std::size_t jobs_max = 8'192;
  std::size_t workers = 0;
  std::uint64_t snapshot_events = 256;
  std::chrono::seconds snapshot_after{600};
  std::chrono::seconds sleep_after{600};
  std::size_t awake_max = 6'250;
  std::uint32_t egress_window = 256;
  std::uint64_t egress_lag_max = 100'000;
  std::chrono::milliseconds egress_tick{200};
  std::chrono::milliseconds egress_grace{5'000};
  std::chrono::seconds cut_every{3'600};

  /// How long a record stays at least: a repeat within a day gets the answer that was given. The file of a node has it
  /// among the cluster's settings.
  std::chrono::hours retention{24};

  /// Portions of new tenants that wait for the one before them, in each shard.
  std::size_t openings_waiting_max = 64;
  /// Signals that a worker judges before it lets others have the thread: about 8 × 40 µs.
  std::size_t signals_per_turn = 8;
  /// Workers that a job may kill before it is given up.
  unsigned job_attempts_max = 2;
  /// How often a shard looks after its portfolios and its directory.
  std::chrono::milliseconds shard_tick{1'000};
  /// Records of a shard after which its directory is kept again: so many are read at most when it starts.
  std::uint64_t directory_records = 16'384;

  /// Deaths of a tenant's portfolio within `trouble_window` after which only reductions are judged; after as many
  /// again, nothing is.
  unsigned portfolio_deaths_max = 3;
  /// Deaths of a shard within the window after which it is given up.
  unsigned shard_deaths_max = 3;
  /// Deaths of workers within the window after which the node stops.
  unsigned worker_deaths_max = 64;
  std::chrono::seconds trouble_window{600};

  /// Nothing is opened while the system's orders, or a company's, cannot be read: not for files.
  bool policies_needed = false;
  /// Time as the batches tell it, not the wall's: for files.
  bool batch_clock = false;
  /// Committer, loader and snapshot writer on threads of their own; not under a test's scheduler.
  bool own_threads = true;
  /// How often an idle committer tries whether the disk takes a write; 0: never, for files and tests.
  std::chrono::milliseconds journal_probe{0};
  /// Keep snapshots at all: not where the folder ends with the run.
  bool keep_snapshots = true;
};

template <class Visit>
void each_setting(RoadSettings& road, Visit&& visit) {
  visit("in_flight_max", road.in_flight_max, Whole{1, 65'536, "batches"},
        "Batches under way in the node. At 20,000 a second 256 are answered in 13 ms; more would only wait longer.");
  visit("in_flight_per_tenant_max", road.in_flight_per_tenant_max, Whole{1, 65'536, "batches"},
        "Batches of one tenant under way: no tenant takes the whole node. At most in_flight_max.");
  visit("facts_in_flight_max", road.facts_in_flight_max, Whole{1, 1'048'576, "facts"},
        "Fills and account updates under way. Credits of their own: a flood of signals never holds up a fill.");
  visit("waiting_per_portfolio_max", road.waiting_per_portfolio_max, Whole{1, 65'536, "batches"},
        "Batches that wait for one portfolio, which works one item at a time.");
  visit("fan_out_outstanding_max", road.fan_out_outstanding_max, Whole{1, 65'536, "subscribers"},
        "Subscribers of a strategy that a shard judges at a time. 16 shards make 64 a node; unpaced, 10,000 would make "
        "everybody else wait for half a second. With 1 the journal's order is the subscribers' order.");
  visit("jobs_max", road.jobs_max, Whole{1, 1'048'576, "jobs"}, "Jobs that wait for a worker, in each lane.");
  visit("workers", road.workers, Whole{0, 64, "workers"},
        "Actors that judge. 0: as many as the processor has cores. The answers are the same with any number.");
  visit("snapshot_events", road.snapshot_events, Whole{1, 1'000'000, "events"},
        "Events after which a tenant's state is kept: 256 folded again take about 2 ms.");
  visit("snapshot_after_s", road.snapshot_after, Whole{1, 86'400},
        "How long after its first event that is in no snapshot a tenant's state is kept, however few there are.");
  visit("sleep_after_s", road.sleep_after, Whole{1, 86'400}, "A portfolio that had nothing to do for so long sleeps.");
  visit("awake_max", road.awake_max, Whole{1, 1'000'000, "portfolios"},
        "Portfolios awake in one shard: 16 shards × 6,250 = 100,000 a node, at about 8 kB each.");
  visit("egress_window", road.egress_window, Whole{1, 65'536, "records"},
        "Records of one shard that a destination was handed and did not confirm. At most egress_lag_max.");
  visit("egress_lag_max", road.egress_lag_max, Whole{1, 100'000'000, "records"},
        "Records of one shard that wait for the slowest destination, beyond which no increase is decided.");
  visit("egress_tick_ms", road.egress_tick, Whole{10, 10'000},
        "How often cursors are marked and what did not go out is tried again.");
  visit("egress_grace_ms", road.egress_grace, Whole{0, 600'000},
        "How long an orderly stop waits for destinations. At most stop_grace_ms.");
  visit(
      "cut_every_s", road.cut_every, Whole{1, 86'400},
      "How often a shard's journal is cut at the front. A cut reads every tenant's snapshots, so not for each record; "
      "an hour's records more than a day's retention cost 4 % more disk.");
}

} // namespace riskcluster
