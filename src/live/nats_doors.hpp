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

class NatsCoreSource;

class NatsDoors {
public:
  struct Input {
    std::unique_ptr<Source> source;
    std::size_t credit = 0;
  };

  /// A server that is not there yet is waited for in the background. Errors: options, files or streams that do not fit.
  /// @param batches_max  that the node takes: without a stream more are let in, so that whoever waits for an answer is
  /// refused at once and not when there is room.
  static Result<std::unique_ptr<NatsDoors>> open(const NatsSettings& settings, std::size_t batches_max,
                                                 NatsLink::Notice notice);
  ~NatsDoors();

  Destination& outputs() { return *destination_; }
  Publisher& publisher() { return *publisher_; }
  /// For what many will wait behind and few will miss: it holds up no reply.
  Publisher& bulk() { return *bulk_; }
  /// Signals and facts, durable where there is JetStream; orders, and requests whose sender waits.
  const std::vector<Input>& inputs() const { return inputs_; }
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
  std::vector<Input> inputs_;
  std::unique_ptr<Source> prices_;
  std::vector<const NatsCoreSource*> droppers_; ///< of the above, those that can
};

} // namespace riskcluster
