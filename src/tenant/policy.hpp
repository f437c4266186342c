#pragma once
// What stands above a tenant: its company's settings and halts, and those of the whole system.

#include <map>
#include <memory>

#include "controls/halts.hpp"
#include "tenant/setup.hpp"

namespace riskcluster {

struct TenantState;

/// The system's own entity. No sender can name it: an id begins with a letter or a digit.
inline const TenantId system_entity{CompanyId{"_system"}, UserId{}};
inline TenantId company_entity(const CompanyId& company) { return {company, UserId{}}; }
/// A company, or the system: nobody trades for it.
inline bool is_policy(const TenantId& id) { return id.user.empty(); }

/// A company, or the system, as its tenants see it.
struct Policy {
  Halts halts;
  OwnSettings settings;
  std::uint64_t settings_version = 0; ///< which of its settings these are
  bool operator==(const Policy&) const = default;
};
using PolicyPtr = std::shared_ptr<const Policy>;
PolicyPtr policy_of(const TenantState& state);

/// Absent: nothing was ever ordered there.
struct Above {
  PolicyPtr system;
  PolicyPtr company;
  bool operator==(const Above&) const = default; ///< the same ones, not equal ones
};

/// All that this node knows of.
struct Policies {
  PolicyPtr system;
  std::map<CompanyId, PolicyPtr> companies;
  Above above(const CompanyId& company) const {
    const auto found = companies.find(company);
    return {system, found == companies.end() ? nullptr : found->second};
  }
};

} // namespace riskcluster
