#pragma once
// The streams and consumers that a server keeps for us: what they should be, and making them so.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "transport/nats_handles.hpp"

namespace riskcluster {

struct StreamOptions {
  enum class Keep : std::uint8_t {
    until_settled, ///< a message leaves when it is settled
    for_a_time, ///< a message leaves after age_max, or when bytes_max needs its place; anybody may read it until then
  };
  std::string name;
  std::vector<std::string> subjects; ///< filters
  Keep keep = Keep::until_settled;
  std::chrono::hours age_max{24}; ///< with for_a_time; at least the repeat_window
  std::int64_t bytes_max = 0;     ///< on the disk; the server sets this much aside for it
  /// Within it a second message with the same Nats-Msg-Id is dropped, and confirmed. It costs the server memory.
  std::chrono::seconds repeat_window{120};
  int replicas = 1; ///< of a cluster's servers; 3 survives one
};

/// RISK_SIGNALS_IN and RISK_UPDATES_IN keep a message until it is settled, and refuse new ones when they are full. So
/// no input is ever lost in silence: not to its age (fills of a long weekend are facts on Monday), not to a newer one;
/// the sender of what does not fit any more gets the error. And what was settled takes no room: full means that this
/// node is that far behind, not that it was a busy day.
StreamOptions signals_stream();
StreamOptions updates_stream();

/// RISK_OUT keeps everything for a day, whoever has read it, and drops its oldest when it is full. It must not refuse:
/// then the outputs of today would wait for those of yesterday that everybody has read, and the node with them. Nothing
/// is lost by it, every output is in the journal.
StreamOptions outputs_stream();

struct ConsumerOptions {
  std::string stream;
  std::string durable;
  std::chrono::milliseconds ack_wait{0};
  int ack_pending_max = 0; ///< unsettled, of all nodes together
};

/// Makes it when it is missing.
/// @returns whether it was made.
/// Errors: invalid_argument (there is one with other subjects: says which), unavailable.
Result<bool> ensure_stream(__natsConnection& connection, const StreamOptions& stream, std::chrono::milliseconds wait);

/// A consumer as it is, which may not be as it was asked for: somebody else may have made it.
struct ConsumerFound {
  bool made = false;
  std::chrono::milliseconds ack_wait{0};
};

/// Errors: not_found, invalid_argument (one that we cannot work with), unavailable (also when we may not ask).
Result<ConsumerFound> find_consumer(__natsConnection& connection, const ConsumerOptions& consumer, std::size_t credit,
                                    std::chrono::milliseconds wait);

/// Makes it when it is missing: pulled from, each message settled for itself, delivered until then.
/// Errors: invalid_argument (there is one that we cannot work with), unavailable.
Result<ConsumerFound> ensure_consumer(__natsConnection& connection, const ConsumerOptions& consumer, std::size_t credit,
                                      std::chrono::milliseconds wait);

/// Whether an until_settled stream has more messages than the consumer will ever deliver or waits to hear of, looked at
/// several times. So it is after the death of a server that had not written down yet what was settled. Nobody would
/// get those messages any more, and nats-server 2.9 hands out again what it does wait for only as much later as the
/// oldest of it is old. False where nobody can tell.
bool has_forgotten(__natsConnection& connection, const ConsumerOptions& consumer, std::chrono::milliseconds wait);

/// Makes it anew: everything in its stream is delivered again, what was settled in the meantime as well.
/// Errors: as ensure_consumer.
Result<ConsumerFound> renew_consumer(__natsConnection& connection, const ConsumerOptions& consumer,
                                     std::chrono::milliseconds wait);

} // namespace riskcluster
