#include "market/feed_sources.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace riskcluster {

std::size_t FeedSources::place_of(const SourceId& source) const {
  const auto at = std::find_if(sources_.begin(), sources_.end(), [&](const Source& s) { return s.id == source; });
  return static_cast<std::size_t>(at - sources_.begin());
}

std::optional<FeedVerdict> FeedSources::refusal(const SourceId& source, TimeMs now) {
  const std::size_t place = place_of(source);
  if (place == feed_sources_max) {
    ++too_many_;
    return FeedVerdict::too_many_sources;
  }
  if (place == sources_.size()) sources_.push_back({source, CircuitBreaker{rules_}});
  if (sources_[place].breaker.let_through(now)) return std::nullopt;
  ++sources_[place].count(FeedVerdict::source_off);
  return FeedVerdict::source_off;
}

void FeedSources::settle(const SourceId& source, FeedVerdict verdict, TimeMs now) {
  const std::size_t place = place_of(source);
  check(place < sources_.size(), "an input that is settled was let through");
  Source& from = sources_[place];
  ++from.count(verdict);
  if (verdict == FeedVerdict::taken)
    from.breaker.succeeded();
  else if (is_failure(verdict))
    from.breaker.failed(now);
  else
    from.breaker.undecided();
}

bool FeedSources::trusted(const SourceId& source) const {
  const std::size_t place = place_of(source);
  return place == sources_.size() || sources_[place].breaker.trusted();
}

std::vector<SourceStatus> FeedSources::status(TimeMs now) const {
  std::vector<SourceStatus> all;
  all.reserve(sources_.size());
  for (const auto& source : sources_)
    all.push_back({source.id, source.breaker.state(now), source.breaker.openings(), source.counts});
  return all;
}

} // namespace riskcluster
