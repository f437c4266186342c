// How far the destinations are behind: said to people, shown to scrapers, and a reason to decide nothing that opens.

#include <algorithm>

#include "actors/alerts.hpp"
#include "actors/egress.hpp"
#include "journal/journal.hpp"

namespace riskcluster {

void EgressState::watch_lag() {
  std::uint64_t lag = 0;
  for (const auto& outlet : ways_)
    for (std::size_t shard = 0; shard < shards_.size(); ++shard)
      lag = std::max(lag, shards_[shard].end.value - outlet[shard].confirmed.value);
  if (lagging_ == (lag > with_->settings.egress_lag_max)) return;
  lagging_ = !lagging_;
  raise_alert(self_, with_->alerts, lagging_ ? "EGRESS_LAGS" : "EGRESS_CAUGHT_UP", "egress",
              std::to_string(lag) + " records of a shard wait for a destination");
  if (supervisor_) self_->send(supervisor_, lagging_atom::value, lagging_);
}

/// What left the window waits longer than what is in it: nobody remembers since when.
EgressState::Time EgressState::arrival_of(SequenceNumber n, const Recent& recent, Time otherwise) {
  if (recent.commits.empty() || recent.commits.front().commit->first > n) return otherwise;
  for (const auto& [commit, at] : recent.commits)
    if (n.value < commit->first.value + commit->entries->size()) return at;
  return otherwise;
}

void EgressState::show_lag() const {
  for (std::size_t outlet = 0; outlet < outlets_.size(); ++outlet) {
    auto* const shown = with_->watch->of(outlet);
    if (!shown) continue;
    std::uint64_t waiting = 0;
    Time::rep since = 0;
    for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
      const Way& way = ways_[outlet][shard];
      const auto behind = shards_[shard].end.value - way.confirmed.value;
      const auto begun = way.waiting_since.time_since_epoch().count();
      if (behind > 0 && (waiting == 0 || begun < since)) since = begun;
      waiting += behind;
    }
    show(shown->records_waiting, waiting);
    shown->waiting_since.store(since, std::memory_order_relaxed);
  }
}

} // namespace riskcluster
