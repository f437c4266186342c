#pragma once
// `riskctl calc …`: figures from files alone, for people who check numbers. Each command is a request and a function.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "console/output.hpp"
#include "core/result.hpp"
#include "risk/backtest.hpp"

namespace riskcluster {

/// Scenarios held at once, paths x columns: 0.8 GB of floats.
inline constexpr std::int64_t simulated_returns_max = 200'000'000;

std::string method_name(VarMethod method);
/// "historical", "parametric", "monte-carlo", or "all" for the three; nothing for another word.
std::vector<VarMethod> methods_named(const std::string& name);

struct VarRequest {
  std::string returns;
  std::optional<std::string> weights; ///< see read_weights
  double value = 1;                   ///< of the portfolio; 1 makes the answers fractions of it
  std::string method = "historical";
  double confidence = 0.95;
  int horizon_days = 1;
  int paths = 10'000;
  std::int64_t seed = 1;
};
/// Value at risk of a portfolio of the file's columns. `components` are the parametric ones, whatever the method.
Result<Report> calc_var(const VarRequest& request);

struct RatiosRequest {
  std::string returns, column;
  std::optional<std::string> benchmark;
  std::optional<std::string> risk_free; ///< a column, or a rate per period
  double minimum_acceptable_return = 0;
  double periods = 252;
};
Result<Report> calc_ratios(const RatiosRequest& request);

struct DrawdownRequest {
  std::string returns, column;
};
/// `peak` is null without a drawdown, and "start" (0 in a file without dates) when the fall began with the first row.
Result<Report> calc_drawdown(const DrawdownRequest& request);

struct BacktestRequest {
  std::optional<std::string> returns, column;         ///< either these
  std::optional<std::int64_t> observations, breaches; ///< or these
  int window = 252;
  std::string method = "historical";
  double confidence = 0.95;
  std::int64_t seed = 1;
};
/// Christoffersen's figures need the sequence: null when only counts are given.
Result<Report> calc_backtest(const BacktestRequest& request);

struct KellyRequest {
  double win_rate = 0; ///< [0, 1]
  double ratio = 0;    ///< mean win / mean loss, > 0
};
Result<Report> calc_kelly(const KellyRequest& request);

struct SizeRequest {
  std::string tenants, market, companies, instruments;
  std::string tenant; ///< company/user; empty: all of the file
  std::string at;     ///< RFC 3339; empty: the end of the market's newest day
  std::string signal; ///< a TradingSignal as JSON
};
/// How each tenant of the file would have the signal sized: every method, or why it is absent, and what is left of it.
Result<Report> calc_size(const SizeRequest& request);

} // namespace riskcluster
