#pragma once
// What people are told of the node itself. Unlike the alerts of the journal these are said once, and may be lost: what
// they are about is often that nothing can be kept.

#include <atomic>
#include <string>

#include "core/time.hpp"
#include "messages/message_types.hpp"
#include "tenant/outputs.hpp"
#include "transport/publisher.hpp"

namespace riskcluster {

/// How bad it is, what it means and what to do. Addressed to the tenant or the company that it is about, who is not
/// told the details, which may name others; otherwise to nobody in particular. Without id and time.
RiskAlert risk_alert_of(const Alert& alert);

/// Sends them to risk.alerts.…, each with an id of its own, which no other life of a node uses. Any thread.
class NodeAlerts {
public:
  /// @param to  outlives this. @param json  else protobuf.
  NodeAlerts(Publisher& to, bool json);

  void tell(const Alert& alert, TimeMs now);

private:
  Publisher& to_;
  const bool json_;
  const std::string life_;
  std::atomic<std::uint64_t> told_{0};
};

} // namespace riskcluster
