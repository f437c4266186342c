#pragma once
// What `riskd deadletters` prints: inputs that were refused for good, as they are kept in a data folder.

#include <cstddef>
#include <iosfwd>
#include <string>

#include "core/result.hpp"

namespace riskcluster {

struct DeadLetterListOptions {
  std::string data;
  std::size_t count = 20; ///< of the newest, newest first
  bool json = false;      ///< an object a line, with what is kept of the input; else a table
};

/// Reads only: the node may be running. Errors: see Database::open().
Result<bool> list_dead_letters(const DeadLetterListOptions& options, std::ostream& out);

} // namespace riskcluster
