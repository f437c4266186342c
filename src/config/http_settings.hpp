#pragma once
// The port for health and metrics.

#include <cstddef>
#include <cstdint>
#include <string>

#include "config/text_rules.hpp"

namespace riskcluster {

struct HttpSettings {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 8005;
  std::size_t max_connections = 64;
};

inline constexpr TextRule ip_address{"an IPv4 or IPv6 address", is_ip_address};

template <class Visit>
void each_setting(HttpSettings& http, Visit&& visit) {
  visit("listen", http.listen, ip_address,
        "Address on which the port is open. It asks nobody who they are, so by default only this machine reaches it.");
  visit("port", http.port, Whole{0, 65'535, ""}, "Port for /livez, /readyz, /health and /metrics. 0: any free one.");
  visit("max_connections", http.max_connections, Whole{1, 4'096, "connections"},
        "Connections at a time. A few monitors need a few; strangers shall not take the files that the node needs.");
}

} // namespace riskcluster
