#pragma once
// What a command answers, before it becomes text: named figures in the order they are to be read.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace riskcluster {

struct Field;
struct Value;

/// Its special members live in the .cpp, where a Field is complete.
struct Report {
  std::vector<Field> fields;

  Report();
  Report(const Report&);
  Report(Report&&) noexcept;
  Report& operator=(const Report&);
  Report& operator=(Report&&) noexcept;
  ~Report();
  Report& add(std::string name, Value value);
};

/// std::monostate is a figure that does not exist: null in JSON, a dash in a table.
struct Value {
  std::variant<std::monostate, std::int64_t, double, std::string, Report, std::vector<Report>> data;

  Value() = default;
  Value(std::int64_t value) : data{value} {}
  Value(int value) : data{std::int64_t{value}} {}
  Value(double value) : data{value + 0.0} {} // no -0 among the figures
  Value(std::string value) : data{std::move(value)} {}
  Value(std::string_view value) : data{std::string{value}} {}
  Value(const char* value) : data{std::string{value}} {}
  Value(Report value) : data{std::move(value)} {}
  Value(std::vector<Report> value) : data{std::move(value)} {}
  Value(const std::optional<double>& value) {
    if (value) data = *value + 0.0;
  }
};

struct Field {
  std::string name;
  Value value;
};

enum class OutputFormat { table, json };

/// Ends with a newline. JSON keeps the order and every digit; a table shows 8 significant digits and puts reports
/// of a list side by side.
std::string formatted(const Report& report, OutputFormat format);

} // namespace riskcluster
