#pragma once
// What goes back to the outside beside the outputs: whatever an input says, these must be messages that can be sent.

#include <vector>

#include "messages/message_types.hpp"
#include "storage/dead_letters.hpp"
#include "tenant/trace.hpp"
#include "transport/publisher.hpp"
#include "transport/source.hpp"

namespace riskcluster {

/// traceparent and Risk-Correlation-Id, where there are some. A line break in them must not end the header.
Headers headers_of(const Trace& trace);

struct ReplyMessage {
  Message message;
  Trace trace;
};
/// To whoever waits for a word on a delivery, in the form of what it sent: one for each answer, or one on a fact or an
/// order.
std::vector<ReplyMessage> replies_of(const Delivery& delivery, const Reply& reply, const PerformanceMetrics& took);

/// Of a dead letter, for whoever watches them: its first bytes, and what became of it in headers.
Message message_of(const DeadLetter& letter, const Trace& trace);

} // namespace riskcluster
