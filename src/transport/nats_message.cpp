#include "transport/nats_message.hpp"

#include <charconv>

#include <nats/nats.h>

#include "transport/subject.hpp"

namespace riskcluster {

NatsHandle<__natsMsg> driver_message(const Message& message, const char* reply) {
  if (!is_sendable(message) || message.bytes.size() > message_bytes_max) return nullptr;
  natsMsg* made = nullptr;
  if (natsMsg_Create(&made, message.subject.c_str(), reply, message.bytes.data(),
                     static_cast<int>(message.bytes.size())) != NATS_OK)
    return nullptr;
  NatsHandle<natsMsg> out{made};
  for (const auto& [name, value] : message.headers)
    if (natsMsgHeader_Set(made, name.c_str(), value.c_str()) != NATS_OK) return nullptr;
  return out;
}

Message fitting(Message message, NatsLink& link, natsConnection& session) {
  const auto takes = natsConnection_GetMaxPayload(&session); // 0 before the first connection
  const auto bytes = message.bytes.size();
  if (takes <= 0 || payload_bytes(message) <= static_cast<std::size_t>(takes)) return message;
  link.tell(NatsNotice::Kind::failed, message.subject + ": " + std::to_string(bytes) +
                                          " bytes are more than the server takes (" + std::to_string(takes) +
                                          "): sent without them");
  return fitting(std::move(message), static_cast<std::size_t>(takes));
}

std::string header_of(__natsMsg& message, const char* name) {
  const char* value = nullptr;
  return natsMsgHeader_Get(&message, name, &value) == NATS_OK && value ? std::string{value} : std::string{};
}

Delivery delivery_of(__natsMsg& message) {
  return {.subject = natsMsg_GetSubject(&message),
          .bytes = {natsMsg_GetData(&message), static_cast<std::size_t>(natsMsg_GetDataLength(&message))},
          .message_type = header_of(message, "Risk-Message-Type"),
          .content_type = header_of(message, "Content-Type"),
          .traceparent = header_of(message, "traceparent"),
          .message_id = header_of(message, "Nats-Msg-Id")};
}

std::optional<int> status_of(__natsMsg& message) {
  const std::string text = header_of(message, "Status");
  int status = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), status);
  return read.ec == std::errc{} ? std::optional{status} : std::nullopt;
}

} // namespace riskcluster
