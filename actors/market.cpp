#include "actors/market.hpp"

#include "messages/errors.hpp"

namespace riskcluster {

MarketState::Actor::behavior_type MarketState::behavior(ViewAt view_at, LiveFeed feed, supervisor_actor supervisor) {
  view_at_ = std::move(view_at);
  feed_ = std::move(feed);
  supervisor_ = std::move(supervisor);
  if (feed_.market) self_->send(Actor{self_}, tick_atom::value);
  return {
      [this](view_atom, TimeMs now) { return view(now); },
      [this](news_atom, const MarketNewsPtr& news) { return take(*news); },
      [this](tick_atom) { tick(); },
  };
}

caf::result<MarketViewPtr> MarketState::view(TimeMs now) {
  if (auto known = kept_.at(now)) return known;
  return take_over(feed_.market ? feed_.market->view(now) : view_at_(now));
}

caf::result<MarketViewPtr> MarketState::take_over(const Result<DatedView>& made) {
  if (!made) return to_caf(made.error());
  // A live view of a day replaces the one before it: the older prices must not be found again.
  std::erase_if(kept_.dated, [&](const DatedView& kept) { return kept.from_ms == made->from_ms; });
  if (kept_.dated.size() == views_kept_max) kept_.dated.erase(kept_.dated.begin());
  kept_.dated.push_back(*made);
  if (supervisor_)
    self_->send(supervisor_, views_atom::value, MarketViewsPtr{std::make_shared<const MarketViews>(kept_)});
  return made->view;
}

bool MarketState::take(const MarketNews& news) {
  if (!feed_.market) return false;
  const TimeMs now = feed_.clock();
  for (const auto& bar : news.bars) feed_.market->take(bar, now);
  for (const auto& tick : news.ticks) feed_.market->take(tick, now);
  return true;
}

void MarketState::tick() {
  self_->delayed_send(Actor{self_}, feed_.view_interval, tick_atom::value);
  const TimeMs now = feed_.clock();
  if (feed_.market->due(now)) take_over(feed_.market->view(now));
  if (feed_.seen) feed_.seen(*feed_.market, now);
  keep_changed(now);
}

void MarketState::keep_changed(TimeMs now) {
  if (!feed_.keep || now - kept_at_ < feed_.keep_interval.count()) return;
  kept_at_ = now;
  for (const auto& symbol : feed_.market->take_changed())
    if (const auto memory = feed_.market->memory(symbol)) feed_.keep(*memory);
}

} // namespace riskcluster
