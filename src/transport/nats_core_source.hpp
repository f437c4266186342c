#pragma once

#include <vector>

#include "transport/nats_connection.hpp"
#include "transport/source.hpp"

namespace riskcluster {

struct NatsCoreOptions {
  std::string name;                  ///< of the source, for people
  std::vector<std::string> subjects; ///< filters
  std::string queue = "riskd";       ///< each message goes to one member of it; empty: to every node
  std::size_t credit = 256;
  /// What may wait here for credit, for each subject; beyond it the driver drops, and says so.
  int pending_messages_max = 8'192;
  int pending_bytes_max = 64 << 20;
  std::vector<std::string> reply_prefixes{"_INBOX."}; ///< where an answer may go: see may_reply_to
};

/// Takes what is published right now, at most once: what nobody takes in time, what is on its way when a connection or
/// a node dies, and every retry is lost, and the sender has to ask again. For requests whose sender waits.
class NatsCoreSource final : public Source {
public:
  /// @param link  outlives this.
  NatsCoreSource(NatsLink& link, NatsCoreOptions options);
  ~NatsCoreSource() override;

  const std::string& name() const override;
  bool durable() const override { return false; }
  Result<bool> start(Take take) override;
  void stop() override;

  std::size_t unsettled() const;
  /// Messages that the driver dropped because too many waited. May wait for it.
  std::uint64_t dropped() const;

private:
  struct Core;
  std::shared_ptr<Core> core_; ///< settlements and the driver's threads may outlive the source
  std::shared_ptr<void> watch_;
};

} // namespace riskcluster
