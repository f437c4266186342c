#pragma once
// `riskd verify`: proves a data folder, or names what is wrong in it. Reads only.

#include <iosfwd>
#include <string>

#include "core/result.hpp"

namespace riskcluster {

struct VerifyOptions {
  std::string data;      ///< the folder
  bool json = false;     ///< for programs; else a table
  bool progress = false; ///< draw a progress line on `messages`
};

/// @returns everything is sound. Error: the folder cannot be opened or read.
Result<bool> verify(const VerifyOptions& options, std::ostream& out, std::ostream& messages);

} // namespace riskcluster
