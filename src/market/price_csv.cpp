#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/bounds.hpp"
#include "market/price_history.hpp"

namespace riskcluster {

namespace {

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '"'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

std::optional<std::string_view> take_line(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto comma = line.find(',');
    fields.push_back(trim(line.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

std::vector<std::string_view> header_of(std::string_view& text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3); // spreadsheets write a byte order mark
  const auto line = take_line(text);
  return line ? split(*line) : std::vector<std::string_view>{};
}

std::optional<std::size_t> column_named(const std::vector<std::string_view>& header, std::string_view wanted) {
  for (std::size_t i = 0; i < header.size(); ++i)
    if (equal_ignoring_case(header[i], wanted)) return i;
  return std::nullopt;
}

std::optional<double> parse_price(std::string_view text) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size() || !is_price(value)) return std::nullopt;
  return value;
}

struct Column {
  std::size_t index;
  Symbol symbol;
  std::vector<DailyClose> closes;
};

std::string place(std::string_view file, std::size_t line) {
  return std::string{file} + ":" + std::to_string(line) + ": ";
}

Result<std::vector<Column>> columns_of(const PriceHistory& history, std::string_view file, const Symbol& symbol,
                                       const std::vector<std::string_view>& header, std::size_t date_column) {
  std::vector<Column> columns;
  if (const auto close = column_named(header, "close")) {
    columns.push_back({*close, symbol, {}});
  } else {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (i != date_column) columns.push_back({i, Symbol{std::string{header[i]}}, {}});
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& column = columns[i];
    if (!is_valid_id(column.symbol.value))
      return malformed(place(file, 1) + "'" + column.symbol.value + "' is not a valid symbol");
    for (std::size_t j = 0; j < i; ++j)
      if (columns[j].symbol == column.symbol)
        return malformed(place(file, 1) + "two columns named " + column.symbol.value);
    if (history.closes.contains(column.symbol))
      return malformed(place(file, 1) + column.symbol.value + " is in another file of the folder already");
  }
  return columns;
}

Result<bool> add_row(std::vector<Column>& columns, const std::vector<std::string_view>& fields, Date date,
                     std::string_view file, std::size_t line, bool wide) {
  for (auto& column : columns) {
    if (column.index >= fields.size()) return malformed(place(file, line) + "no field for " + column.symbol.value);
    const auto field = fields[column.index];
    if (wide && field.empty()) continue;
    const auto price = parse_price(field);
    if (!price)
      return malformed(place(file, line) + (wide ? column.symbol.value : std::string{"close"}) + ": '" +
                       std::string{field} + "' is not a price > 0");
    column.closes.push_back({date, *price});
  }
  return true;
}

} // namespace

CsvKind csv_kind(std::string_view text) {
  const auto header = header_of(text);
  if (!column_named(header, "date")) return CsvKind::neither;
  if (column_named(header, "close")) return CsvKind::one_symbol;
  return header.size() > 1 ? CsvKind::wide : CsvKind::neither;
}

Result<bool> add_csv(PriceHistory& history, std::string_view file, const Symbol& symbol, std::string_view text) {
  const auto header = header_of(text);
  for (const std::string_view wanted : {"date", "close"})
    if (std::count_if(header.begin(), header.end(), [&](auto field) { return equal_ignoring_case(field, wanted); }) > 1)
      return malformed(place(file, 1) + "two columns named " + std::string{wanted});
  const auto date_column = column_named(header, "date");
  if (!date_column) return malformed(place(file, 1) + "no column named date");
  auto columns = columns_of(history, file, symbol, header, *date_column);
  if (!columns) return columns.error();

  const bool wide = !column_named(header, "close");
  std::optional<Date> last;
  std::size_t line = 1;
  while (const auto row = take_line(text)) {
    ++line;
    if (trim(*row).empty()) continue;
    const auto fields = split(*row);
    // A thousands separator or a shifted row would otherwise be read as a price.
    for (std::size_t i = header.size(); i < fields.size(); ++i)
      if (!fields[i].empty()) return malformed(place(file, line) + "more fields than the header names");
    const auto date_field = *date_column < fields.size() ? fields[*date_column] : std::string_view{};
    const auto date = parse_date(date_field);
    if (!date)
      return malformed(place(file, line) + "date: '" + std::string{date_field} + "' is neither ISO nor M/D/YYYY");
    if (last && *date <= *last)
      return malformed(place(file, line) + "date: " + date->iso() + " does not come after " + last->iso());
    last = date;
    if (auto added = add_row(*columns, fields, *date, file, line, wide); !added) return added.error();
  }
  for (auto& column : *columns) history.closes.emplace(column.symbol, std::move(column.closes));
  return true;
}

} // namespace riskcluster
