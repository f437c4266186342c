#pragma once
// Small named marks: how far a destination has confirmed, how far an input was read.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace riskcluster {

/// Every member may be called from any thread. Written unsynced, but never later than what is written after it: a mark
/// is at most older than it was, never ahead of the journal.
class Cursors {
public:
  virtual ~Cursors() = default;

  /// Error: unavailable.
  virtual Result<bool> put(std::string_view name, std::string_view bytes) = 0;
  /// Nothing when it was never put; malformed when its checksum is wrong.
  virtual Result<std::optional<std::string>> find(std::string_view name) const = 0;
  /// All whose names begin so, by name.
  virtual Result<std::vector<std::pair<std::string, std::string>>> all(std::string_view prefix) const = 0;
};

} // namespace riskcluster
