#pragma once
// The two forms of any message: bytes and JSON. Private to messages/codec_*.cpp.

#include <cstddef>
#include <string>
#include <string_view>

#include "messages/json_text.hpp"

namespace google::protobuf {
class Descriptor;
class Message;
} // namespace google::protobuf

namespace riskcluster {

inline constexpr std::size_t record_bytes_max = std::size_t{64} << 20; ///< of an event or an answer

/// Fills the message; the fault, or empty.
std::string parse_bytes(std::string_view bytes, std::size_t bytes_max, google::protobuf::Message& message);

/// Without a word why not; an unread message holds anything.
bool read_json(std::string_view text, google::protobuf::Message& message);

/// Strict JSON of the protobuf mapping; unknown, repeated and null-in-a-list fields are faults. The fault names the
/// field and what is wrong with it: "limits.max_positions: not a number: \"many\"".
std::string parse_json(std::string_view text, std::size_t bytes_max, google::protobuf::Message& message);

/// The first field of an object that cannot be read as the message; empty when every field by itself can.
std::string json_field_fault(std::string_view text, const google::protobuf::Descriptor& type);
std::string json_field_fault(const JsonMember& member, const google::protobuf::Descriptor& type);

/// One line: proto field names, defaults printed, absent fields not.
std::string print_json(const google::protobuf::Message& message);

} // namespace riskcluster
