#pragma once
// All settings as rows: what the reader, the printer and the suggestions go through.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/node_settings.hpp"
#include "config/toml_file.hpp"

namespace riskcluster {

/// One setting of a NodeSettings, which outlives it.
struct SettingRow {
  std::string_view section;
  std::string_view key;
  std::string_view reason;
  std::string allowed; ///< in words, with the unit
  /// False, and nothing changed, for a value that is not allowed.
  std::function<bool(const TomlValue&)> take;
  std::function<TomlValue()> value;

  std::string name() const { return std::string{section} + "." + std::string{key}; }
};

struct SectionRow {
  std::string_view name;
  std::string_view about;
  bool optional = false; ///< absent: the node does without what it is about
};

struct SettingTable {
  std::vector<SectionRow> sections;
  std::vector<SettingRow> rows; ///< in the order of the sections
};

/// Of every section; those of NATS only when there is NATS.
SettingTable table_of(NodeSettings& settings);

/// As TOML writes it.
std::string toml_text(const TomlValue& value);

} // namespace riskcluster
