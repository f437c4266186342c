#pragma once
// From tier, company and user to the limits that hold: a company may replace a tier's default, a user only tighten.

#include "tenant/setup.hpp"

namespace riskcluster {

struct MergedLimits {
  Limits limits;
  RiskTolerance tolerance = RiskTolerance::conservative;
  Origin tolerance_origin = Origin::tier;
};

/// The defaults of a tier, before anybody touched them. An unspecified tier is FREE.
Limits default_limits(SubscriptionTier tier);
RiskTolerance default_tolerance(SubscriptionTier tier);

/// @param company absent: the defaults. Lists: intersection of allows, union of denies and bans; tolerance: the more
/// conservative; max_var_per_trade that nobody set is half of the merged max_daily_var.
MergedLimits merge_limits(SubscriptionTier tier, const OwnSettings& tenant, const OwnSettings* company);
MergedLimits merge_limits(const TenantSetup& tenant, const CompanySetup* company);

} // namespace riskcluster
