#include <algorithm>

#include "console/calc.hpp"
#include "console/returns_csv.hpp"
#include "sizing/sizing.hpp"

namespace riskcluster {

namespace {

void add_coverage(Report& report, const Coverage& coverage, const std::optional<Independence>& independence) {
  const auto figure = [&](double Independence::*member) {
    return independence ? Value{(*independence).*member} : Value{};
  };
  report.add("observations", coverage.observations)
      .add("breaches", coverage.breaches)
      .add("expected", coverage.expected)
      .add("kupiec_lr", coverage.kupiec_lr)
      .add("kupiec_p", coverage.kupiec_p)
      .add("christoffersen_independence_lr", figure(&Independence::independence_lr))
      .add("christoffersen_independence_p", figure(&Independence::independence_p))
      .add("christoffersen_joint_lr", figure(&Independence::joint_lr))
      .add("christoffersen_joint_p", figure(&Independence::joint_p))
      .add("basel_zone", name(coverage.basel_zone));
}

Result<Report> from_counts(const BacktestRequest& request) {
  const auto coverage = unconditional_coverage(*request.observations, *request.breaches, request.confidence);
  if (!coverage) return coverage.error();
  Report report;
  report.add("confidence", request.confidence);
  add_coverage(report, *coverage, std::nullopt);
  return report;
}

Result<Report> from_returns(const BacktestRequest& request, const Eigen::VectorXd& returns, VarMethod method) {
  const auto breaches =
      var_breaches(returns, request.window, request.confidence, method, static_cast<std::uint64_t>(request.seed));
  if (!breaches) return breaches.error();
  const auto count = std::count(breaches->begin(), breaches->end(), true);
  const auto coverage = unconditional_coverage(static_cast<std::int64_t>(breaches->size()), count, request.confidence);
  if (!coverage) return coverage.error();
  const auto independence = conditional_coverage(*breaches, request.confidence);
  if (!independence) return independence.error();
  Report report;
  report.add("method", method_name(method)).add("confidence", request.confidence).add("window", request.window);
  add_coverage(report, *coverage, *independence);
  return report;
}

} // namespace

Result<Report> calc_backtest(const BacktestRequest& request) {
  if (request.observations && request.breaches) return from_counts(request);
  const auto csv = read_returns(request.returns.value_or(""));
  if (!csv) return csv.error();
  const auto selection = select(*csv, {request.column.value_or("")});
  if (!selection) return selection.error();
  std::vector<Report> reports;
  for (const VarMethod method : methods_named(request.method)) {
    auto report = from_returns(request, selection->values.col(0), method);
    if (!report) return Error{report.error().code, csv->file + ": " + report.error().message};
    reports.push_back(std::move(*report));
  }
  if (request.method != "all") return reports.front();
  return Report{}.add("methods", std::move(reports));
}

Result<Report> calc_kelly(const KellyRequest& request) {
  const double full = full_kelly(request.win_rate, request.ratio);
  const double clamped = std::clamp(full, 0.0, 1.0);
  return Report{}
      .add("full_kelly", full)
      .add("kelly_percentage", clamped)
      .add("fractional_kelly", clamped * SizingInput{}.kelly_fraction);
}

} // namespace riskcluster
