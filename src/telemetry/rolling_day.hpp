#pragma once
// What came together in the last 24 hours, for figures of health; in memory only, so a new process begins at 0.

#include <array>
#include <mutex>

#include "core/time.hpp"

namespace riskcluster {

/// Sums in 96 slots of 15 minutes; the oldest one leaves as a whole, so that a sum is of the last 23 h 45 min to 24 h.
/// Any thread: a mutex guards it. Pure otherwise: `now` is handed in, >= 0.
class RollingDay {
public:
  static constexpr TimeMs slot_ms = 15 * minute_ms;
  static constexpr std::size_t slot_count = day_ms / slot_ms;

  /// A `now` from before the last day counts nothing.
  void add(TimeMs now, double amount = 1) {
    const std::scoped_lock lock{mutex_};
    Slot& slot = slots_[static_cast<std::size_t>(number_of(now)) % slot_count];
    if (slot.number > number_of(now)) return;
    if (slot.number < number_of(now)) slot = {number_of(now), 0};
    slot.sum += amount;
  }

  double sum(TimeMs now) const {
    const std::scoped_lock lock{mutex_};
    double sum = 0;
    for (const Slot& slot : slots_)
      if (slot.number <= number_of(now) && slot.number > number_of(now) - static_cast<TimeMs>(slot_count))
        sum += slot.sum;
    return sum;
  }

private:
  struct Slot {
    TimeMs number = -1; ///< slots since 1970
    double sum = 0;
  };
  static constexpr TimeMs number_of(TimeMs at) { return at / slot_ms; }

  mutable std::mutex mutex_;
  std::array<Slot, slot_count> slots_{};
};

} // namespace riskcluster
