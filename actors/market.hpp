#pragma once

#include <functional>

#include "actors/owed.hpp"
#include "market/live_market.hpp"
#include "messages/actor_interfaces.hpp"

namespace riskcluster {

/// The view that holds at an instant, and for how long it holds. Built when it is first asked for.
using ViewAt = std::function<Result<DatedView>(TimeMs now)>;

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

inline constexpr std::size_t views_kept_max = 8; ///< for clocks that jump to and fro

/// Builds views and tells the supervisor which are at hand.
class MarketState {
public:
  using Actor = market_actor;
  using Self = Actor::stateful_pointer<MarketState>;
  static constexpr const char* name = "market";

  explicit MarketState(Self self) : self_{self} {}
  /// @param feed without a market: views come from `view_at` alone.
  Actor::behavior_type behavior(ViewAt view_at, LiveFeed feed, supervisor_actor supervisor);

private:
  caf::result<MarketViewPtr> view(TimeMs now);
  caf::result<MarketViewPtr> take_over(const Result<DatedView>& made);
  bool take(const MarketNews& news);
  void tick();
  void keep_changed(TimeMs now);

  Self self_;
  ViewAt view_at_;
  LiveFeed feed_;
  supervisor_actor supervisor_;
  MarketViews kept_;   ///< oldest first
  TimeMs kept_at_ = 0; ///< when memories were last kept
};

} // namespace riskcluster
