#pragma once
// A TOML file as plain values with their lines, two levels deep: sections and their keys.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/remark.hpp"

namespace riskcluster {

/// What no setting is: a list, a table, a time.
struct TomlOther {
  std::string_view what;
  bool operator==(const TomlOther&) const = default;
};

/// A whole number beyond 64 bits is INT64_MAX or INT64_MIN.
using TomlValue = std::variant<bool, std::int64_t, double, std::string, TomlOther>;

struct TomlEntry {
  std::string section; ///< empty: outside any
  std::string key;
  std::uint32_t line = 0;
  TomlValue value;
};

struct TomlSection {
  std::string name;
  std::uint32_t line = 0;
};

struct TomlFile {
  std::vector<TomlSection> sections; ///< by line, as are the entries
  std::vector<TomlEntry> entries;
  std::optional<Remark> broken; ///< the first error of syntax; then there is nothing else
};

inline constexpr std::size_t toml_bytes_max = 65'536;
/// Opening brackets and braces. The parser calls itself for each one inside another, on a stack that ends.
inline constexpr std::size_t toml_brackets_max = 256;

TomlFile read_toml(std::string_view text);

} // namespace riskcluster
