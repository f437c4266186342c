#include "transport/credit.hpp"

#include <atomic>

namespace riskcluster {

bool Credit::take() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return closed_ || taken_ < max_; });
  if (closed_) return false;
  ++taken_;
  return true;
}

void Credit::give_back() {
  {
    const std::lock_guard lock{mutex_};
    --taken_;
  }
  changed_.notify_one();
}

void Credit::close() {
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  changed_.notify_all();
}

std::size_t Credit::taken() const {
  const std::lock_guard lock{mutex_};
  return taken_;
}

namespace {

class Once {
public:
  explicit Once(std::function<void(Settled)> settled) : settled_{std::move(settled)} {}
  // An actor that dies with a delivery in its mailbox must not hold its credit for ever.
  ~Once() { settle(Settled::retry); }
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;

  void settle(Settled settlement) {
    if (!called_.exchange(true)) settled_(settlement);
  }

private:
  std::function<void(Settled)> settled_;
  std::atomic<bool> called_{false};
};

} // namespace

Source::Settle settle_once(std::function<void(Settled)> settled) {
  return [once = std::make_shared<Once>(std::move(settled))](Settled settlement) { once->settle(settlement); };
}

} // namespace riskcluster
