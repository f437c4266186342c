#pragma once
// One market, many books, many signals: what the benchmarks of a judgement share. Everything from a printed seed.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "market/market_view.hpp"
#include "replay/inputs.hpp"
#include "tenant/assess.hpp"

namespace riskcluster::bench {

struct Settings {
  std::string market;      ///< folder
  std::string instruments; ///< file
  std::uint64_t seed = 20261030;
  int tenants = 1'000;
  int positions = 10;
};

/// A view of the newest day, tenants with `positions` open symbols each, and signals that differ from call to call.
class Fixture {
public:
  explicit Fixture(const Settings& settings);

  const MarketView& view() const { return *view_; }
  const InstrumentTable& instruments() const { return inputs_.instruments; }
  TimeMs now() const { return now_; }
  const std::vector<TenantState>& tenants() const { return tenants_; }
  /// Ten percent of the signals are closings by chance of side; entries, stops and targets around the last price.
  TradingSignal signal(std::mt19937_64& random, int number) const;
  /// Requests of a batch together are as large as those of 16 single signals.
  SignalBatch batch(std::mt19937_64& random, int number, int signals) const;
  /// Where the daily VaR limit lies above the book's VaR decides how often it must be solved.
  static TenantSetup setup(std::mt19937_64& random, const MarketView& view, int number, int positions);

  /// Any number of tenants, "c<number % companies>/u<number>": the books repeat after `tenants` of them.
  TenantEvent opening(int number, int companies, const std::vector<StrategyId>& strategies = {}) const;
  static TenantId tenant_id(int number, int companies);
  /// The same prices, as if they had been quoted this moment: for a node that lives by the wall's clock.
  MarketViewPtr fresh_view() const;

private:
  Inputs inputs_;
  MarketViewPtr view_;
  TimeMs now_ = 0;
  std::vector<TenantState> tenants_;
  std::vector<TenantEvent> openings_;
};

/// What a benchmark cannot do without.
template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
  std::exit(1);
}

/// Median, mean and high percentiles of samples; all 0 without any.
struct Distribution {
  explicit Distribution(std::vector<double> samples);
  double mean = 0, p50 = 0, p99 = 0, p999 = 0, max = 0;
};

/// One line of the table, the goal at its end.
void print_header();
void print_row(const char* row, const std::string& what, const Distribution& d, const std::string& goal = "");

template <class Work>
double micros(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

} // namespace riskcluster::bench
