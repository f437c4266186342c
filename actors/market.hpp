#pragma once

#include <functional>

#include "actors/live_feed.hpp"
#include "actors/owed.hpp"
#include "market/live_market.hpp"
#include "messages/actor_interfaces.hpp"

namespace riskcluster {

/// The view that holds at an instant, and for how long it holds. Built when it is first asked for.
using ViewAt = std::function<Result<DatedView>(TimeMs now)>;

inline constexpr std::size_t views_kept_max = 8; ///< for clocks that jump to and fro

/// Builds views and tells the supervisor which are at hand.
class MarketState {
public:
  using Actor = market_actor;
  using Self = Actor::stateful_pointer<MarketState>;
  static constexpr const char* name = "market";

  explicit MarketState(Self self) : self_{self} {}
  /// @param view_at asked where the feed has no market.
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
