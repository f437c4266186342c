#pragma once
// A broken precondition is a bug: it stops the process with a message, in every build.

#include <cstdio>
#include <cstdlib>

namespace riskcluster {

// The builtins instead of std::source_location, which clang 14 lacks.
inline void check(bool holds, const char* what, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, what);
  std::abort();
}

} // namespace riskcluster
