#include "tenant/merge_limits.hpp"

#include <doctest/doctest.h>

#include "support/tenant.hpp"

using namespace riskcluster;
using test::with;

TEST_CASE("tiers bring the defaults of the rule book") {
  const struct {
    SubscriptionTier tier;
    double positions, notional, var, var_per_trade;
    RiskTolerance tolerance;
  } rows[] = {{SubscriptionTier::free, 3, 1'000, 100, 50, RiskTolerance::conservative},
              {SubscriptionTier::pro, 10, 10'000, 1'000, 500, RiskTolerance::moderate},
              {SubscriptionTier::enterprise, 50, 100'000, 10'000, 5'000, RiskTolerance::aggressive}};
  for (const auto& expected : rows) {
    const auto merged = merge_limits(test::tenant(expected.tier), nullptr);
    CHECK(merged.limits[LimitId::max_positions].value == expected.positions);
    CHECK(merged.limits[LimitId::max_position_size_notional].value == expected.notional);
    CHECK(merged.limits[LimitId::max_daily_var].value == expected.var);
    CHECK(merged.limits[LimitId::max_var_per_trade].value == expected.var_per_trade);
    CHECK(merged.limits[LimitId::max_positions].origin == Origin::tier);
    CHECK(merged.limits[LimitId::max_portfolio_leverage].value == 3);
    CHECK(merged.limits[LimitId::max_portfolio_leverage].origin == Origin::default_value);
    CHECK(merged.tolerance == expected.tolerance);
  }
}

TEST_CASE("a company replaces a default, a user only tightens, and each number remembers where it comes from") {
  CompanySetup company{.id = CompanyId{"acme"}};
  with(company.limits, LimitId::max_positions, 25);
  with(company.limits, LimitId::max_order_size_pct, 8);
  TenantSetup user = test::tenant();
  with(user.limits, LimitId::max_positions, 40);     // looser: ignored
  with(user.limits, LimitId::max_order_size_pct, 2); // tighter
  const auto limits = merge_limits(user, &company).limits;
  CHECK(limits[LimitId::max_positions] == Limit{25, Origin::company});
  CHECK(limits[LimitId::max_order_size_pct] == Limit{2, Origin::user});
}

TEST_CASE("VaR per trade follows the merged daily VaR unless somebody set it") {
  CompanySetup company{.id = CompanyId{"acme"}};
  TenantSetup user = test::tenant();
  with(user.limits, LimitId::max_daily_var, 600);
  CHECK(merge_limits(user, &company).limits[LimitId::max_var_per_trade] == Limit{300, Origin::user});
  with(company.limits, LimitId::max_var_per_trade, 450);
  CHECK(merge_limits(user, &company).limits[LimitId::max_var_per_trade] == Limit{450, Origin::company});
  with(user.limits, LimitId::max_var_per_trade, 10);
  CHECK(merge_limits(user, &company).limits[LimitId::max_var_per_trade] == Limit{10, Origin::user});
}

TEST_CASE("lists: the intersection of allows, the union of denies and bans") {
  CompanySetup company{.id = CompanyId{"acme"},
                       .allowed_instruments = {Symbol{"EURUSD"}, Symbol{"US30"}},
                       .denied_instruments = {Symbol{"A"}}};
  company.limits.banned_strategy_types = {StrategyType::momentum};
  TenantSetup user = test::tenant();
  CHECK(merge_limits(user, nullptr).limits.allowed_instruments == std::nullopt);
  user.allowed_instruments = {Symbol{"US30"}, Symbol{"XAUUSD"}};
  user.denied_instruments = {Symbol{"B"}, Symbol{"A"}};
  user.limits.banned_strategy_types = {StrategyType::scalping, StrategyType::momentum};
  const auto limits = merge_limits(user, &company).limits;
  CHECK(limits.allowed_instruments == std::vector{Symbol{"US30"}});
  CHECK(limits.denied_instruments == std::vector{Symbol{"A"}, Symbol{"B"}});
  CHECK(limits.banned_strategy_types == std::vector{StrategyType::momentum, StrategyType::scalping});
  user.allowed_instruments = {Symbol{"XAUUSD"}};
  CHECK(merge_limits(user, &company).limits.allowed_instruments == std::vector<Symbol>{});
}

TEST_CASE("tolerance is the most conservative of tier, company and user") {
  CompanySetup company{.id = CompanyId{"acme"}};
  TenantSetup user = test::tenant(SubscriptionTier::enterprise);
  company.limits.tolerance = RiskTolerance::moderate;
  CHECK(merge_limits(user, &company).tolerance == RiskTolerance::moderate);
  CHECK(merge_limits(user, &company).tolerance_origin == Origin::company);
  user.limits.tolerance = RiskTolerance::aggressive;
  CHECK(merge_limits(user, &company).tolerance == RiskTolerance::moderate);
  user.tier = SubscriptionTier::free;
  CHECK(merge_limits(user, &company).tolerance == RiskTolerance::conservative);
}

TEST_CASE("a company that does not restrict trading hours switches them off") {
  CompanySetup company{.id = CompanyId{"acme"}, .trading_hours_restriction = false};
  CHECK(merge_limits(test::tenant(), nullptr).limits.trading_hours_restriction);
  CHECK_FALSE(merge_limits(test::tenant(), &company).limits.trading_hours_restriction);
}
