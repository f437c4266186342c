#include "tenant/setup.hpp"

namespace riskcluster {

std::string_view name(SubscriptionTier tier) {
  switch (tier) {
  case SubscriptionTier::free:
    return "FREE";
  case SubscriptionTier::pro:
    return "PRO";
  case SubscriptionTier::enterprise:
    return "ENTERPRISE";
  case SubscriptionTier::unspecified:
    break;
  }
  return "UNSPECIFIED";
}

} // namespace riskcluster
