#include "tenant/setup.hpp"

#include <algorithm>

namespace riskcluster {

namespace {

constexpr auto before = [](const std::pair<LimitId, double>& entry, LimitId id) { return entry.first < id; };

} // namespace

std::optional<double> LimitValues::operator[](LimitId id) const {
  const auto at = std::lower_bound(all_.begin(), all_.end(), id, before);
  return at != all_.end() && at->first == id ? std::optional{at->second} : std::nullopt;
}

void LimitValues::set(LimitId id, double value) {
  const auto at = std::lower_bound(all_.begin(), all_.end(), id, before);
  if (at != all_.end() && at->first == id)
    at->second = value;
  else
    all_.emplace(at, id, value);
}

void LimitValues::clear(LimitId id) {
  std::erase_if(all_, [&](const auto& entry) { return entry.first == id; });
}

OwnSettings own_settings(const TenantSetup& setup) {
  return {.limits = setup.limits,
          .allowed_instruments = setup.allowed_instruments,
          .denied_instruments = setup.denied_instruments};
}

OwnSettings own_settings(const CompanySetup& setup) {
  return {.limits = setup.limits,
          .allowed_instruments = setup.allowed_instruments,
          .denied_instruments = setup.denied_instruments,
          .trading_hours_restriction = setup.trading_hours_restriction};
}

} // namespace riskcluster
