#pragma once
// Settings that are each allowed and do not go together.

#include <string>
#include <vector>

#include "config/node_settings.hpp"

namespace riskcluster {

struct Clash {
  std::vector<std::string> settings; ///< section.key; it is said about the first of them that the file sets
  std::string what;
};

/// What cannot work.
std::vector<Clash> clashes(const NodeSettings& settings);
/// What works and is rarely meant.
std::vector<Clash> doubts(const NodeSettings& settings);

} // namespace riskcluster
