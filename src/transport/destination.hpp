#pragma once
// Where outputs go. A port; its twin in memory and one for a file are beside it.

#include <functional>
#include <string>
#include <vector>

#include "core/ids.hpp"

namespace riskcluster {

/// One output, ready to leave.
struct Publication {
  std::string id;      ///< "shard-n-k": the same whenever it is sent again; empty: it never is
  std::string channel; ///< approved, assessments, actions, alerts
  TenantId tenant;
  std::string bytes;
  std::string content_type;   ///< of the bytes; empty: protobuf
  std::string traceparent;    ///< of the input that caused it; empty when there is none
  std::string correlation_id; ///< likewise
  bool operator==(const Publication&) const = default;
};

/// Gets publications in order, one call at a time for each shard. What is not confirmed is sent again, with the same
/// ids: a reader of one channel of one tenant sees order with repeats, never a gap.
class Destination {
public:
  using Done = std::function<void(bool arrived)>;
  virtual ~Destination() = default;

  /// Names its cursor: never changed, [a-z0-9_-]+.
  virtual const std::string& name() const = 0;
  /// `done` once, from any thread: all of it has arrived, or not.
  virtual void publish(ShardId shard, std::vector<Publication> publications, Done done) = 0;
};

} // namespace riskcluster
