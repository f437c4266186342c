#include "console/returns_csv.hpp"
#include "files/text_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace riskcluster {

namespace {

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

bool is_blank(std::string_view cell) {
  constexpr std::array<std::string_view, 6> blanks{"", "na", "n/a", "#n/a", "nan", "null"};
  return std::find(blanks.begin(), blanks.end(), lower(cell)) != blanks.end();
}

/// Three groups of digits between dashes, slashes or dots, of one to four digits, perhaps with a time behind.
bool looks_like_date(std::string_view cell) {
  int groups = 0;
  char separator = 0;
  for (std::size_t i = 0; groups < 3; ++groups) {
    const std::size_t start = i;
    while (i < cell.size() && std::isdigit(static_cast<unsigned char>(cell[i])) != 0) ++i;
    if (i == start || i - start > 4) return false;
    if (groups == 2) return i == cell.size() || cell[i] == 'T' || cell[i] == ' ';
    if (i == cell.size() || std::string_view{"-/."}.find(cell[i]) == std::string_view::npos) return false;
    if (groups == 1 && cell[i] != separator) return false;
    separator = cell[i++];
  }
  return false;
}

bool holds_dates(const std::vector<CsvRow>& rows, std::size_t cell) {
  constexpr std::array<std::string_view, 5> names{"date", "day", "time", "datetime", "timestamp"};
  if (std::find(names.begin(), names.end(), lower(rows.front().cells[cell])) != names.end()) return true;
  bool any = false;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (is_blank(rows[i].cells[cell])) continue;
    if (!looks_like_date(rows[i].cells[cell])) return false;
    any = true;
  }
  return any;
}

} // namespace

Result<ReturnsCsv> parse_returns(const std::string& file, std::string_view text) {
  auto rows = parse_csv(file, text);
  if (!rows) return rows.error();
  ReturnsCsv returns{file, {}, {}, std::nullopt, {}};
  const std::vector<std::string> header = rows->front().cells;
  const bool has_name =
      std::any_of(header.begin(), header.end(), [](const auto& cell) { return !cell.empty() && !parse_number(cell); });
  if (!has_name) return malformed(file + ", line " + std::to_string(rows->front().line) + ": no header");
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (holds_dates(*rows, i)) {
      if (!returns.dates) returns.dates = i;
    } else if (!header[i].empty()) {
      if (std::find(returns.columns.begin(), returns.columns.end(), header[i]) != returns.columns.end())
        return malformed(file + ": two columns are named " + header[i]);
      returns.columns.push_back(header[i]);
      returns.cells.push_back(i);
    }
  }
  if (returns.columns.empty()) return malformed(file + ": no column of figures (cells are separated by commas)");
  rows->erase(rows->begin());
  returns.rows = std::move(*rows);
  return returns;
}

Result<ReturnsCsv> read_returns(const std::string& file) {
  const auto text = read_text(file);
  if (!text) return text.error();
  return parse_returns(file, *text);
}

Result<Selection> select(const ReturnsCsv& returns, const std::vector<std::string>& columns) {
  std::vector<std::size_t> cells;
  for (const std::string& column : columns) {
    const auto found = std::find(returns.columns.begin(), returns.columns.end(), column);
    if (found == returns.columns.end())
      return Error{Errc::not_found, returns.file + ": no column " + column + "; it has " + joined(returns.columns)};
    cells.push_back(returns.cells[static_cast<std::size_t>(found - returns.columns.begin())]);
  }
  Selection selection{{static_cast<Eigen::Index>(returns.rows.size()), static_cast<Eigen::Index>(cells.size())}, {}};
  for (std::size_t i = 0; i < returns.rows.size(); ++i) {
    const CsvRow& row = returns.rows[i];
    const auto t = static_cast<Eigen::Index>(selection.rows.size());
    bool complete = true;
    for (std::size_t j = 0; j < cells.size(); ++j) {
      const std::string& cell = row.cells[cells[j]];
      const auto value = parse_number(cell);
      if (!value && !is_blank(cell))
        return malformed(returns.file + ", line " + std::to_string(row.line) + ", column " + columns[j] + ": \"" +
                         cell + "\" is not a finite number");
      complete = complete && value;
      selection.values(t, static_cast<Eigen::Index>(j)) = value.value_or(0);
    }
    if (!complete) continue;
    selection.rows.push_back(
        {static_cast<std::int64_t>(i + 1), returns.dates ? row.cells[*returns.dates] : std::string{}});
  }
  selection.values.conservativeResize(static_cast<Eigen::Index>(selection.rows.size()), Eigen::NoChange);
  return selection;
}

} // namespace riskcluster
