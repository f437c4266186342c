#pragma once
// Small settings files, and what reading them says.

#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "config/default_toml.hpp"
#include "config/read_settings.hpp"
#include "config/setting_table.hpp"

namespace riskcluster::test {

/// "LINE: setting: what" of each, one a line.
inline std::string said(const std::vector<Remark>& remarks) {
  std::string text;
  for (const auto& remark : remarks)
    text += std::to_string(remark.line) + ": " + remark.setting + ": " + remark.what + "\n";
  return text;
}

inline std::string faults_of(std::string_view toml) { return said(parse_settings(toml).faults); }
inline std::string warnings_of(std::string_view toml) { return said(parse_settings(toml).warnings); }

inline NodeSettings sound(std::string_view toml) {
  const auto file = parse_settings(toml);
  INFO(toml);
  REQUIRE(said(file.faults) == "");
  REQUIRE(file.settings);
  return *file.settings;
}

/// A file with one setting, on line 2.
inline std::string one_setting(std::string_view section, std::string_view key, const std::string& value) {
  return "[" + std::string{section} + "]\n" + std::string{key} + " = " + value + "\n";
}

/// A node with every section: default_toml() with [nats] uncommented.
inline std::string full_toml() {
  std::string text;
  const auto defaults = default_toml();
  for (std::size_t begin = 0; begin < defaults.size();) {
    const auto end = defaults.find('\n', begin) + 1;
    std::string_view line{defaults.data() + begin, end - begin};
    if (line.starts_with('#') && !line.starts_with("# ")) line.remove_prefix(1);
    text += line;
    begin = end;
  }
  return text;
}

inline NodeSettings default_with_nats() {
  NodeSettings settings;
  settings.nats.emplace();
  return settings;
}

inline std::string text_of_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  REQUIRE_MESSAGE(file, path);
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace riskcluster::test
