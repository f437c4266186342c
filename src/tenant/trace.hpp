#pragma once

#include <string>

namespace riskcluster {

inline constexpr std::size_t correlation_id_length_max = 256; ///< bytes

/// How an input is followed through the system and beyond; empty where the sender gave none.
struct Trace {
  std::string correlation_id;
  std::string traceparent; ///< W3C
  bool empty() const { return correlation_id.empty() && traceparent.empty(); }
  bool operator==(const Trace&) const = default;
};

/// The first thing that makes it unusable, or empty. A traceparent that is none is left out where it comes in.
std::string fault_of(const Trace& trace);

} // namespace riskcluster
