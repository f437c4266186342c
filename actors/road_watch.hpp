#pragma once
// What the road's actors let be seen: figures for whoever scrapes, and the one hop that nobody else sees. Actors write
// with relaxed atomics, so that being seen costs them nothing; each figure is true by itself, not all of one instant.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/ids.hpp"
#include "tenant/assessment.hpp"
#include "tenant/signal_batch.hpp"

namespace riskcluster {

using Shown = std::atomic<std::int64_t>;

/// As of its last look after its portfolios: about once a second.
struct ShardFigures {
  Shown owned{0}; ///< 1: somebody works for it
  Shown epoch{0};
  Shown tenants{0}; ///< known, companies among them
  Shown awake{0};
  Shown waiting{0}; ///< items of tenants that are waking or falling asleep
};

/// Of a destination, as of the egress' last tick.
struct OutletFigures {
  Shown records_waiting{0}; ///< of all shards: durable, and what they say is not confirmed
  /// Since when the oldest of them waits, steady clock; 0: none does.
  std::atomic<std::chrono::steady_clock::rep> waiting_since{0};
};

/// Who had no room left.
enum class Bound : std::uint8_t { node, tenant, facts, portfolio, pool };
inline constexpr std::array bound_names = {"node", "tenant", "facts", "portfolio", "pool"};

struct RoadWatch {
  RoadWatch() = default;
  RoadWatch(std::uint32_t shard_count, std::size_t outlet_count) : shards(shard_count), outlets(outlet_count) {}

  // The way in.
  Shown batches{0}, facts{0}; ///< under way
  std::array<Shown, bound_names.size()> refusals{};
  // The pool.
  Shown interactive_jobs{0}, bulk_jobs{0}; ///< waiting
  Shown busy_workers{0};
  // The journal.
  Shown appends{0}; ///< sent to the committer, not answered

  Shown repeats{0}; ///< batches that were answered from the journal
  std::vector<ShardFigures> shards;
  std::vector<OutletFigures> outlets;

  /// A batch was decided before, there. From any actor's thread; must not wait. Set before the node starts.
  std::function<void(const SignalBatch&, JournalPosition)> repeated;

  void refused(Bound bound) { refusals[static_cast<std::size_t>(bound)].fetch_add(1, std::memory_order_relaxed); }
  /// Nothing where nobody watches.
  ShardFigures* of(ShardId shard) { return shard.value < shards.size() ? &shards[shard.value] : nullptr; }
  OutletFigures* of(std::size_t outlet) { return outlet < outlets.size() ? &outlets[outlet] : nullptr; }
};
using RoadWatchPtr = std::shared_ptr<RoadWatch>;

inline void show(Shown& figure, std::size_t value) {
  figure.store(static_cast<std::int64_t>(value), std::memory_order_relaxed);
}

} // namespace riskcluster
