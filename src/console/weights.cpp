#include "console/weights.hpp"

#include <algorithm>

#include "console/csv_text.hpp"
#include "files/text_file.hpp"

namespace riskcluster {

namespace {

/// Numbers between commas; nothing when one of them is none, for then the argument names a file.
std::optional<std::vector<double>> numbers(const std::string& argument) {
  const auto rows = parse_csv("", argument);
  if (!rows || rows->size() != 1) return std::nullopt;
  std::vector<double> values;
  for (const std::string& cell : rows->front().cells) {
    const auto value = parse_number(cell);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

Result<Weights> listed(const std::vector<double>& values, const std::vector<std::string>& columns) {
  if (values.size() != columns.size())
    return invalid("--weights has " + std::to_string(values.size()) + " numbers for " + std::to_string(columns.size()) +
                   " columns: " + joined(columns));
  return Weights{columns, Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()))};
}

Result<Weights> from_file(const std::string& file, const std::vector<std::string>& columns) {
  const auto text = read_text(file);
  if (!text) return text.error();
  const auto rows = parse_csv(file, *text);
  if (!rows) return rows.error();
  if (rows->front().cells.size() != 2)
    return malformed(file + ": a file of weights has two columns, the column's name and its weight");
  Weights weights;
  std::vector<double> values;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const CsvRow& row = (*rows)[i];
    const auto value = parse_number(row.cells[1]);
    const bool known = std::find(columns.begin(), columns.end(), row.cells[0]) != columns.end();
    if (i == 0 && !value && !known) continue; // the header
    const std::string where = file + ", line " + std::to_string(row.line) + ": ";
    if (!value)
      return malformed(where + "the weight of " + row.cells[0] + " is not a finite number: \"" + row.cells[1] + "\"");
    if (!known) return Error{Errc::not_found, where + "no column " + row.cells[0] + " among " + joined(columns)};
    if (std::find(weights.columns.begin(), weights.columns.end(), row.cells[0]) != weights.columns.end())
      return malformed(where + row.cells[0] + " comes twice");
    weights.columns.push_back(row.cells[0]);
    values.push_back(*value);
  }
  if (values.empty()) return malformed(file + ": no weights");
  weights.values = Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
  return weights;
}

} // namespace

Result<Weights> read_weights(const std::optional<std::string>& argument, const std::vector<std::string>& columns) {
  const auto n = static_cast<Eigen::Index>(columns.size());
  if (!argument) return Weights{columns, Eigen::VectorXd::Constant(n, 1.0 / static_cast<double>(n))};
  if (const auto values = numbers(*argument)) return listed(*values, columns);
  return from_file(*argument, columns);
}

} // namespace riskcluster
