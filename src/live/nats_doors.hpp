#pragma once
// All that a node has to do with its NATS server.

#include <memory>
#include <vector>

#include "api/health.hpp"
#include "config/nats_settings.hpp"
#include "transport/nats_connection.hpp"
#include "transport/publisher.hpp"
#include "transport/source.hpp"

namespace riskcluster {

class Destination;
class Metrics;

class NatsDoors {
public:
  /// A server that is not there yet is waited for in the background. Errors: options, files or streams that do not fit.
  static Result<std::unique_ptr<NatsDoors>> open(const NatsSettings& settings, NatsLink::Notice notice);
  ~NatsDoors();

  Destination& outputs() { return *destination_; }
  Publisher& publisher() { return *publisher_; }
  /// For what many will wait behind and few will miss: it holds up no reply.
  Publisher& bulk() { return *bulk_; }
  /// Signals and facts, durable where there is JetStream; orders, and requests whose sender waits.
  const std::vector<std::unique_ptr<Source>>& inputs() const { return inputs_; }
  /// Ticks and bars, for every node.
  Source& prices() { return *prices_; }
  bool connected() const;
  Figures figures() const;
  /// What of it is for scrapers.
  void show(Metrics& metrics) const;

private:
  NatsDoors() = default;

  std::unique_ptr<NatsLink> link_;
  std::unique_ptr<Destination> destination_;
  std::unique_ptr<Publisher> publisher_, bulk_;
  std::vector<std::unique_ptr<Source>> inputs_;
  std::unique_ptr<Source> prices_;
};

} // namespace riskcluster
