#pragma once

#include "transport/nats_connection.hpp"
#include "transport/publisher.hpp"

namespace riskcluster {

struct NatsPublisherOptions {
  std::string name = "publisher"; ///< for people
  /// What waits for its turn; a reply that would wait behind more comes too late anyway.
  std::size_t messages_max = 8'192;
  std::size_t bytes_max = 64U << 20U;
  /// At the end, for what still waits.
  std::chrono::milliseconds grace{500};
};

/// Publishes from a thread of its own. Without a connection it holds what it has until there is one: a dead letter is
/// worth that, and a reply costs nothing.
class NatsPublisher final : public Publisher {
public:
  /// @param link  outlives this.
  explicit NatsPublisher(NatsLink& link, NatsPublisherOptions options = {});
  /// Sends what waits, for the grace; with a silent server also for the link's publish_deadline.
  ~NatsPublisher() override;

  bool publish(Message message) override;
  std::uint64_t dropped() const override;

private:
  struct Core;
  std::unique_ptr<Core> core_;
};

} // namespace riskcluster
