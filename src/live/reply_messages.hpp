#pragma once
// What goes back to the outside beside the outputs: whatever an input says, these must be messages that can be sent.

#include <string>

#include "storage/dead_letters.hpp"
#include "tenant/trace.hpp"
#include "transport/publisher.hpp"

namespace riskcluster {

/// traceparent and Risk-Correlation-Id, where there are some. A line break in them must not end the header.
Headers headers_of(const Trace& trace);

/// Of a dead letter, for whoever watches them: its first bytes, and what became of it in headers.
Message message_of(const DeadLetter& letter, const Trace& trace);

} // namespace riskcluster
