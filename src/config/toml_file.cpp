#include "config/toml_file.hpp"

#include <algorithm>
#include <sstream>

#include <toml.hpp>

namespace riskcluster {

namespace {

TomlFile broken(std::uint32_t line, std::string what) {
  return {.broken = Remark{.line = line, .what = "is no TOML: " + std::move(what)}};
}

/// The parser's first line, "[error] toml::function: what.", without function and point. The lines below it show the
/// file's own text, which may hold what is nobody's business.
std::string first_sentence(std::string_view what) {
  what = what.substr(0, what.find('\n'));
  if (const std::string_view mark = "[error] "; what.starts_with(mark)) what.remove_prefix(mark.size());
  if (what.starts_with("toml::") || what.starts_with("parse_"))
    if (const auto colon = what.find(": "); colon != what.npos) what.remove_prefix(colon + 2);
  while (what.ends_with('.')) what.remove_suffix(1);
  return std::string{what.empty() ? "it cannot be read" : what};
}

TomlValue value_of(const toml::value& value) {
  switch (value.type()) {
  case toml::value_t::boolean:
    return value.as_boolean();
  case toml::value_t::integer:
    return std::int64_t{value.as_integer()};
  case toml::value_t::floating:
    return double{value.as_floating()};
  case toml::value_t::string:
    return value.as_string().str;
  case toml::value_t::array:
    return TomlOther{"a list"};
  case toml::value_t::table:
    return TomlOther{"a table"};
  default:
    return TomlOther{"a date or a time"};
  }
}

std::uint32_t line_of(const toml::value& value) { return value.location().line(); }

TomlFile plain(const toml::value& root) {
  TomlFile file;
  for (const auto& [name, value] : root.as_table()) {
    if (!value.is_table()) {
      file.entries.push_back({.key = name, .line = line_of(value), .value = value_of(value)});
      continue;
    }
    file.sections.push_back({name, line_of(value)});
    for (const auto& [key, inner] : value.as_table())
      file.entries.push_back({.section = name, .key = key, .line = line_of(inner), .value = value_of(inner)});
  }
  const auto by_line = [](const auto& a, const auto& b) { return a.line < b.line; };
  std::sort(file.sections.begin(), file.sections.end(), by_line);
  std::sort(file.entries.begin(), file.entries.end(), by_line);
  return file;
}

} // namespace

TomlFile read_toml(std::string_view text) {
  if (text.size() > toml_bytes_max) return broken(0, "longer than " + std::to_string(toml_bytes_max) + " bytes");
  const auto brackets = std::count_if(text.begin(), text.end(), [](char c) { return c == '[' || c == '{'; });
  if (static_cast<std::size_t>(brackets) > toml_brackets_max)
    return broken(0, "more than " + std::to_string(toml_brackets_max) + " brackets");
  try {
    std::istringstream stream{std::string{text}};
    return plain(toml::parse(stream));
  } catch (const toml::exception& error) {
    return broken(error.location().line(), first_sentence(error.what()));
  } catch (const std::exception& error) {
    return broken(0, first_sentence(error.what()));
  }
}

} // namespace riskcluster
