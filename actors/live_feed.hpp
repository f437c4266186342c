#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "core/time.hpp"

namespace riskcluster {

class LiveMarket;
struct FeedMemory;

/// A market that moves. All of it is used by one thread at a time.
struct LiveFeed {
  std::shared_ptr<LiveMarket> market;
  std::chrono::milliseconds view_interval{100};
  std::chrono::milliseconds keep_interval{5'000};
  std::function<TimeMs()> clock;
  /// Keeps what a restart must find again; what it costs to lose the last of it is one tick.
  std::function<void(const FeedMemory&)> keep;
  std::function<void(const LiveMarket&, TimeMs now)> seen; ///< for metrics; or empty
};

} // namespace riskcluster
