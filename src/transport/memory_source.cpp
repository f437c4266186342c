#include "transport/memory_source.hpp"

#include <deque>
#include <thread>

#include "transport/credit.hpp"

namespace riskcluster {

struct MemorySource::State {
  explicit State(std::size_t credit) : places{credit} {}

  void run(const std::shared_ptr<State>& self, const Take& take);
  void settled(Delivery delivery, Settled settlement);

  Credit places;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<Delivery> line;
  std::size_t out = 0; ///< handed out, not settled
  bool started = false, stopped = false;
  std::thread thread;
};

void MemorySource::State::run(const std::shared_ptr<State>& self, const Take& take) {
  while (places.take()) {
    std::unique_lock lock{mutex};
    changed.wait(lock, [this] { return stopped || !line.empty(); });
    if (stopped) return;
    Delivery next = std::move(line.front());
    line.pop_front();
    ++out;
    lock.unlock();
    take(next, settle_once([self, next](Settled settlement) { self->settled(next, settlement); }));
  }
}

void MemorySource::State::settled(Delivery delivery, Settled settlement) {
  {
    const std::lock_guard lock{mutex};
    --out;
    if (settlement == Settled::retry) {
      ++delivery.deliveries;
      line.push_back(std::move(delivery));
    }
  }
  changed.notify_one();
  places.give_back();
}

MemorySource::MemorySource(std::string name, std::size_t credit)
    : name_{std::move(name)}, state_{std::make_shared<State>(credit)} {}

MemorySource::~MemorySource() { stop(); }

Result<bool> MemorySource::start(Take take) {
  const std::lock_guard lock{state_->mutex};
  if (state_->started) return invalid(name_ + " was started already");
  state_->started = true;
  state_->thread = std::thread{[self = state_, take = std::move(take)] { self->run(self, take); }};
  return true;
}

void MemorySource::stop() {
  {
    const std::lock_guard lock{state_->mutex};
    state_->stopped = true;
  }
  state_->changed.notify_all();
  state_->places.close();
  if (state_->thread.joinable()) state_->thread.join();
}

bool MemorySource::offer(Delivery delivery) {
  {
    const std::lock_guard lock{state_->mutex};
    if (state_->line.size() + state_->out >= memory_source_offers_max) return false;
    state_->line.push_back(std::move(delivery));
  }
  state_->changed.notify_one();
  return true;
}

std::size_t MemorySource::waiting() const {
  const std::lock_guard lock{state_->mutex};
  return state_->line.size() + state_->out;
}

} // namespace riskcluster
