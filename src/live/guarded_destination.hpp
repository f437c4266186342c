#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "telemetry/metrics.hpp"
#include "transport/destination.hpp"

namespace riskcluster {

/// A destination whose confirmations end when its node does: what arrives later is nobody's business any more. Counts
/// what arrived and what did not, and says so of each output where somebody follows single requests.
class GuardedDestination final : public Destination {
public:
  /// @param inner outlives this, and so do the metrics.
  GuardedDestination(Destination& inner, Metrics& metrics);

  const std::string& name() const override { return inner_.name(); }
  void publish(ShardId shard, std::vector<Publication> publications, Done done) override;
  /// No confirmation runs or begins after this.
  void close();

private:
  struct Gate {
    std::mutex mutex;
    bool open = true;
    Counter published, failures;
  };
  Destination& inner_;
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
};

} // namespace riskcluster
