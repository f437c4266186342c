#pragma once
// A node's settings from a TOML file, and everything that is wrong with it at once.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/node_settings.hpp"
#include "config/remark.hpp"

namespace riskcluster {

struct SettingsFile {
  std::optional<NodeSettings> settings; ///< exactly when there are no faults
  std::vector<Remark> faults;           ///< by line, as are the warnings
  std::vector<Remark> warnings;
  std::size_t settings_set = 0; ///< known keys that stand in the file; the others have their defaults
};

/// Unknown sections and keys, values that are not allowed, settings that do not go together. An error of syntax hides
/// all others. Texts are never repeated in a remark: one may be a password in the wrong place.
SettingsFile parse_settings(std::string_view toml);
/// The same of a file.
SettingsFile read_settings(const std::string& path);

} // namespace riskcluster
