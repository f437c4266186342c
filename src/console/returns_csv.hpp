#pragma once
// A CSV of returns: a header, a column of figures each, perhaps one of dates.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "console/csv_text.hpp"
#include "core/result.hpp"

namespace riskcluster {

struct ReturnsCsv {
  std::string file;                 ///< for messages
  std::vector<std::string> columns; ///< of figures, in the file's order
  std::vector<std::size_t> cells;   ///< where each of them stands in a row
  std::optional<std::size_t> dates; ///< where the dates stand
  std::vector<CsvRow> rows;         ///< without the header
};

/// A row as people find it again: its date cell, or its number from 1 among the rows of figures.
struct RowName {
  std::int64_t number = 0;
  std::string date; ///< empty: the file has none
};

/// The rows in which every asked-for column has a figure.
struct Selection {
  Eigen::MatrixXd values; ///< rows x asked-for columns
  std::vector<RowName> rows;
};

/// A column named date, time or like that, or whose cells all look like dates, holds dates; a column without a name
/// is an index. Neither is a figure. Fails for two columns of one name and for a file without figures.
Result<ReturnsCsv> parse_returns(const std::string& file, std::string_view text);
Result<ReturnsCsv> read_returns(const std::string& file);

/// A blank cell, NA or NaN drops its row. Fails for a column the file does not have (naming those it has) and for a
/// cell that is no finite number (naming line and column).
Result<Selection> select(const ReturnsCsv& returns, const std::vector<std::string>& columns);

} // namespace riskcluster
