#pragma once

#include "transport/nats_connection.hpp"
#include "transport/nats_streams.hpp"
#include "transport/source.hpp"

namespace riskcluster {

inline constexpr std::size_t stream_credit_max = 65'536;

struct NatsStreamOptions {
  std::string name;              ///< of the source, for people
  StreamOptions stream;          ///< signals_stream(), updates_stream()
  std::string durable = "riskd"; ///< the consumer; nodes that name the same one share its messages
  /// Makes stream and consumer where they are missing, and refuses those that do not fit. Off: takes what is there.
  bool create_streams = true;
  std::size_t credit = 256; ///< up to stream_credit_max
  /// Of all nodes together, at least each one's credit.
  int ack_pending_max = 16'384;
  /// Settlements of so long are told together, unless half of the credit waits for it: nobody waits for one alone.
  std::chrono::milliseconds settle_linger{5};
  /// After this without a sign of life the server hands a message to somebody else. Half of it is our sign's period.
  std::chrono::milliseconds ack_wait{5'000};
  std::chrono::milliseconds redeliver_after{1'000}; ///< a retry
  /// A request for messages is renewed after this, and given up as lost when the server was silent for two heartbeats.
  std::chrono::milliseconds request_expires{30'000}, idle_heartbeat{2'000};
  /// For one question about stream or consumer.
  std::chrono::milliseconds api_wait{2'000};
  /// Before the consumer is looked for again; doubles up to the second.
  std::chrono::milliseconds retry_wait_min{50}, retry_wait_max{2'000};
  /// Before one that was deleted is made again. The server says so before it has tidied up; who is quicker than that
  /// gets a consumer that never delivers (2.9.10).
  std::chrono::milliseconds repair_wait{1'000};
  /// Where an answer may go: see may_reply_to.
  std::vector<std::string> reply_prefixes{"_INBOX."};
};

/// Takes from a JetStream consumer by requests on an inbox of its own. As long as there is credit a request is with the
/// server, so a message comes without a round trip, and a burst without one per batch; natsSubscription_Fetch asks
/// again only when its last batch has been handled. At least once: settled messages may come again after the server or
/// the connection died, unsettled ones come again when this node does.
class NatsStreamSource final : public Source {
public:
  /// @param link  outlives this.
  NatsStreamSource(NatsLink& link, NatsStreamOptions options);
  /// Hands what is unsettled back to the server, for others.
  ~NatsStreamSource() override;

  const std::string& name() const override;
  bool durable() const override { return true; }
  /// With a server there: invalid_argument when stream or consumer do not fit, saying what differs. Without: the same
  /// is told as a notice, and tried again.
  Result<bool> start(Take take) override;
  void stop() override;

  /// Handed out and not settled; never more than the credit.
  std::size_t unsettled() const;
  /// Copies of unsettled messages that were not handed out.
  std::uint64_t copies() const;

private:
  struct Core;
  std::shared_ptr<Core> core_; ///< settlements and the driver's threads may outlive the source
  std::shared_ptr<void> watch_;
};

} // namespace riskcluster
