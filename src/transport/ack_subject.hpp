#pragma once
// Where a message of a stream is settled. The server puts into this subject what it knows about the delivery.

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace riskcluster {

/// A message of a stream. A stream that was made anew counts from 1 again: hence the time.
struct StreamPlace {
  std::uint64_t sequence = 0;
  std::uint64_t stored_at_ns = 0; ///< since 1970
  auto operator<=>(const StreamPlace&) const = default;
};

struct StreamDelivery {
  StreamPlace place;
  std::uint64_t deliveries = 1; ///< this one included
};

/// $JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<consumer's sequence>.<time>.<pending>, with domain and account
/// before the stream on newer servers. Nothing for any other text.
std::optional<StreamDelivery> parse_ack_subject(std::string_view subject);

} // namespace riskcluster
