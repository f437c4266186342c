#pragma once
// Between the driver's messages and ours. What a message says about itself is its sender's word: it is read as text.

#include <optional>
#include <string>
#include <string_view>

#include "transport/nats_connection.hpp"
#include "transport/nats_handles.hpp"
#include "transport/publisher.hpp"
#include "transport/source.hpp"

namespace riskcluster {

inline constexpr std::size_t message_bytes_max = 64U << 20U; ///< NATS allows no more, whatever its max_payload

/// @param reply  where the server or the reader answers; null: nowhere.
/// @returns nothing when the message is not sendable, too large or the driver has no memory.
NatsHandle<__natsMsg> driver_message(const Message& message, const char* reply = nullptr);
/// As much of it as the server at the other end takes; tells the link when that is not all.
Message fitting(Message message, NatsLink& link, __natsConnection& session);

/// Empty when it is absent or the headers cannot be read.
std::string header_of(__natsMsg& message, const char* name);

/// Everything but reply_to and deliveries.
Delivery delivery_of(__natsMsg& message);

/// The status of a message from the server itself: 100 heartbeat, 408 a request has ended, 409 it will not be served,
/// 503 nobody serves it. Nothing when there is none.
std::optional<int> status_of(__natsMsg& message);

} // namespace riskcluster
