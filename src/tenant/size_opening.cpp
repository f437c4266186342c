#include <algorithm>
#include <cmath>
#include <vector>

#include "risk/volatility.hpp"
#include "sizing/select.hpp"
#include "sizing/sizing.hpp"
#include "tenant/judgement.hpp"

namespace riskcluster {

namespace {

constexpr double base_annual_volatility = 0.20;
constexpr double performance_factor_min = 0.5;
constexpr double performance_slope = 10;

double performance_factor(const TradeStatistics* statistics, double equity) {
  const auto pnl = statistics ? last_30_pnl(*statistics) : std::nullopt;
  if (!pnl) return 1;
  return std::clamp(1 + performance_slope * *pnl / equity, performance_factor_min, 1.0);
}

SizingInput input_of(const BatchContext& context, const TradingSignal& signal, const BookLine& line,
                     const TradeStatistics* statistics) {
  const Limits& limits = context.state.limits;
  SizingInput input{.equity = context.book.equity(),
                    .confidence = signal.confidence,
                    .kelly_fraction = limits[LimitId::kelly_fraction].value,
                    .risk_per_trade = limits[LimitId::risk_per_trade].value,
                    .target_volatility = limits[LimitId::target_vol].value,
                    .no_stop_multiplier = limits[LimitId::no_stop_multiplier].value};
  const double volatility = context.view.model().volatility[*line.view->column];
  if (volatility > 0) input.volatility = volatility;
  const double entry = signal.entry_price.value_or(line.view->quote.price);
  if (signal.stop_loss) input.stop_distance = std::abs(entry - *signal.stop_loss) / entry;
  if (signal.take_profit) input.target_distance = std::abs(*signal.take_profit - entry) / entry;
  if (const auto own = statistics ? own_win_loss(*statistics) : std::nullopt) {
    input.own_probability = own->probability;
    input.own_ratio = own->ratio;
  }
  return input;
}

BookMoments moments_of(const BatchContext& context, const BookLine& line) {
  const auto open = [](const BookLine& other) { return other.notional() != 0; };
  const auto& lines = context.book.lines();
  const auto column = *line.view->column;
  return {.own_variance = context.view.model().covariance(column, column),
          .own_weight = line.notional(),
          .covariance_with_book = context.risk->covariance_with(column),
          .book_variance = context.risk->variance(),
          .symbols_after = static_cast<int>(std::count_if(lines.begin(), lines.end(), open)) + (open(line) ? 0 : 1)};
}

bool offers(SubscriptionTier tier, std::string_view method) {
  if (tier == SubscriptionTier::enterprise || method == "fixed_fractional") return true;
  return tier == SubscriptionTier::pro && (method == "kelly" || method == "volatility_based");
}

} // namespace

SizingChoice size_opening(const BatchContext& context, const TradingSignal& signal, const BookLine& line) {
  const auto* statistics = find_statistics(context.state, signal.strategy_id, signal.symbol);
  const SizingInput input = input_of(context, signal, line, statistics);
  const BookMoments moments = moments_of(context, line);
  const double side = direction(signal.side);
  const auto by_kelly = kelly(input);
  const auto by_fraction = fixed_fractional(input);
  const auto by_volatility = volatility_target(input);
  const auto by_parity = risk_parity(input, moments, side);
  const auto by_budget = volatility_budget(input, moments, side, by_kelly);

  SizingChoice choice;
  PositionSizing& answer = choice.answer;
  answer.symbol = signal.symbol;
  answer.kelly_criterion = {by_kelly.fraction,   by_kelly.size,  by_kelly.probability,   by_kelly.absent_reason,
                            by_kelly.full_kelly, by_kelly.ratio, by_kelly.own_statistics};
  answer.fixed_fractional = {by_fraction.size, by_fraction.absent_reason, by_fraction.stop_distance};
  const double volatility = input.volatility.value_or(0);
  answer.volatility_based = {by_volatility.size,
                             by_volatility.absent_reason,
                             volatility,
                             input.target_volatility,
                             volatility > 0 ? input.target_volatility / volatility : 0,
                             std::string{name(line.view->quote.source)}};
  answer.risk_parity = {by_parity.size, by_parity.absent_reason};
  answer.volatility_budget = {by_budget.size, by_budget.absent_reason, by_budget.multiplier};

  const SubscriptionTier tier = context.state.tier;
  std::vector<PresentSize> present;
  const auto consider = [&](std::string_view method, const Sized& sized) {
    if (sized.size && offers(tier, method)) present.push_back({method, *sized.size});
  };
  consider("kelly", by_kelly);
  consider("fixed_fractional", by_fraction);
  consider("volatility_based", by_volatility);
  consider("risk_parity", by_parity);
  consider("volatility_budget", by_budget);
  const auto selection = select_size(present, context.state.tolerance);
  if (!selection) {
    choice.reason_code = "NO_SIZING_METHOD";
    choice.message = "no sizing method of the tier has what it needs";
    return choice;
  }
  answer.recommended_size = selection->size;
  answer.method_used = selection->method;
  answer.performance_factor = performance_factor(statistics, input.equity);
  const double annual = volatility * std::sqrt(trading_days_per_year);
  answer.volatility_adjustment = annual > 0 ? std::min(1.0, base_annual_volatility / annual) : 1;
  choice.size = selection->size * answer.performance_factor * answer.volatility_adjustment;
  if (offers(tier, "kelly") && by_kelly.own_statistics && by_kelly.fraction == 0) {
    choice.reason_code = "NO_EDGE";
    choice.message = "the tenant's own trades in this strategy and symbol show no edge";
  } else if (!(choice.size > 0)) {
    choice.reason_code = "ZERO_SIZE";
    choice.message = "the sizing rule of the tier gives 0";
  }
  return choice;
}

} // namespace riskcluster
