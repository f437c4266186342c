#include "market/circuit_breaker.hpp"

#include "core/check.hpp"

namespace riskcluster {

std::vector<std::string> faults_of(const BreakerRules& rules) {
  std::vector<std::string> faults;
  const auto require = [&](bool holds, const char* what, auto value) {
    if (!holds) faults.push_back(what + (", not " + std::to_string(value)));
  };
  require(rules.failures >= 1 && rules.failures <= breaker_failures_max, "failures: must be 1 to 1000", rules.failures);
  require(rules.probes >= 1 && rules.probes <= breaker_failures_max, "probes: must be 1 to 1000", rules.probes);
  require(rules.window >= 1 && rules.window <= day_ms, "window: must be 1 ms to a day", rules.window);
  require(rules.cool_down >= 1 && rules.cool_down <= day_ms, "cool_down: must be 1 ms to a day", rules.cool_down);
  return faults;
}

std::string_view name(BreakerState state) {
  switch (state) {
  case BreakerState::closed:
    return "closed";
  case BreakerState::open:
    return "open";
  case BreakerState::half_open:
    return "half_open";
  }
  return "";
}

CircuitBreaker::CircuitBreaker(const BreakerRules& rules) : rules_{rules} {
  check(faults_of(rules).empty(), "the rules of a breaker have no faults");
}

BreakerState CircuitBreaker::state(TimeMs now) const {
  if (!cut_) return BreakerState::closed;
  const bool cooling = now >= opened_at_ && now - opened_at_ < rules_.cool_down;
  return cooling ? BreakerState::open : BreakerState::half_open;
}

bool CircuitBreaker::let_through(TimeMs now) {
  const auto here = state(now);
  if (here != BreakerState::half_open) return here == BreakerState::closed;
  // An outcome that never comes must not keep it half-open for ever.
  if (now < tried_at_ || now - tried_at_ >= rules_.cool_down) on_trial_ = good_;
  if (on_trial_ == rules_.probes) return false;
  ++on_trial_;
  tried_at_ = now;
  return true;
}

void CircuitBreaker::succeeded() {
  if (!cut_ || good_ == on_trial_) return;
  if (++good_ == rules_.probes) cut_ = false;
}

void CircuitBreaker::failed(TimeMs now) {
  if (cut_) {
    if (on_trial_ > good_) open(now);
    return;
  }
  if (failed_at_.size() == rules_.failures) failed_at_.erase(failed_at_.begin());
  failed_at_.push_back(now);
  if (failed_at_.size() == rules_.failures && now - failed_at_.front() <= rules_.window) open(now);
}

void CircuitBreaker::undecided() {
  if (cut_ && on_trial_ > good_) --on_trial_;
}

void CircuitBreaker::open(TimeMs now) {
  cut_ = true;
  opened_at_ = now;
  on_trial_ = good_ = 0;
  failed_at_.clear();
  ++openings_;
}

} // namespace riskcluster
