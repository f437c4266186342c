// Rows 3, 5 and 10: a rate kept, the highest rate, and twice that.

#include <algorithm>
#include <cstdio>

#include "bench/road_node.hpp"

namespace riskcluster::bench {

namespace {

constexpr int variety = 64'000;

/// A node with its tenants awake and grown.
struct Grown {
  Grown(const RoadOptions& options, const Fixture& fixture, Input::Format format)
      : folder{options.data, "road"},
        road{folder.path(), fixture.fresh_view(), {}, options.outlet},
        requests{fixture, format, options.fixture.tenants, 1, variety, options.fixture.seed + 1} {
    road.set(options.journal_settings);
    road.open(fixture, 0, options.fixture.tenants, 1);
    warm_up(road.node(), requests, options, options.fixture.tenants);
  }
  Folder folder;
  RoadNode road;
  Requests requests;
};

void note(const std::string& text) { std::printf("       %s\n", text.c_str()); }

std::string number(double value, const char* format = "%.1f") {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

const char* name(Input::Format format) { return format == Input::Format::json ? "JSON" : "protobuf"; }

void note_threads(const std::map<std::string, double>& before, double answers) {
  std::string text = "CPU us per answer by thread:";
  for (const auto& [name, seconds] : cpu_seconds_by_thread()) {
    const auto was = before.find(name);
    const double micros = (seconds - (was == before.end() ? 0 : was->second)) / answers * 1e6;
    if (micros >= 0.05) text += " " + name + " " + number(micros);
  }
  note(text);
}

/// Answers a second.
double capacity(Grown& grown, const RoadOptions& options, double seconds, const std::string& what, const char* goal) {
  constexpr double rate_max = 80'000;
  const double cpu = process_cpu_seconds();
  const auto threads = cpu_seconds_by_thread();
  const auto before = grown.road.written();
  Load load{grown.road.node(), grown.requests, static_cast<std::size_t>(rate_max * seconds)};
  load.closed_loop(options.in_flight, seconds);
  const auto answers = static_cast<double>(load.samples().size());
  const double rate = answers / load.seconds();
  print_row("5", what + ", latency", latencies(load.samples()));
  note(number(rate, "%.0f") + " answers/s" + goal + "; CPU " + number((process_cpu_seconds() - cpu) / answers * 1e6) +
       " us per answer, load average " + load_average());
  note(fates(load.samples()));
  note_threads(threads, answers);
  const auto after = grown.road.written();
  note("of RocksDB, for an answer: log " + number((after.log_bytes - before.log_bytes) / answers, "%.0f") +
       " bytes, flushed " + number((after.flushed_bytes - before.flushed_bytes) / answers, "%.0f") + ", compacted " +
       number((after.compacted_bytes - before.compacted_bytes) / answers, "%.0f") + "; answers a sync " +
       number(answers / std::max(1.0, after.log_syncs - before.log_syncs)));
  return rate;
}

} // namespace

void row_3(const RoadOptions& options, const Fixture& fixture) {
  Grown grown{options, fixture, options.format};
  Load load{grown.road.node(), grown.requests, static_cast<std::size_t>(options.rate_per_s * options.seconds)};
  const double cpu = process_cpu_seconds();
  load.open_loop(options.rate_per_s);
  const double used = process_cpu_seconds() - cpu;
  print_row("3", number(options.rate_per_s, "%.0f") + " signals/s, " + name(options.format) + ", open loop",
            latencies(load.samples()), "p99 <= 700, p99.9 <= 4000");
  note(fates(load.samples()));
  note(number(load.seconds()) + " s, CPU " + number(used / static_cast<double>(load.samples().size()) * 1e6) +
       " us per answer, of these the driver " +
       number(load.driver_cpu_seconds() / static_cast<double>(load.samples().size()) * 1e6) + "; load average " +
       load_average());
}

void row_5(const RoadOptions& options, const Fixture& fixture) {
  for (const auto format : {Input::Format::protobuf, Input::Format::json}) {
    Grown grown{options, fixture, format};
    capacity(grown, options, options.seconds,
             std::to_string(options.in_flight) + " in flight, " + name(format) + " (" +
                 std::to_string(grown.requests.bytes_each()) + " bytes)",
             format == Input::Format::protobuf ? " (goal >= 20,000)" : "");
  }
}

void row_10(const RoadOptions& options, const Fixture& fixture) {
  constexpr double seconds = 10;
  Grown grown{options, fixture, options.format};
  const double rate = 2 * capacity(grown, options, 5, "the capacity, " + std::string{name(options.format)}, "");
  const auto before = rss_bytes();
  Load load{grown.road.node(), grown.requests, static_cast<std::size_t>(rate * seconds)};
  load.open_loop(rate);
  print_row("10", number(rate, "%.0f") + "/s offered for 10 s: answered", latencies(load.samples()), "p99 <= 20000");
  print_row("10", "  refused", latencies(load.samples(), true), "p99 <= 5000");
  const auto mib = [](std::size_t bytes) { return number(static_cast<double>(bytes) / (1 << 20)); };
  std::vector<double> late;
  for (const auto& sample : load.samples()) late.push_back(static_cast<double>(sample.sent - sample.due) / 1e3);
  print_row("", "  the driver itself late by", Distribution{std::move(late)});
  note(fates(load.samples()));
  note("memory " + mib(before) + " MiB before (of these " + mib(load.samples().capacity() * sizeof(Sample)) +
       " samples to come), at most " + mib(load.rss_max_bytes()) + ", after " + mib(rss_bytes()) + "; ended after " +
       number(load.seconds()) + " s; load average " + load_average());
}

} // namespace riskcluster::bench
