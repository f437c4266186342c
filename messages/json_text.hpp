#pragma once
// JSON text before protobuf sees it: strict, bounded, and cut into pieces, so that one bad signal or one bad entry
// does not take the others with it. Private to messages/.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace riskcluster {

inline constexpr int json_depth_max = 32;
inline constexpr std::size_t json_members_max = 256; ///< of one object

/// Why a text is not one JSON value as we want it, naming the column (from 1); empty for a good one. Also faults: a
/// field that is there twice (snake and camel case are one), null or a list in a list, too deep, too many fields.
std::string json_fault(std::string_view text);

struct JsonMember {
  std::string name;       ///< in snake case
  std::string_view value; ///< not looked into: may be anything up to the next comma
  std::string_view text;  ///< name and value as they stand there
};

/// What could be read before the fault; values keep pointing into the text.
struct JsonObject {
  std::vector<JsonMember> members;
  std::string fault;
};
JsonObject json_object(std::string_view text);

struct JsonList {
  std::vector<std::string_view> elements;
  std::string fault;
};
JsonList json_list(std::string_view text);

/// The string that a JSON string stands for; nothing when the text is something else.
std::optional<std::string> json_string(std::string_view text);

/// A piece of foreign text for a message: printable ASCII, at most 40 characters.
std::string shown(std::string_view text);

} // namespace riskcluster
