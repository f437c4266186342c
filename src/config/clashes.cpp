#include "config/clashes.hpp"

#include "config/text_rules.hpp"

namespace riskcluster {

namespace {

struct Named {
  std::string setting;
  std::int64_t value = 0;
};

/// One string after the other: of a list of literals GCC 12 believes at -O2 that it is copied out of its bounds.
template <class... Settings>
void add(std::vector<Clash>& found, std::string what, Settings... settings) {
  Clash& clash = found.emplace_back();
  (clash.settings.push_back(std::move(settings)), ...);
  clash.what = std::move(what);
}

/// A clash when `small` is more than `large`.
void at_most(std::vector<Clash>& found, const Named& small, const Named& large, const std::string& why) {
  if (small.value <= large.value) return;
  add(found,
      small.setting + " is " + std::to_string(small.value) + " and " + large.setting + " is " +
          std::to_string(large.value) + "; allowed: " + small.setting + " at most " + large.setting + ": " + why,
      small.setting, large.setting);
}

Named named(std::string setting, auto value) { return {std::move(setting), static_cast<std::int64_t>(value)}; }

} // namespace

std::vector<Clash> clashes(const NodeSettings& settings) {
  std::vector<Clash> found;
  const auto& road = settings.road;
  at_most(found, named("node.in_flight_per_tenant_max", road.in_flight_per_tenant_max),
          named("node.in_flight_max", road.in_flight_max), "a tenant cannot have more under way than the node");
  at_most(found, named("node.egress_window", road.egress_window), named("node.egress_lag_max", road.egress_lag_max),
          "what is on its way alone would stop the decisions");
  at_most(found, named("node.egress_grace_ms", road.egress_grace.count()),
          named("node.stop_grace_ms", settings.run.stop_grace.count()), "the one is a part of the other");
  if (settings.nats && settings.nats->tls_cert_file.empty() != settings.nats->tls_key_file.empty())
    add(found, "a certificate and its key belong together; allowed: both files or neither",
        std::string{"nats.tls_cert_file"}, std::string{"nats.tls_key_file"});
  return found;
}

std::vector<Clash> doubts(const NodeSettings& settings) {
  std::vector<Clash> found;
  if (!is_loopback(settings.http.listen))
    add(found, "other machines reach this port, which asks nobody who they are", std::string{"http.listen"});
  if (!settings.nats) return found;
  const auto& nats = *settings.nats;
  if (!is_loopback_only(nats.url) && nats.credentials_file.empty() && nats.tls_cert_file.empty())
    add(found,
        "a server on another machine, and neither credentials_file nor tls_cert_file: whoever reaches it may send "
        "signals",
        std::string{"nats.url"});
  at_most(found, named("nats.signals_in_flight_max", nats.signals_in_flight_max),
          named("node.in_flight_max", settings.road.in_flight_max),
          "the rest is refused, and comes again from its stream");
  return found;
}

} // namespace riskcluster
