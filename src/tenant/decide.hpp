#pragma once
// Commands into facts.

#include <optional>
#include <span>

#include "core/result.hpp"
#include "market/market_view.hpp"
#include "tenant/command.hpp"
#include "tenant/policy.hpp"
#include "tenant/repeats.hpp"
#include "tenant/state.hpp"

namespace riskcluster {

/// The opening fact of a tenant, with its limits merged. @param setup must have no faults.
TenantEvent open_tenant(const TenantSetup& setup, const CompanySetup* company, TimeMs now);
/// @param company as its commands have made it; absent: it has none.
TenantEvent open_tenant_under(const TenantSetup& setup, const Policy* company, TimeMs now);
TenantEvent open_policy(const TenantId& id, const OwnSettings& own, TimeMs now);

/// Whose history begins with this event; nothing for any other event.
struct EntityOpening {
  TenantId id;
  std::span<const StrategyId> strategies; ///< of the event
};
std::optional<EntityOpening> opening_of(const TenantEvent& event);

/// Reservations whose time is up, as facts; every decision emits them first.
std::vector<TenantEvent> expirations(const TenantState& state, TimeMs now);

/// Facts of a fill or an account update; none for a repeat. Facts are never refused, with one exception: realised P&L
/// in a currency that the view cannot convert is an error (unavailable), to be tried again with another view. One so
/// old that nobody can say whether it was applied is an error, too (failed), for a person to look at.
Result<std::vector<TenantEvent>> decide(const TenantState& state, const Command& command, const MarketView& view,
                                        TimeMs now, const Trace& trace = {});

} // namespace riskcluster
