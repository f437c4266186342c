#pragma once
// What the operating system says about this process, under the names that Prometheus' own clients use.

#include <string_view>

namespace riskcluster {

class Metrics;

struct ProcessFigures {
  double cpu_seconds = 0;
  double start_time_seconds = 0; ///< since 1970
  double virtual_bytes = 0;
  double resident_bytes = 0;
  double threads = 0;
};

/// Pure. @param stat as /proc/self/stat has it. @param system_stat as /proc/stat has it, for when the machine started.
/// Figures of a text that is none are NaN.
ProcessFigures process_figures(std::string_view stat, std::string_view system_stat, long ticks_per_second,
                               long page_bytes);

/// process_*: read at each scrape.
void show_process(Metrics& metrics);

} // namespace riskcluster
