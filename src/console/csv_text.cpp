#include "console/csv_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace riskcluster {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// One line's cells; nothing when a quote is not closed on it.
std::optional<std::vector<std::string>> split(std::string_view line) {
  std::vector<std::string> cells;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    std::string cell;
    if (line.starts_with('"')) {
      std::size_t i = 1;
      for (; i < line.size() && (line[i] != '"' || (i + 1 < line.size() && line[i + 1] == '"')); ++i) {
        if (line[i] == '"') ++i; // a doubled quote is one
        cell += line[i];
      }
      if (i >= line.size()) return std::nullopt;
      line.remove_prefix(i + 1);
      if (const auto rest = trimmed(line.substr(0, line.find(','))); !rest.empty()) return std::nullopt;
    } else {
      cell = trimmed(line.substr(0, line.find(',')));
    }
    cells.push_back(std::move(cell));
    const auto comma = line.find(',');
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

} // namespace

Result<std::vector<CsvRow>> parse_csv(const std::string& file, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<CsvRow> rows;
  for (int line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view content = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (trimmed(content).empty()) continue;
    auto cells = split(trimmed(content));
    const std::string where = file + ", line " + std::to_string(line);
    if (!cells) return malformed(where + ": a quoted cell does not end with its quote");
    if (!rows.empty() && cells->size() != rows.front().cells.size())
      return malformed(where + ": " + std::to_string(cells->size()) + " cells where the first line has " +
                       std::to_string(rows.front().cells.size()));
    rows.push_back({line, std::move(*cells)});
  }
  if (rows.empty()) return malformed(file + ": empty");
  return rows;
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

} // namespace riskcluster
