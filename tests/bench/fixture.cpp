#include "bench/fixture.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "files/daily_views.hpp"
#include "files/market_folder.hpp"
#include "tenant/decide.hpp"

namespace riskcluster::bench {

namespace {

double uniform(std::mt19937_64& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random() >> 11U) * 0x1p-53;
}

class Silent final : public Complaints {
  void complain(const std::string& message) override { std::fprintf(stderr, "bench: %s\n", message.c_str()); }
};

Date newest_day(const PriceHistory& history) {
  Date newest{0};
  for (const auto& [symbol, closes] : history.closes) newest = std::max(newest, closes.back().date);
  return newest;
}

/// An enterprise's book: limits raised until the book VaR is what binds, as it is in practice.
void raise_limits(LimitSettings& limits) {
  const auto set = [&](LimitId id, double value) { limits.values.set(id, value); };
  set(LimitId::max_portfolio_leverage, 30);
  set(LimitId::max_position_size_notional, 1e7);
  set(LimitId::max_position_concentration_pct, 100);
  set(LimitId::max_sector_concentration_pct, 100);
  set(LimitId::max_correlated_exposure_pct, 100);
  set(LimitId::max_order_size_pct, 50);
}

} // namespace

TenantSetup Fixture::setup(std::mt19937_64& random, const MarketView& view, int number, int positions) {
  TenantSetup setup{.id = {CompanyId{"bench"}, UserId{"u" + std::to_string(number)}},
                    .tier = SubscriptionTier::enterprise,
                    .currency = Currency{"USD"},
                    .balance = uniform(random, 5e5, 2e6)};
  for (const auto& entry : view.symbols()) {
    if (!entry.column || std::ssize(setup.positions) == positions) continue;
    const double unit = entry.quote.price * entry.instrument.contract_size *
                        view.fx(entry.instrument.quote, setup.currency).value_or(FxRate{}).rate;
    const double notional = setup.balance * uniform(random, -0.25, 0.25);
    const double lots = std::round(notional / unit / entry.instrument.lot_step);
    setup.positions.push_back({.symbol = entry.instrument.symbol,
                               .quantity = (lots == 0 ? 1 : lots) * entry.instrument.lot_step,
                               .average_price = entry.quote.price * uniform(random, 0.98, 1.02)});
  }
  return setup;
}

Fixture::Fixture(const Settings& settings) {
  Silent silent;
  inputs_.history = must(read_market_folder(settings.market));
  must(read_instruments(settings.instruments, inputs_.instruments, silent));
  DailyViews views{inputs_.history, inputs_.instruments, VarSettings{}, 0, std::nullopt};
  now_ = newest_day(inputs_.history).end_ms() + 15 * hour_ms;
  view_ = must(views.at(now_));
  std::mt19937_64 random{settings.seed};
  for (int i = 0; i < settings.tenants; ++i) {
    TenantSetup tenant = setup(random, *view_, i, settings.positions);
    CompanySetup company{.id = tenant.id.company, .trading_hours_restriction = false};
    raise_limits(company.limits);
    TenantState unlimited;
    apply(unlimited, open_tenant(tenant, &company, 0), {1});
    const Book book{*view_, tenant.currency, tenant.balance, class_leverages(unlimited.limits), tenant.positions, {}};
    BookRiskScratch scratch;
    const double var = BookRisk{view_->model(), book.weights(), scratch}.var();
    company.limits.values.set(LimitId::max_daily_var, var * uniform(random, 1.0, 1.85));
    company.limits.values.set(LimitId::max_var_per_trade, var);
    TenantState state;
    openings_.push_back(open_tenant(tenant, &company, 0));
    apply(state, openings_.back(), {1});
    tenants_.push_back(std::move(state));
  }
}

TenantId Fixture::tenant_id(int number, int companies) {
  return {CompanyId{"c" + std::to_string(number % companies)}, UserId{"u" + std::to_string(number)}};
}

TenantEvent Fixture::opening(int number, int companies, const std::vector<StrategyId>& strategies) const {
  TenantEvent event = openings_[static_cast<std::size_t>(number) % openings_.size()];
  auto& opened = std::get<TenantOpened>(event.fact);
  opened.id = tenant_id(number, companies);
  opened.strategies = strategies;
  return event;
}

MarketViewPtr Fixture::fresh_view() const {
  using namespace std::chrono;
  const TimeMs now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  auto symbols = view_->symbols();
  for (auto& symbol : symbols) symbol.quote.at = now;
  const std::shared_ptr<const MarketModel> model{view_, &view_->model()};
  return std::make_shared<const MarketView>(model, std::make_shared<const InstrumentTable>(inputs_.instruments),
                                            std::move(symbols));
}

TradingSignal Fixture::signal(std::mt19937_64& random, int number) const {
  const auto& symbols = view_->model().symbols;
  const ViewSymbol& entry = *view_->find(symbols[random() % symbols.size()]);
  const double last = entry.quote.price;
  TradingSignal signal{.signal_id = SignalId{"s" + std::to_string(number)},
                       .symbol = entry.instrument.symbol,
                       .side = random() % 2 == 0 ? Side::buy : Side::sell,
                       .strategy_id = StrategyId{"st" + std::to_string(random() % 8)},
                       .strategy_type = StrategyType::trend_following,
                       .confidence = uniform(random, 0.5, 0.8)};
  const double side = direction(signal.side);
  const double limit_price = last * uniform(random, 0.995, 1.005);
  if (random() % 4 != 0) signal.entry_price = limit_price;
  const double around = signal.entry_price.value_or(last);
  const double stop = uniform(random, 0.004, 0.02);
  signal.stop_loss = around * (1 - side * stop);
  signal.take_profit = around * (1 + side * stop * uniform(random, 1.2, 3));
  signal.requested_notional = uniform(random, 2e5, 6e5);
  return signal;
}

SignalBatch Fixture::batch(std::mt19937_64& random, int number, int signals) const {
  SignalBatch batch{.batch_id = BatchId{"b" + std::to_string(number)},
                    .company_id = CompanyId{"bench"},
                    .user_id = UserId{"u" + std::to_string(number % std::ssize(tenants_))},
                    .created_at_ms = now_};
  for (int i = 0; i < signals; ++i) {
    batch.trading_signals.push_back(signal(random, number * 1'000 + i));
    if (signals > 1) *batch.trading_signals.back().requested_notional *= 16.0 / signals;
  }
  return batch;
}

Distribution::Distribution(std::vector<double> samples) {
  if (samples.empty()) return;
  std::sort(samples.begin(), samples.end());
  for (const double sample : samples) mean += sample / static_cast<double>(samples.size());
  const auto at = [&](double q) {
    return samples[static_cast<std::size_t>(q * static_cast<double>(samples.size() - 1))];
  };
  p50 = at(0.5);
  p99 = at(0.99);
  p999 = at(0.999);
  max = at(1);
}

void print_header() {
  std::printf("%-4s %-44s %9s %9s %9s %9s %9s   %s\n", "row", "microseconds", "p50", "mean", "p99", "p99.9", "max",
              "goal");
}

void print_row(const char* row, const std::string& what, const Distribution& d, const std::string& goal) {
  std::printf("%-4s %-44s %9.1f %9.1f %9.1f %9.1f %9.1f   %s\n", row, what.c_str(), d.p50, d.mean, d.p99, d.p999, d.max,
              goal.c_str());
}

} // namespace riskcluster::bench
