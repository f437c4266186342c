#pragma once
// Where a message stands in a distributed trace. Source: W3C Trace Context, Recommendation of 23 November 2021.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/hash.hpp"

namespace riskcluster {

inline constexpr std::string_view traceparent_header = "traceparent";

struct Traceparent {
  Hash128 trace_id;            ///< of the whole trace; never all zero
  std::uint64_t parent_id = 0; ///< of the span that sends it; never 0
  bool sampled = false;        ///< whoever sends it keeps its spans; version 00 knows no other flag
  bool operator==(const Traceparent&) const = default;

  /// Version 00, the highest that we know: 55 characters.
  std::string text() const;
};

/// Nothing: the header is to be ignored and the trace starts anew. Of a higher version only the fields of version 00
/// are read, and what follows them behind a dash is not.
std::optional<Traceparent> parse_traceparent(std::string_view header);

/// The next span of the same trace, named by a hash of its parent and `span`: what is sent again carries the same
/// header.
Traceparent child_of(const Traceparent& parent, std::uint64_t span);

/// The first span of a new trace, for a message that came without one; `hash` of whatever makes it unique. Not sampled:
/// nobody keeps spans of it.
Traceparent root_trace(const Hash128& hash);

} // namespace riskcluster
