#pragma once
// Who sends prices: a breaker and a count of verdicts for each.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "market/feed_rules.hpp"

namespace riskcluster {

inline constexpr std::size_t feed_sources_max = 16; ///< one that invents a name for each message must not fill memory

using VerdictCounts = std::array<std::uint64_t, feed_verdict_count>;

/// For metrics and health.
struct SourceStatus {
  SourceId source;
  BreakerState breaker = BreakerState::closed;
  std::uint64_t openings = 0;
  VerdictCounts counts{}; ///< by FeedVerdict
};

class FeedSources {
public:
  /// @param rules without faults.
  explicit FeedSources(const BreakerRules& rules) : rules_{rules} {}

  /// Why an input of this source is not looked at, which is then counted; nothing when it is to be judged and settled.
  std::optional<FeedVerdict> refusal(const SourceId& source, TimeMs now);
  /// Counts the verdict on an input that was not refused, for or against its source.
  void settle(const SourceId& source, FeedVerdict verdict, TimeMs now);

  /// False from when its breaker opens until it is closed.
  bool trusted(const SourceId& source) const;
  /// In the order in which they were first heard.
  std::vector<SourceStatus> status(TimeMs now) const;
  /// Inputs refused because there were feed_sources_max others.
  std::uint64_t too_many() const { return too_many_; }

private:
  struct Source {
    SourceId id;
    CircuitBreaker breaker;
    VerdictCounts counts{};
    std::uint64_t& count(FeedVerdict verdict) { return counts[static_cast<std::size_t>(verdict)]; }
  };
  /// Its place in sources_; their number when it was never heard.
  std::size_t place_of(const SourceId& source) const;

  BreakerRules rules_;
  std::vector<Source> sources_; ///< at most feed_sources_max
  std::uint64_t too_many_ = 0;
};

} // namespace riskcluster
