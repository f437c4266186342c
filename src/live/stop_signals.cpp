#include "live/stop_signals.hpp"

#include <csignal>

namespace riskcluster {

namespace {

sigset_t stopping() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

/// Whether one came within the time.
bool taken_within(std::chrono::milliseconds time) {
  const sigset_t set = stopping();
  const timespec limit{time.count() / 1'000, time.count() % 1'000 * 1'000'000};
  return sigtimedwait(&set, nullptr, &limit) > 0;
}

} // namespace

StopSignals::StopSignals(Hasten hasten) : hasten_{std::move(hasten)} {
  const sigset_t set = stopping();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN); // a reader that went away is an error of write()
  std::signal(SIGXFSZ, SIG_IGN); // and so is a file that may not grow
  thread_ = std::thread{[this] { run(); }};
}

StopSignals::~StopSignals() {
  {
    const std::lock_guard lock{mutex_};
    phase_ = Phase::ended;
  }
  thread_.join();
}

void StopSignals::run() {
  constexpr std::chrono::milliseconds look{50}; // at the time, and at the phase
  for (;;) {
    const bool came = taken_within(look);
    std::unique_lock lock{mutex_};
    if (phase_ == Phase::ended) return;
    const bool late = phase_ == Phase::stopping && Clock::now() > until_;
    if (late || (came && phase_ != Phase::running)) {
      const auto* const why = late                        ? "the time for it is over"
                              : phase_ == Phase::starting ? "it was not ready yet"
                                                          : "asked twice";
      const bool failed = failed_;
      lock.unlock();
      return hasten_(why, failed);
    }
    if (came) asked_ = true, came_.notify_all();
  }
}

void StopSignals::started() {
  const std::lock_guard lock{mutex_};
  phase_ = Phase::running;
}

bool StopSignals::wait(std::chrono::milliseconds time) {
  std::unique_lock lock{mutex_};
  return came_.wait_for(lock, time, [this] { return asked_; });
}

void StopSignals::end_by(Clock::time_point time, bool failed) {
  const std::lock_guard lock{mutex_};
  failed_ = failed;
  phase_ = Phase::stopping;
  until_ = time;
}

} // namespace riskcluster
