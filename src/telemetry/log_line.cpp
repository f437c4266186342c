#include "telemetry/log_line.hpp"

#include <charconv>
#include <cmath>

#include "telemetry/log_text.hpp"

namespace riskcluster {

namespace {

template <class Numeric>
void append_number(std::string& out, Numeric number) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

struct AppendValue {
  std::string& out;
  LogFormat format;

  void operator()(std::string_view text) const {
    if (format == LogFormat::human && stands_alone(text))
      append_unquoted(out, text);
    else
      append_quoted(out, text);
  }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
  void operator()(double number) const { std::isfinite(number) ? append_number(out, number) : void(out += "null"); }
  void operator()(std::int64_t number) const { append_number(out, number); }
  void operator()(std::uint64_t number) const { append_number(out, number); }
};

void append_name(std::string& out, std::string_view field) {
  out += field;
  if (field == "time" || field == "level" || field == "message") out += '_';
}

/// SGR: faint, plain, yellow, red.
std::string_view colour(LogLevel level) {
  switch (level) {
  case LogLevel::debug:
    return "\x1b[2m";
  case LogLevel::info:
    return "";
  case LogLevel::warn:
    return "\x1b[33m";
  case LogLevel::error:
    return "\x1b[31m";
  }
  return "";
}

std::string json_line(TimeMs at, LogLevel level, std::string_view message, std::span<const LogField> fields) {
  std::string line = "{\"time\":\"" + format_rfc3339(at) + "\",\"level\":\"";
  line.append(name(level)).append("\",\"message\":");
  append_quoted(line, message);
  for (const auto& field : fields) {
    line += ",\"";
    append_name(line, field.name);
    line += "\":";
    std::visit(AppendValue{line, LogFormat::json}, field.value);
  }
  return line += '}';
}

std::string human_line(TimeMs at, LogLevel level, std::string_view message, std::span<const LogField> fields,
                       bool coloured) {
  std::string line = format_rfc3339(at) + ' ';
  const auto start = coloured ? colour(level) : std::string_view{};
  line.append(start).append(name(level));
  if (!start.empty()) line += "\x1b[0m";
  line.append(6 - name(level).size(), ' '); // messages begin in one column
  append_unquoted(line, message);
  for (const auto& field : fields) {
    line += ' ';
    append_name(line, field.name);
    line += '=';
    std::visit(AppendValue{line, LogFormat::human}, field.value);
  }
  return line;
}

} // namespace

std::string_view name(LogLevel level) {
  switch (level) {
  case LogLevel::debug:
    return "debug";
  case LogLevel::info:
    return "info";
  case LogLevel::warn:
    return "warn";
  case LogLevel::error:
    return "error";
  }
  return "unknown";
}

std::string log_line(LogFormat format, TimeMs at, LogLevel level, std::string_view message,
                     std::span<const LogField> fields, bool coloured) {
  return format == LogFormat::json ? json_line(at, level, message, fields)
                                   : human_line(at, level, message, fields, coloured);
}

} // namespace riskcluster
