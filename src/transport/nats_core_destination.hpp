#pragma once

#include "transport/nats_connection.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

struct NatsCoreDestinationOptions {
  std::string name = "nats-core"; ///< of its cursor
  std::function<std::string(const Publication&)> subject = output_subject;
  std::size_t portions_max = 4'096; ///< one for each shard is the rule; more are refused
};

/// Publishes to whoever listens now, without JetStream: at most once for a reader. Arrived means only that the server
/// has it; a reader that is away, or slower than the server's patience, never sees it, and nobody is told. A portion
/// that failed comes again whole, so a reader that is there sees order with repeats.
class NatsCoreDestination final : public Destination {
public:
  /// @param link  outlives this.
  NatsCoreDestination(NatsLink& link, NatsCoreDestinationOptions options);
  /// What is under way is given up without a word: no `done` runs any more.
  ~NatsCoreDestination() override;

  const std::string& name() const override;
  void publish(ShardId shard, std::vector<Publication> publications, Done done) override;

private:
  struct Core;
  std::unique_ptr<Core> core_;
};

} // namespace riskcluster
