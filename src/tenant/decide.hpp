#pragma once
// Commands into facts.

#include "core/result.hpp"
#include "market/market_view.hpp"
#include "tenant/command.hpp"
#include "tenant/repeats.hpp"
#include "tenant/state.hpp"

namespace riskcluster {

/// The opening fact of a tenant, with its limits merged. @param setup must have no faults.
TenantEvent open_tenant(const TenantSetup& setup, const CompanySetup* company, TimeMs now);

/// Reservations whose time is up, as facts; every decision emits them first.
std::vector<TenantEvent> expirations(const TenantState& state, TimeMs now);

/// Facts of a fill or an account update; none for a repeat. Facts are never refused, with one exception: realised P&L
/// in a currency that the view cannot convert is an error (unavailable), to be tried again with another view.
Result<std::vector<TenantEvent>> decide(const TenantState& state, const Command& command, const MarketView& view,
                                        TimeMs now);

} // namespace riskcluster
