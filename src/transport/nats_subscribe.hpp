#pragma once
// A subscription whose messages go to a function.

#include <functional>
#include <string>

#include "core/result.hpp"
#include "transport/nats_handles.hpp"

namespace riskcluster {

/// What may wait in a subscription for the function to come back; more is dropped by the driver, as of a slow consumer.
struct PendingLimits {
  int messages_max = 65'536;
  int bytes_max = 64 << 20;
};

/// `on_message` is called by one thread of the driver. It, and what it holds, lives until the last call has returned,
/// which may be after the subscription is gone.
/// @param queue  a group of which one member gets each message; empty: none.
/// Error: unavailable.
Result<NatsHandle<__natsSubscription>> subscribe(__natsConnection& connection, const std::string& subject,
                                                 const std::string& queue, PendingLimits limits,
                                                 std::function<void(NatsHandle<__natsMsg>)> on_message);

/// Nothing more is to come, but what has come is still handed on.
/// @returns whether it may be freed at once; else when nothing waits in it any more.
bool retire(__natsSubscription& subscription);
/// Messages that wait in it.
int waiting_in(__natsSubscription& subscription);

/// A subject that nobody else knows.
std::string new_inbox();

} // namespace riskcluster
