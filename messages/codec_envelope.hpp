#pragma once
// What some senders wrap their messages in.

#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "tenant/trace.hpp"

namespace riskcluster {

inline constexpr std::uint32_t schema_version_max = 1;

struct Envelope {
  std::string message_type;
  TenantId tenant;
  std::string payload;
  TimeMs timestamp = 0;
  SourceId source;
  Trace trace;
  std::uint64_t sequence = 0;
};

/// Malformed: bytes that are none, a schema_version that this program does not know, an id that is none.
Result<Envelope> decode_envelope_bytes(std::string_view bytes);
Result<Envelope> decode_envelope_json(std::string_view text);

} // namespace riskcluster
