#pragma once
// SIGTERM and SIGINT, waited for instead of being interrupted by.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace riskcluster {

/// A thread of its own takes the signals, from before anything else begins until everything has ended: so that a node
/// can be stopped while it starts, and while it stops.
class StopSignals {
public:
  using Clock = std::chrono::steady_clock;

  /// Made before any thread is: they inherit that these signals are for this one.
  /// @param hasten  ends the process; called by the thread, once. What was answered is durable by then as ever.
  using Hasten = std::function<void(const char* why, bool failed)>;
  explicit StopSignals(Hasten hasten);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Until now a signal hastens: nothing was taken yet, so there is nothing to be ended in order.
  void started();
  /// Whether one came by then. Waits no longer than `time`.
  bool wait(std::chrono::milliseconds time);
  /// From now on a signal hastens, and so does the end of the time. @param failed  it is not stopped as asked.
  void end_by(Clock::time_point time, bool failed);

private:
  void run();

  const Hasten hasten_;
  std::mutex mutex_;
  std::condition_variable came_;
  enum class Phase : std::uint8_t { starting, running, stopping, ended } phase_ = Phase::starting;
  bool asked_ = false, failed_ = false;
  Clock::time_point until_{};
  std::thread thread_; ///< last: it works with the others
};

} // namespace riskcluster
