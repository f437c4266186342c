#pragma once

#include <memory>
#include <mutex>

#include "failpoints/failpoints.hpp"
#include "transport/destination.hpp"

namespace riskcluster {

/// A destination whose confirmations end when its node does: what arrives later is nobody's business any more.
class GuardedDestination final : public Destination {
public:
  /// @param inner outlives this.
  explicit GuardedDestination(Destination& inner) : inner_{inner} {}

  const std::string& name() const override { return inner_.name(); }
  void publish(ShardId shard, std::vector<Publication> publications, Done done) override {
    inner_.publish(shard, std::move(publications), [gate = gate_, done = std::move(done)](bool arrived) {
      const std::lock_guard lock{gate->mutex};
      failpoint("before_confirm");
      if (gate->open) done(arrived);
    });
  }
  /// No confirmation runs or begins after this.
  void close() {
    const std::lock_guard lock{gate_->mutex};
    gate_->open = false;
  }

private:
  struct Gate {
    std::mutex mutex;
    bool open = true;
  };
  Destination& inner_;
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
};

} // namespace riskcluster
