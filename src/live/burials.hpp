#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace riskcluster {

/// A thread of its own for dead letters: keeping one waits for the disk behind the journal's commits, and whoever
/// learns that an input is dead is a worker of the road. Nobody waits for a burial, so those of a moment are kept
/// together: a flood of them wakes the thread, and writes, once for many. What waits is bounded by the credits of the
/// sources.
template <class Burial>
class Burials {
public:
  using Bury = std::function<void(std::vector<Burial>)>;
  static constexpr std::chrono::milliseconds moment{20};

  /// @param together  so many do not wait for the end of the moment.
  Burials(std::size_t together, Bury bury) : together_{together}, bury_{std::move(bury)}, thread_{[this] { run(); }} {}
  /// When all are buried.
  ~Burials() {
    {
      const std::lock_guard lock{mutex_};
      ended_ = true;
    }
    woken_.notify_one();
    thread_.join();
  }
  Burials(const Burials&) = delete;
  Burials& operator=(const Burials&) = delete;

  /// @param at_once  its source reads no further until it is buried.
  void add(Burial burial, bool at_once = false) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(burial));
      hurry_ = hurry_ || at_once || waiting_.size() >= together_;
      if (waiting_.size() != 1 && !hurry_) return;
    }
    woken_.notify_one();
  }

private:
  void run() {
    std::unique_lock lock{mutex_};
    for (;;) {
      woken_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      woken_.wait_for(lock, moment, [this] { return ended_ || hurry_; });
      hurry_ = false;
      std::vector<Burial> all;
      all.swap(waiting_);
      lock.unlock();
      bury_(std::move(all));
      lock.lock();
    }
  }

  const std::size_t together_;
  const Bury bury_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::vector<Burial> waiting_;
  bool hurry_ = false, ended_ = false;
  std::thread thread_;
};

} // namespace riskcluster
