// Rows 8 and 9: how many tenants a node holds, and how soon it is back.

#include <cstdio>

#include <jemalloc/jemalloc.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/road_node.hpp"

namespace riskcluster::bench {

namespace {

constexpr int companies = 1'000;
constexpr double mib = 1 << 20;

double seconds_since(std::int64_t begun) { return static_cast<double>(steady_ns() - begun) / 1e9; }

std::size_t heap_bytes() {
  std::uint64_t now = 1; // any number: jemalloc sums up its figures when it is told one
  std::size_t bytes = 0, size = sizeof bytes;
  ::mallctl("epoch", nullptr, nullptr, &now, sizeof now);
  ::mallctl("stats.allocated", &bytes, &size, nullptr, 0);
  return bytes;
}

/// The node's memory without RocksDB's buffers, which have bounds of their own.
struct Memory {
  explicit Memory(RoadNode& road) : rss{rss_bytes()}, database{road.database_bytes()}, used{heap_bytes()} {}
  double own() const { return static_cast<double>(rss) - static_cast<double>(database); }
  std::size_t rss;
  std::size_t database;
  std::size_t used; ///< of the heap, RocksDB's included: what is beyond it, the allocator holds back
};

void print_memory(const char* what, const Memory& memory) {
  std::printf("       %-44s RSS %8.1f MiB, of these RocksDB's buffers %7.1f; heap in use %.1f\n", what,
              static_cast<double>(memory.rss) / mib, static_cast<double>(memory.database) / mib,
              static_cast<double>(memory.used) / mib);
}

/// One batch of each tenant from `first` on, at a rate: whoever sleeps wakes.
std::vector<Sample> first_answers(RoadNode& road, const Fixture& fixture, int first, int count, double rate_per_s) {
  std::vector<Sample> samples(static_cast<std::size_t>(count));
  std::mt19937_64 random{static_cast<std::uint64_t>(first) + 1};
  std::atomic<int> left{count};
  const auto begin = steady_ns();
  for (int i = 0; i < count; ++i) {
    const auto due = begin + static_cast<std::int64_t>(i * 1e9 / rate_per_s);
    auto& sample = samples[static_cast<std::size_t>(i)];
    Input input = Requests::make_fresh(fixture, random, static_cast<std::uint64_t>(first + i) + 1,
                                       Fixture::tenant_id(first + i, companies), wall_clock_ms());
    while (steady_ns() < due || i - (count - left) > 200) ::usleep(50);
    sample.due = rate_per_s > 1e6 ? steady_ns() : due;
    road.node().admit(std::move(input), [&sample, &left](const Result<ReplyPtr>& reply) {
      sample.done = steady_ns();
      sample.fate = reply && (*reply)->answers.front()->refusal.empty() ? Fate::approved : Fate::failed;
      --left;
    });
  }
  while (left > 0) ::usleep(1'000);
  if (bench::count(samples, Fate::failed) > 0)
    std::printf("       %zu WERE NOT DECIDED\n", bench::count(samples, Fate::failed));
  return samples;
}

/// Runs in a process of its own, so that a kill is a kill and memory is fresh.
template <class Work>
void in_child(Work&& work) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    std::fflush(stdout);
    ::_exit(0);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || (WIFEXITED(status) && WEXITSTATUS(status) != 0) ||
      (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL))
    must(Result<bool>{Error{Errc::unavailable, "a child failed"}});
}

void restart(const RoadOptions& options, const Fixture& fixture, const char* how, bool orderly, bool snapshots) {
  const Folder folder{options.data, "restart"};
  in_child([&] { fill(options, fixture, folder.path(), orderly, snapshots); });
  in_child([&] {
    RoadSettings settings;
    settings.keep_snapshots = snapshots;
    RoadNode road{folder.path(), fixture.fresh_view(), settings};
    const auto begun = steady_ns();
    first_answers(road, fixture, options.restarted / 2, 1, 1e9);
    std::printf(
        "9    %-44s %9.3f s: database %.3f, node %.3f (goal <= 10); then first answer %.1f ms; load average %s\n", how,
        road.store_seconds() + road.start_seconds(), road.store_seconds(), road.start_seconds(),
        seconds_since(begun) * 1e3, load_average().c_str());
  });
}

/// What a tenant takes that remembers as many signals as it ever does.
double grown_bytes(RoadNode& road, const Fixture& fixture, const RoadOptions& options) {
  Requests requests{fixture, Input::Format::protobuf, options.fixture.tenants, companies,
                    16'000,  options.fixture.seed + 8};
  requests.reserve(static_cast<std::uint64_t>(options.known)); // used by the first answers
  const Memory before{road};
  warm_up(road.node(), requests, options, options.fixture.tenants);
  print_memory("after that", Memory{road});
  return (Memory{road}.own() - before.own()) / options.fixture.tenants;
}

void measure_tenants(const RoadOptions& options, const Fixture& fixture, const std::string& empty,
                     const std::string& folder) {
  constexpr int sampled = 2'000;
  RoadSettings settings;
  settings.sleep_after = std::chrono::seconds{3'600};
  settings.awake_max = static_cast<std::size_t>(options.awake); // the shards are not equally full
  auto none = std::make_unique<RoadNode>(empty, fixture.fresh_view(), settings);
  const Memory base{*none};
  none.reset();
  print_memory("an empty node", base);
  RoadNode road{folder, fixture.fresh_view(), settings};
  const Memory known{road};
  print_memory((std::to_string(options.known) + " known, all asleep").c_str(), known);
  std::printf("       ready after %.1f s\n", road.store_seconds() + road.start_seconds());
  print_row("8", "first answer of a sleeping tenant, 200/s", latencies(first_answers(road, fixture, 0, sampled, 200)),
            "p99 <= 5000");
  const auto begun = steady_ns();
  first_answers(road, fixture, sampled, options.awake - sampled, 1e9);
  std::printf("       woke %d in %.1f s\n", options.awake - sampled, seconds_since(begun));
  const Memory awake{road};
  print_memory((std::to_string(options.awake) + " of them awake, idle").c_str(), awake);
  std::printf("8    %.0f MiB more than an empty node (goal <= 1024); %.0f bytes a known tenant, %.0f more when awake\n",
              (awake.own() - base.own()) / mib, (known.own() - base.own()) / options.known,
              (awake.own() - known.own()) / options.awake);
  std::printf("       %.0f more after %d batches; drawdown sweep: not there; load average %s\n",
              grown_bytes(road, fixture, options), options.warm_up_per_tenant, load_average().c_str());
}

} // namespace

void fill(const RoadOptions& options, const Fixture& fixture, const std::string& folder, bool orderly, bool snapshots) {
  RoadSettings settings;
  settings.keep_snapshots = snapshots;
  RoadNode road{folder, fixture.fresh_view(), settings};
  auto begun = steady_ns();
  road.open(fixture, 0, options.restarted, companies);
  const double opening = seconds_since(begun);
  Requests requests{fixture,   Input::Format::protobuf, options.restarted,
                    companies, options.restarted,       options.fixture.seed + 4};
  Load load{road.node(), requests, static_cast<std::size_t>(options.history)};
  load.closed_loop(options.in_flight, 600);
  std::printf("       filled: %d tenants in %.1f s, %zu batches in %.1f s, %.0f MiB on the disk\n", options.restarted,
              opening, load.samples().size(), load.seconds(), static_cast<double>(RoadNode::file_bytes(folder)) / mib);
  begun = steady_ns();
  if (orderly) {
    must(road.node().stop());
    std::printf("       orderly stop of %d awake portfolios: %.1f s\n", options.restarted, seconds_since(begun));
    return;
  }
  std::fflush(stdout);
  ::kill(::getpid(), SIGKILL);
}

void row_9(const RoadOptions& options, const Fixture& fixture) {
  restart(options, fixture, "kill -9, no snapshot was ever kept", false, false);
  restart(options, fixture, "kill -9", false, true);
  restart(options, fixture, "orderly stop", true, true);
}

void row_8(const RoadOptions& options, const Fixture& fixture) {
  const Folder folder{options.data, "known"}, empty{options.data, "empty"};
  in_child([&] {
    RoadNode road{folder.path(), fixture.fresh_view()};
    const auto begun = steady_ns();
    road.open(fixture, 0, options.known, companies);
    std::printf("       opened %d tenants in %.1f s, %.0f MiB on the disk\n", options.known, seconds_since(begun),
                static_cast<double>(RoadNode::file_bytes(folder.path())) / mib);
    must(road.node().stop());
  });
  in_child([&] { measure_tenants(options, fixture, empty.path(), folder.path()); });
}

} // namespace riskcluster::bench
