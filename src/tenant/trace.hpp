#pragma once

#include <string>

namespace riskcluster {

/// How an input is followed through the system and beyond; empty where the sender gave none.
struct Trace {
  std::string correlation_id;
  std::string traceparent; ///< W3C
  bool empty() const { return correlation_id.empty() && traceparent.empty(); }
  bool operator==(const Trace&) const = default;
};

} // namespace riskcluster
