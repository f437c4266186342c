#pragma once
// What a failpoint's environment variable asks for, and the count of hits. A header of its own, so that it can be
// tested without dying.

#ifdef RISKCLUSTER_FAILPOINTS

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace riskcluster {

class FailpointPlan {
public:
  enum class Deed : std::uint8_t { nothing, kill, fail };
  struct Hit {
    Deed deed = Deed::nothing;
    std::uint64_t count = 0; ///< which hit of its name this was
  };

  /// name=kill@17;other=throw@3,name2=kill@1: one deed each, at the n-th hit, n >= 1. Nothing when it does not read so.
  static std::optional<FailpointPlan> parse(std::string_view text);

  /// Thread-safe: of all threads exactly one is the n-th.
  Hit hit(std::string_view name);

private:
  struct Entry {
    std::string name;
    Deed deed;
    std::uint64_t at;
    std::atomic<std::uint64_t> hits = 0;
    Entry(std::string_view n, Deed d, std::uint64_t when) : name{n}, deed{d}, at{when} {}
  };
  std::deque<Entry> entries_; ///< stays where it is, because an atomic cannot move
};

} // namespace riskcluster

#endif
