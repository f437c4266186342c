#include "telemetry/process_figures.hpp"

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "telemetry/metrics.hpp"

namespace riskcluster {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double number(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} ? static_cast<double>(value) : unknown;
}

/// The word at a place, counted from 0, of words parted by spaces.
std::string_view word(std::string_view text, std::size_t place) {
  for (; place > 0 && !text.empty(); --place) {
    const auto space = text.find(' ');
    text.remove_prefix(space == text.npos ? text.size() : space + 1);
  }
  return text.substr(0, text.find_first_of(" \n"));
}

std::string content_of(const char* path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

ProcessFigures of_this_process() {
  return process_figures(content_of("/proc/self/stat"), content_of("/proc/stat"), ::sysconf(_SC_CLK_TCK),
                         ::sysconf(_SC_PAGESIZE));
}

double open_files() {
  std::error_code failed;
  double files = -1; // the one that this look opens
  for (std::filesystem::directory_iterator at{"/proc/self/fd", failed}, end; !failed && at != end; at.increment(failed))
    ++files;
  return failed ? unknown : files;
}

double open_files_max() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : unknown;
}

} // namespace

// Source: proc(5). The second field is the program's name in brackets, which may hold spaces and brackets itself.
ProcessFigures process_figures(std::string_view stat, std::string_view system_stat, long ticks_per_second,
                               long page_bytes) {
  constexpr std::size_t first = 3; // the number of the field behind the name
  const auto name_end = stat.rfind(") ");
  const auto fields = name_end == stat.npos ? std::string_view{} : stat.substr(name_end + 2);
  const auto field = [&](std::size_t place) { return number(word(fields, place - first)); };
  const auto ticks = static_cast<double>(ticks_per_second);
  constexpr std::string_view boot = "\nbtime ";
  const auto booted_at = system_stat.find(boot);
  const double booted = booted_at == system_stat.npos ? unknown : number(system_stat.substr(booted_at + boot.size()));
  return {.cpu_seconds = (field(14) + field(15)) / ticks,
          .start_time_seconds = booted + field(22) / ticks,
          .virtual_bytes = field(23),
          .resident_bytes = field(24) * static_cast<double>(page_bytes),
          .threads = field(20)};
}

void show_process(Metrics& metrics) {
  metrics.counter_of("process_cpu_seconds_total", "Processor time used, user and system", {},
                     [] { return of_this_process().cpu_seconds; });
  metrics.gauge_of("process_start_time_seconds", "When the process was started, since 1970", {},
                   [] { return of_this_process().start_time_seconds; });
  metrics.gauge_of("process_virtual_memory_bytes", "Address space", {}, [] { return of_this_process().virtual_bytes; });
  metrics.gauge_of("process_resident_memory_bytes", "Memory that is in the machine's", {},
                   [] { return of_this_process().resident_bytes; });
  metrics.gauge_of("process_threads", "Threads", {}, [] { return of_this_process().threads; });
  metrics.gauge_of("process_open_fds", "Open files and sockets", {}, open_files);
  metrics.gauge_of("process_max_fds", "How many files and sockets may be open", {}, open_files_max);
}

} // namespace riskcluster
