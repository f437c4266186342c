#pragma once
// How a tenant and its company begin, as people write it.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controls/limits.hpp"
#include "portfolio/position.hpp"
#include "portfolio/trade_statistics.hpp"
#include "sizing/select.hpp"

namespace riskcluster {

enum class SubscriptionTier : std::uint8_t { unspecified, free, pro, enterprise };
std::string_view name(SubscriptionTier tier);

/// Only what was set, so that a tenant's state can keep it.
class LimitValues {
public:
  std::optional<double> operator[](LimitId id) const;
  void set(LimitId id, double value);
  void clear(LimitId id);
  const std::vector<std::pair<LimitId, double>>& all() const { return all_; } ///< sorted by id
  bool operator==(const LimitValues&) const = default;

private:
  std::vector<std::pair<LimitId, double>> all_;
};

/// Limits somebody set; what is absent was not set.
struct LimitSettings {
  LimitValues values;
  std::optional<double> max_company_daily_var; ///< companies only: an aggregate, never merged into a user's
  RiskTolerance tolerance = RiskTolerance::unspecified;
  std::vector<StrategyId> banned_strategies;
  std::vector<StrategyType> banned_strategy_types;
  bool operator==(const LimitSettings&) const = default;
};

/// All that a tenant set for itself, or a company for its tenants, before anything is merged.
struct OwnSettings {
  LimitSettings limits;
  std::vector<Symbol> allowed_instruments; ///< empty: no list
  std::vector<Symbol> denied_instruments;
  bool trading_hours_restriction = true; ///< of a company
  bool operator==(const OwnSettings&) const = default;
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

OwnSettings own_settings(const TenantSetup& setup);
OwnSettings own_settings(const CompanySetup& setup);

/// Every fault, one sentence each, naming the field; empty for a usable setup.
std::vector<std::string> faults_of(const TenantSetup& setup, const InstrumentTable& instruments);
std::vector<std::string> faults_of(const CompanySetup& setup);
std::vector<std::string> faults_of(const LimitSettings& limits);

} // namespace riskcluster
