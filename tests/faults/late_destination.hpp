#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "transport/destination.hpp"

namespace riskcluster::faults {

/// Hands everything on a moment later, from a thread of its own. Between the two a kill finds outputs that were sent
/// and have not arrived: the cursors must not have moved past them.
class LateDestination final : public Destination {
public:
  /// @param behind outlives this.
  explicit LateDestination(Destination& behind) : behind_{behind}, thread_{[this] { run(); }} {}
  ~LateDestination() override {
    {
      const std::lock_guard lock{mutex_};
      ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  const std::string& name() const override { return behind_.name(); }
  void publish(ShardId shard, std::vector<Publication> publications, Done done) override {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back({shard, std::move(publications), std::move(done)});
    }
    changed_.notify_all();
  }

private:
  struct Portion {
    ShardId shard;
    std::vector<Publication> publications;
    Done done;
  };

  void run() {
    constexpr std::chrono::milliseconds delay{3};
    for (;;) {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
      if (ended_) return;
      lock.unlock();
      std::this_thread::sleep_for(delay);
      lock.lock();
      Portion portion = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      behind_.publish(portion.shard, std::move(portion.publications), std::move(portion.done));
    }
  }

  Destination& behind_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Portion> waiting_;
  bool ended_ = false;
  std::thread thread_; ///< last: it works with the others
};

} // namespace riskcluster::faults
