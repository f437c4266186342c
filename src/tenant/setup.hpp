#pragma once
// How a tenant and its company begin, as people write it.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controls/limits.hpp"
#include "portfolio/position.hpp"
#include "portfolio/trade_statistics.hpp"
#include "sizing/select.hpp"

namespace riskcluster {

enum class SubscriptionTier : std::uint8_t { unspecified, free, pro, enterprise };
std::string_view name(SubscriptionTier tier);

/// Limits somebody set; what is absent was not set.
struct LimitSettings {
  std::array<std::optional<double>, limit_count> values{};
  std::optional<double> max_company_daily_var; ///< companies only: an aggregate, never merged into a user's
  RiskTolerance tolerance = RiskTolerance::unspecified;
  std::vector<StrategyId> banned_strategies;
  std::vector<StrategyType> banned_strategy_types;
  bool operator==(const LimitSettings&) const = default;
};

struct TenantSetup {
  TenantId id;
  SubscriptionTier tier = SubscriptionTier::unspecified;
  Currency currency;
  double balance = 0;
  std::vector<Position> positions;
  LimitSettings limits;
  std::vector<StrategyId> strategies; ///< subscriptions
  std::vector<TradeStatistics> trade_statistics;
  std::vector<Symbol> allowed_instruments; ///< empty: no list
  std::vector<Symbol> denied_instruments;
  bool operator==(const TenantSetup&) const = default;
};

struct CompanySetup {
  CompanyId id;
  LimitSettings limits;
  std::vector<Symbol> allowed_instruments; ///< empty: no list
  std::vector<Symbol> denied_instruments;
  bool trading_hours_restriction = true;
  bool operator==(const CompanySetup&) const = default;
};

/// Every fault, one sentence each, naming the field; empty for a usable setup.
std::vector<std::string> faults_of(const TenantSetup& setup, const InstrumentTable& instruments);
std::vector<std::string> faults_of(const CompanySetup& setup);

} // namespace riskcluster
