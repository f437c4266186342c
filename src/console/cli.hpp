#pragma once

#include <iosfwd>
#include <string>

namespace riskcluster {

/// The whole of `riskctl`: reads the command line, runs the command, prints its answer on `out`, errors on `err`.
/// @returns the exit status: 0 ok, 1 failed, 2 usage.
int run_console(int argc, const char* const* argv, const std::string& version, std::ostream& out, std::ostream& err);

} // namespace riskcluster
