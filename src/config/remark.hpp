#pragma once

#include <cstdint>
#include <string>

namespace riskcluster {

/// A sentence about a place in a settings file.
struct Remark {
  std::uint32_t line = 0; ///< from 1; 0: the file as a whole
  std::string setting;    ///< section.key, or a section; empty when it is about neither
  std::string what;       ///< what is wrong, and what is allowed
  bool operator==(const Remark&) const = default;
};

/// "FILE:LINE: section.key: what", for a warning "FILE:LINE: warning: section.key: what".
inline std::string text_of(const std::string& path, const Remark& remark, const std::string& kind = "") {
  std::string text = path + ":";
  if (remark.line > 0) text += std::to_string(remark.line) + ":";
  if (!kind.empty()) text += " " + kind + ":";
  if (!remark.setting.empty()) text += " " + remark.setting + ":";
  return text + " " + remark.what;
}

} // namespace riskcluster
