#pragma once
// What a subject may look like, and which one an output goes to. Texts only: nothing here knows a server.

#include <string>
#include <string_view>
#include <vector>

#include "transport/destination.hpp"
#include "transport/publisher.hpp"

namespace riskcluster {

inline constexpr std::string_view json_type = "application/json"; ///< Content-Type of what is no protobuf

/// A server's line holds 4,096 bytes by default, with two subjects and some numbers in it.
inline constexpr std::size_t subject_length_max = 1'024;

/// Words between dots, no blanks, controls or wildcards: what can be published to.
bool is_subject(std::string_view text);
/// As is_subject, but a word may be *, and the last one >: what can be subscribed to.
bool is_subject_filter(std::string_view text);

/// A subject that can be published to, and headers that cannot end their line and begin another one.
bool is_sendable(const Message& message);

/// Answers go to inboxes only. A sender that names another subject could make this node write where the sender itself
/// may not: to another tenant's outputs, or to the server's own commands.
bool may_reply_to(std::string_view subject, const std::vector<std::string>& prefixes);

/// risk.<channel>.<company>.<user>; an absent company or user is _, which no id begins with.
std::string output_subject(const Publication& publication);
/// With its id as Nats-Msg-Id, which a stream knows repeats by.
Message output_message(const Publication& publication, std::string subject);

/// Bytes of headers and body as a server counts them.
std::size_t payload_bytes(const Message& message);
/// What is larger than a server takes goes without its body, and says so in a header: Risk-Too-Large, the body's bytes.
/// An assessment of a thousand signals must not hold up everything behind it; the journal has it whole.
Message fitting(Message message, std::size_t payload_bytes_max);

} // namespace riskcluster
