#pragma once
// Cuts off what fails too often, and tries it again by itself.
//
//   closed ──`failures` within `window`──► open ──`cool_down` later──► half-open ──`probes` good ones──► closed
//                                           ▲                            │
//                                           └────────── one bad ─────────┘

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace riskcluster {

struct BreakerRules {
  std::size_t failures = 10; ///< fewer open it for noise, more let more of a bad feed be looked at
  TimeMs window = 10 * second_ms;
  TimeMs cool_down = 30 * second_ms;
  std::size_t probes = 3; ///< one good answer may be luck
};

inline constexpr std::size_t breaker_failures_max = 1'000; ///< also of the probes

/// Everything that makes the rules unusable, one sentence a fault.
std::vector<std::string> faults_of(const BreakerRules& rules);

enum class BreakerState : std::uint8_t { closed, open, half_open };
std::string_view name(BreakerState state);

/// Told the time, never asks for it. One thread. `now` should not run backwards; one that does ends the cool-down
/// early, so that a clock that was years ahead does not cut anything off for years.
class CircuitBreaker {
public:
  /// @param rules without faults.
  explicit CircuitBreaker(const BreakerRules& rules);

  /// May one more pass? Half-open passes `probes` at a time; whose outcome nobody has told a cool-down later is
  /// forgotten.
  bool let_through(TimeMs now);

  /// The outcome of one that passed. What was let through before it opened says nothing about the time after.
  void succeeded();
  void failed(TimeMs now);
  /// Neither: another one may take its place.
  void undecided();

  BreakerState state(TimeMs now) const;
  /// Nothing speaks against what passes: it is closed.
  bool trusted() const { return !cut_; }
  std::uint64_t openings() const { return openings_; }

private:
  void open(TimeMs now);

  BreakerRules rules_;
  bool cut_ = false; ///< open or half-open
  TimeMs opened_at_ = 0;
  std::vector<TimeMs> failed_at_; ///< while closed: the last `failures` of them, oldest first
  std::size_t on_trial_ = 0;      ///< probes let through since it opened
  std::size_t good_ = 0;          ///< of those
  TimeMs tried_at_ = 0;           ///< when the last probe passed
  std::uint64_t openings_ = 0;
};

} // namespace riskcluster
