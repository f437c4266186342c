#pragma once
// What the sources share: a bound on what is unsettled, and a settlement that happens once.

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

#include "transport/source.hpp"

namespace riskcluster {

/// A number of places, taken before something is handed out and given back when it is settled.
class Credit {
public:
  explicit Credit(std::size_t max) : max_{max} {}

  /// Waits for a place. False: closed, there will be none.
  bool take();
  void give_back();
  /// Wakes whoever waits; places may still be given back.
  void close();
  std::size_t taken() const;

private:
  std::size_t max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t taken_ = 0;
  bool closed_ = false;
};

/// Calls `settled` once: when it is first called, or with retry when its last copy goes without that. What `settled`
/// works with must be its own: it may outlive the source.
Source::Settle settle_once(std::function<void(Settled)> settled);

} // namespace riskcluster
