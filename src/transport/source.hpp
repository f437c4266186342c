#pragma once
// Where inputs come from. A port; its twin in memory is beside it.

#include <cstdint>
#include <functional>
#include <string>

#include "core/result.hpp"

namespace riskcluster {

/// One input, as bytes and what its sender said about them. An absent text is empty.
struct Delivery {
  std::string subject;
  std::string bytes;
  std::string message_type; ///< Risk-Message-Type
  std::string content_type; ///< Content-Type
  std::string traceparent;
  std::string message_id;       ///< Nats-Msg-Id
  std::string reply_to;         ///< where an answer is wanted
  std::uint64_t deliveries = 1; ///< how often it was handed to anybody, this time included
  std::string fault;            ///< why its source could not take all of it; empty: it did
  bool operator==(const Delivery&) const = default;
};

enum class Settled {
  done,  ///< never again
  retry, ///< again, later; where the source cannot, it is lost
};

/// Hands out inputs, at most its credit of them unsettled: without credit it reads no further.
class Source {
public:
  /// At its first call it settles the delivery, later ones change nothing; when nobody calls it, that is a retry. From
  /// any thread, waits for nothing, also after stop() and after the source is gone.
  using Settle = std::function<void(Settled)>;
  /// Called by one thread at a time. It may wait; nothing else is handed out meanwhile.
  using Take = std::function<void(Delivery, Settle)>;
  virtual ~Source() = default;

  virtual const std::string& name() const = 0;
  /// Whether a retry comes again by itself.
  virtual bool durable() const = 0;
  /// Once. An unreachable server is no error: the source keeps trying. Error: invalid_argument, saying what is wrong.
  virtual Result<bool> start(Take take) = 0;
  /// No take runs or begins after it returns; not to be called by a take. What is unsettled may still be settled; what
  /// never is comes again, where the source is durable.
  virtual void stop() = 0;
};

} // namespace riskcluster
