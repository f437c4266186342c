// What the process says of itself, against the operating system's other way of saying it.

#include <cmath>
#include <ctime>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "telemetry/exposition.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/process_figures.hpp"

using namespace riskcluster;

TEST_CASE("a process's line is read whatever its program is called") {
  // Fields and units: proc(5). 22 is the start in ticks since boot, 24 the resident set in pages.
  const std::string stat = "4711 (a) b (c) d) S 1 4711 4711 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 123456 1048576 "
                           "300 18446744073709551615";
  const auto figures = process_figures(stat, "cpu 1 2\nctxt 5\nbtime 1700000000\nprocesses 9\n", 100, 4'096);
  CHECK(figures.cpu_seconds == doctest::Approx(3.0));
  CHECK(figures.threads == 9);
  CHECK(figures.start_time_seconds == doctest::Approx(1'700'001'234.56));
  CHECK(figures.virtual_bytes == 1'048'576);
  CHECK(figures.resident_bytes == 300 * 4'096);
}

TEST_CASE("what cannot be read is no number") {
  const auto figures = process_figures("", "", 100, 4'096);
  CHECK(std::isnan(figures.cpu_seconds));
  CHECK(std::isnan(figures.resident_bytes));
  CHECK(std::isnan(figures.start_time_seconds));
}

TEST_CASE("this process's figures are the operating system's") {
  Metrics metrics;
  show_process(metrics);
  const auto before = test::parse_exposition(metrics.text());
  rusage usage{};
  REQUIRE(::getrusage(RUSAGE_SELF, &usage) == 0);
  const double cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                     static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  CHECK(std::abs(before.value("process_cpu_seconds_total") - cpu) < 1);
  CHECK(before.value("process_resident_memory_bytes") <= static_cast<double>(usage.ru_maxrss) * 1'024);
  CHECK(before.value("process_resident_memory_bytes") > 1e6);
  CHECK(before.value("process_start_time_seconds") <= static_cast<double>(std::time(nullptr)) + 1);
  CHECK(before.value("process_threads") >= 1);
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const auto after = test::parse_exposition(metrics.text());
  ::close(file);
  CHECK(after.value("process_open_fds") == before.value("process_open_fds") + 1);
  CHECK(after.value("process_open_fds") <= after.value("process_max_fds"));
}
