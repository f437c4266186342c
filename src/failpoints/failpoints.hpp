#pragma once
// Named places where a test may make the process die or fail. Compiled in only with RISKCLUSTER_FAILPOINTS; without it
// a failpoint is nothing at all, and no shipped program has one.

namespace riskcluster {

#ifdef RISKCLUSTER_FAILPOINTS
/// Counts a hit and does what the environment variable RISKCLUSTER_FAILPOINTS asks of this place:
///   name=kill@17;other=throw@3,name2=kill@1 …  at the 17th hit kill -9 the process, at the 3rd throw
///   std::runtime_error
/// Thread-safe.
void failpoint(const char* name);
#else
inline void failpoint(const char*) {}
#endif

} // namespace riskcluster
