#include "actors/market.hpp"

#include "messages/errors.hpp"

namespace riskcluster {

MarketState::Actor::behavior_type MarketState::behavior(ViewAt view_at, supervisor_actor supervisor) {
  view_at_ = std::move(view_at);
  supervisor_ = std::move(supervisor);
  return {[this](view_atom, TimeMs now) { return view(now); }};
}

caf::result<MarketViewPtr> MarketState::view(TimeMs now) {
  if (auto known = kept_.at(now)) return known;
  auto made = view_at_(now);
  if (!made) return to_caf(made.error());
  if (kept_.dated.size() == views_kept_max) kept_.dated.erase(kept_.dated.begin());
  kept_.dated.push_back(*made);
  if (supervisor_)
    self_->send(supervisor_, views_atom::value, MarketViewsPtr{std::make_shared<const MarketViews>(kept_)});
  return made->view;
}

} // namespace riskcluster
