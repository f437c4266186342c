#include "console/output.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace riskcluster {

Report::Report() = default;
Report::Report(const Report&) = default;
Report::Report(Report&&) noexcept = default;
Report& Report::operator=(const Report&) = default;
Report& Report::operator=(Report&&) noexcept = default;
Report::~Report() = default;

Report& Report::add(std::string name, Value value) {
  fields.push_back({std::move(name), std::move(value)});
  return *this;
}

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Report& report);

struct ValueToJson {
  Json operator()(std::monostate) const { return nullptr; }
  Json operator()(const Report& report) const { return to_json(report); }
  Json operator()(const std::vector<Report>& reports) const {
    Json list = Json::array();
    for (const Report& report : reports) list.push_back(to_json(report));
    return list;
  }
  template <class T>
  Json operator()(const T& value) const {
    return value;
  }
};

Json to_json(const Report& report) {
  Json object = Json::object();
  for (const Field& field : report.fields) object[field.name] = std::visit(ValueToJson{}, field.value.data);
  return object;
}

/// Lines of cells: the first is a name, one more for each report side by side.
using Lines = std::vector<std::vector<std::string>>;

std::string cell(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value.data)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value.data)) {
    char text[32];
    std::snprintf(text, sizeof text, "%.8g", *number);
    return text;
  }
  return std::holds_alternative<std::monostate>(value.data) ? "-" : "";
}

/// Reports of one shape side by side, nested figures indented below their name.
void add_lines(Lines& lines, const std::vector<const Report*>& reports, const std::string& indent) {
  for (std::size_t i = 0; i < reports.front()->fields.size(); ++i) {
    const Field& first = reports.front()->fields[i];
    if (const auto* list = std::get_if<std::vector<Report>>(&first.value.data)) {
      std::vector<const Report*> columns;
      for (const Report& report : *list) columns.push_back(&report);
      if (!columns.empty()) add_lines(lines, columns, indent);
      continue;
    }
    std::vector<std::string> line{indent + first.name};
    std::vector<const Report*> nested;
    for (const Report* report : reports) {
      const Value& value = report->fields[i].value;
      line.push_back(cell(value));
      if (const auto* inner = std::get_if<Report>(&value.data)) nested.push_back(inner);
    }
    lines.push_back(std::move(line));
    if (nested.size() == reports.size()) add_lines(lines, nested, indent + "  ");
  }
}

std::string table(const Report& report) {
  Lines lines;
  add_lines(lines, {&report}, "");
  std::vector<std::size_t> widths;
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (i == widths.size()) widths.push_back(0);
      widths[i] = std::max(widths[i], line[i].size());
    }
  std::string text;
  for (const auto& line : lines) {
    std::string padded;
    for (std::size_t i = 0; i < line.size(); ++i) padded += line[i] + std::string(widths[i] - line[i].size() + 2, ' ');
    text += padded.substr(0, padded.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

} // namespace

std::string formatted(const Report& report, OutputFormat format) {
  if (format == OutputFormat::table) return table(report);
  // A column's name may hold bytes that are no UTF-8: replaced, not thrown about.
  return to_json(report).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace riskcluster
