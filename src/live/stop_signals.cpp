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

} // namespace

StopSignals::StopSignals() {
  const sigset_t set = stopping();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN); // a reader that went away is an error of write()
  std::signal(SIGXFSZ, SIG_IGN); // and so is a file that may not grow
}

bool StopSignals::wait(std::chrono::milliseconds time) const {
  const sigset_t set = stopping();
  const timespec limit{time.count() / 1'000, time.count() % 1'000 * 1'000'000};
  return sigtimedwait(&set, nullptr, &limit) > 0;
}

} // namespace riskcluster
