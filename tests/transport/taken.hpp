#pragma once
// Takes deliveries in tests, and remembers whether the source kept its word.

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <vector>

#include "transport/source.hpp"
#include "transport/waiting.hpp"

namespace riskcluster::test {

/// Outlives the source and the settlements that it keeps.
class Taken {
public:
  using Judge = std::function<void(const Delivery&, Source::Settle)>;

  Source::Take take() {
    return [this](Delivery delivery, Source::Settle settle) { on_delivery(std::move(delivery), std::move(settle)); };
  }
  /// From now on each delivery is settled at once; without, they are kept.
  void settle_with(Judge judge) {
    const std::lock_guard lock{mutex_};
    judge_ = std::move(judge);
  }
  static Judge at_once(Settled settlement) {
    return [settlement](const Delivery&, const Source::Settle& settle) { settle(settlement); };
  }

  std::vector<Delivery> deliveries() const {
    const std::lock_guard lock{mutex_};
    return deliveries_;
  }
  std::size_t count() const {
    const std::lock_guard lock{mutex_};
    return deliveries_.size();
  }
  bool wait_for(std::size_t count) const {
    return eventually([&] { return this->count() >= count; });
  }
  /// Settles the oldest that are kept.
  void settle(std::size_t count, Settled settlement) {
    for (const auto& one : let_go(count)) one(settlement);
  }
  std::vector<Source::Settle> let_go(std::size_t count) {
    const std::lock_guard lock{mutex_};
    std::vector<Source::Settle> out;
    for (; count > 0 && !kept_.empty(); --count) {
      out.push_back(std::move(kept_.front()));
      kept_.erase(kept_.begin());
    }
    return out;
  }
  std::size_t kept() const {
    const std::lock_guard lock{mutex_};
    return kept_.size();
  }
  /// How often each body came.
  std::map<std::string, int> bodies() const {
    std::map<std::string, int> counts;
    for (const auto& delivery : deliveries()) ++counts[delivery.bytes];
    return counts;
  }
  bool ever_two_at_once() const { return two_at_once_; }
  /// No take may begin from now on.
  void close() { closed_ = true; }
  bool came_after_close() const { return came_after_close_; }

private:
  void on_delivery(Delivery delivery, Source::Settle settle) {
    if (++inside_ > 1) two_at_once_ = true;
    if (closed_) came_after_close_ = true;
    Judge judge;
    {
      const std::lock_guard lock{mutex_};
      deliveries_.push_back(delivery);
      judge = judge_;
      if (!judge) kept_.push_back(std::move(settle));
    }
    if (judge) judge(delivery, std::move(settle));
    --inside_;
  }

  mutable std::mutex mutex_;
  Judge judge_;
  std::vector<Delivery> deliveries_;
  std::vector<Source::Settle> kept_;
  std::atomic<int> inside_{0};
  std::atomic<bool> two_at_once_{false}, closed_{false}, came_after_close_{false};
};

} // namespace riskcluster::test
