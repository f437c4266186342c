#pragma once
// SIGTERM and SIGINT, waited for instead of being interrupted by.

#include <chrono>

namespace riskcluster {

/// Made before any thread is: they inherit that these signals are for whoever waits here.
class StopSignals {
public:
  StopSignals();
  /// Whether one came within the time.
  bool wait(std::chrono::milliseconds time) const;
};

} // namespace riskcluster
