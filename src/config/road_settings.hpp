#pragma once
// The road's bounds and times: each default beside its meaning, its unit and its reason.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace riskcluster {

struct RoadSettings {
  /// Batches under way in a node. At 20,000 a second these are answered in 13 ms; more would only wait longer.
  std::size_t in_flight_max = 256;
  /// Of one tenant: no tenant takes the whole node.
  std::size_t in_flight_per_tenant_max = 64;
  /// Facts under way in a node. Credits of their own: a flood of signals never holds up a fill.
  std::size_t facts_in_flight_max = 4'096;
  /// Batches that wait for one portfolio.
  std::size_t waiting_per_portfolio_max = 64;
  /// Portions of new tenants that wait for the one before them, in each shard.
  std::size_t openings_waiting_max = 64;
  /// Subscribers of a strategy that a shard judges at a time. 16 shards make 64 a node; unpaced, 10,000 would make
  /// everybody else wait for half a second. 1: the journal's order is the subscribers' order.
  std::size_t fan_out_outstanding_max = 4;
  /// Jobs that wait for a worker, in each lane.
  std::size_t jobs_max = 8'192;
  /// Signals that a worker judges before it lets others have the thread: about 8 × 40 µs.
  std::size_t signals_per_turn = 8;
  /// Workers that a job may kill before it is given up.
  unsigned job_attempts_max = 2;
  /// Judging threads' actors. 0: as many as the processor has cores.
  std::size_t workers = 0;

  /// Events after which a state is kept: this many folded again take about 2 ms.
  std::uint64_t snapshot_events = 256;
  /// After the first event that is not in a snapshot.
  std::chrono::seconds snapshot_after{600};
  /// A portfolio that had nothing to do for so long sleeps.
  std::chrono::seconds sleep_after{600};
  /// Portfolios awake in one shard: 16 × 6,250 = 100,000 a node, at about 8 kB each.
  std::size_t awake_max = 6'250;
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

  /// Records handed to a destination and not confirmed, per shard.
  std::uint32_t egress_window = 256;
  /// Records of one shard that wait for the slowest destination, beyond which no increase is decided.
  std::uint64_t egress_lag_max = 100'000;
  /// How often cursors are marked and what did not go out is tried again.
  std::chrono::milliseconds egress_tick{200};
  /// How long an orderly stop waits for destinations.
  std::chrono::milliseconds egress_grace{5'000};

  /// How often a shard's journal is cut at the front. A cut reads every tenant's snapshots, so not for each record; an
  /// hour's records more than the retention cost 4 % more disk.
  std::chrono::seconds cut_every{3'600};
  /// How long a record stays at least: a repeat within a day gets the answer that was given.
  std::chrono::hours retention{24};

  /// Nothing is opened while the system's orders, or a company's, cannot be read: not for files.
  bool policies_needed = false;
  /// Time as the batches tell it, not the wall's: for files.
  bool batch_clock = false;
  /// Committer, loader and snapshot writer on threads of their own; not under a test's scheduler.
  bool own_threads = true;
  /// Keep snapshots at all: not where the folder ends with the run.
  bool keep_snapshots = true;
};

} // namespace riskcluster
