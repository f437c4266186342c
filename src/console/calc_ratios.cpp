#include <optional>

#include "console/calc.hpp"
#include "console/returns_csv.hpp"
#include "risk/drawdown.hpp"
#include "risk/performance.hpp"

namespace riskcluster {

namespace {

/// A column's name, or a number that is the rate of every period. A column of that name wins.
struct RiskFree {
  std::optional<std::string> column;
  double rate = 0;
};

RiskFree risk_free_of(const RatiosRequest& request, const ReturnsCsv& csv) {
  if (!request.risk_free) return {};
  for (const std::string& column : csv.columns)
    if (column == *request.risk_free) return {column, 0};
  if (const auto rate = parse_number(*request.risk_free)) return {std::nullopt, *rate};
  return {request.risk_free, 0}; // whose absence the selection will report
}

Result<PerformanceInput> load(const RatiosRequest& request) {
  const auto csv = read_returns(request.returns);
  if (!csv) return csv.error();
  const RiskFree risk_free = risk_free_of(request, *csv);
  std::vector<std::string> columns{request.column};
  if (request.benchmark) columns.push_back(*request.benchmark);
  if (risk_free.column) columns.push_back(*risk_free.column);
  const auto selection = select(*csv, columns);
  if (!selection) return selection.error();
  const Eigen::MatrixXd& values = selection->values;
  if (values.rows() < 2)
    return Error{Errc::insufficient_data,
                 request.returns + ": ratios need 2 complete rows, there are " + std::to_string(values.rows())};
  PerformanceInput input{values.col(0), std::nullopt, Eigen::VectorXd::Constant(values.rows(), risk_free.rate),
                         request.minimum_acceptable_return, request.periods};
  if (request.benchmark) input.benchmark = values.col(1);
  if (risk_free.column) input.risk_free = values.col(values.cols() - 1);
  return input;
}

Value name_of(Eigen::Index row, const Selection& selection, bool dated) {
  if (row < 0) return dated ? Value{"start"} : Value{0};
  const RowName& name = selection.rows[static_cast<std::size_t>(row)];
  return name.date.empty() ? Value{name.number} : Value{name.date};
}

} // namespace

Result<Report> calc_ratios(const RatiosRequest& request) {
  const auto input = load(request);
  if (!input) return input.error();
  const PerformanceRatios ratios = performance_ratios(*input);
  return Report{}
      .add("observations", static_cast<std::int64_t>(input->returns.size()))
      .add("sharpe", ratios.sharpe)
      .add("sharpe_annualized", ratios.sharpe_annualized)
      .add("sortino", ratios.sortino)
      .add("sortino_annualized", ratios.sortino_annualized)
      .add("treynor", ratios.treynor)
      .add("information_ratio", ratios.information_ratio)
      .add("beta", ratios.beta)
      .add("alpha", ratios.alpha)
      .add("max_drawdown", ratios.max_drawdown)
      .add("calmar", ratios.calmar)
      .add("volatility", ratios.volatility)
      .add("tracking_error", ratios.tracking_error)
      .add("correlation", ratios.correlation);
}

Result<Report> calc_drawdown(const DrawdownRequest& request) {
  const auto csv = read_returns(request.returns);
  if (!csv) return csv.error();
  const auto selection = select(*csv, {request.column});
  if (!selection) return selection.error();
  if (selection->rows.empty())
    return Error{Errc::insufficient_data, request.returns + ": column " + request.column + " has no figures"};
  const Drawdown fall = max_drawdown(selection->values.col(0));
  const bool fell = fall.max_drawdown > 0, dated = csv->dates.has_value();
  return Report{}
      .add("max_drawdown", fall.max_drawdown)
      .add("peak", fell ? name_of(fall.peak, *selection, dated) : Value{})
      .add("trough", fell ? name_of(fall.trough, *selection, dated) : Value{})
      .add("recovery", fall.recovery ? name_of(*fall.recovery, *selection, dated) : Value{})
      .add("observations", static_cast<std::int64_t>(selection->rows.size()));
}

} // namespace riskcluster
