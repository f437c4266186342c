// Rows 3, 4 and 5 over NATS, and the bare way beside row 4.

#include <algorithm>
#include <cstdio>
#include <thread>

#include "bench/live_node.hpp"
#include "bench/road_journal.hpp"
#include "bench/road_node.hpp"
#include "transport/nats_subscribe.hpp"

namespace riskcluster::bench {

namespace {

constexpr int variety = 64'000;
constexpr double bare_seconds = 5;
constexpr std::size_t answer_bytes = 4'096; ///< about what an answer has

const char* way(const LiveOptions& options) { return options.jetstream ? "JetStream" : "core NATS"; }

Requests requests_of(const LiveOptions& options, const Fixture& fixture) {
  return {fixture, Input::Format::protobuf, options.fixture.tenants, options.companies,
          variety, options.fixture.seed + 1};
}

/// An open loop of messages to `subject`, whose replies come back with their number.
Distribution echo(const LiveOptions& options, LiveClient& client, const std::string& subject, std::size_t bytes) {
  const auto count = static_cast<std::size_t>(options.rate_per_s * bare_seconds);
  std::vector<std::int64_t> due(count), came(count);
  std::atomic<std::size_t> answered{0};
  const std::string inbox = new_inbox(), body(bytes, 'x');
  client.subscribe(inbox + ".*", [&](std::string_view to, std::string_view, const char*) {
    came.at(number_at_end(to)) = steady_ns();
    answered.fetch_add(1, std::memory_order_release);
  });
  client.flush();
  const auto begin = steady_ns() + 10'000'000;
  for (std::size_t i = 0; i < count; ++i) {
    due[i] = begin + static_cast<std::int64_t>(1e9 / options.rate_per_s * static_cast<double>(i));
    wait_until(due[i]);
    client.publish(subject, body, inbox + "." + std::to_string(i));
  }
  const auto until = steady_ns() + static_cast<std::int64_t>(LiveLoad::patience * 1e9);
  while (answered.load(std::memory_order_acquire) < count && steady_ns() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  if (answered < count) must(Result<bool>{Error{Errc::unavailable, subject + " was not answered each time"}});
  std::vector<double> micros;
  for (std::size_t i = 0; i < count; ++i) micros.push_back(static_cast<double>(came[i] - due[i]) / 1e3);
  return Distribution{std::move(micros)};
}

std::string rate_text(double rate_per_s) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f/s", rate_per_s);
  return text;
}

/// How far the outputs were behind the answers at the end: where they cannot keep up, that grows.
void tell_behind(const std::vector<Trip>& trips) {
  std::int64_t answered = 0, approved = 0;
  for (const auto& trip : trips) {
    answered = std::max(answered, trip.answered);
    approved = std::max(approved, trip.approved);
  }
  std::printf("       the last ApprovedSignal came %.0f ms after the last answer\n",
              static_cast<double>(std::max<std::int64_t>(0, approved - answered)) / 1e6);
}

} // namespace

Bare live_bare(const LiveOptions& options, const Requests& requests) {
  const std::string subject = "bench.bare", stream_subject = "bench.stream";
  exact_timers();
  LiveClient asker{options.url}, responder{options.url};
  const std::string answer(answer_bytes, 'x');
  responder.subscribe(subject, [&](std::string_view, std::string_view, const char* reply) {
    if (reply != nullptr) responder.publish(reply, answer, {});
  });
  responder.flush();
  responder.make_stream("BENCH_BARE", stream_subject);
  Bare bare{echo(options, asker, subject, requests.bytes_each()),
            echo(options, asker, stream_subject, requests.bytes_each())};
  print_row("", "bare: a request and its answer of 4 KiB", bare.request);
  print_row("", "bare: a message stored by JetStream", bare.stored);
  bare_sync({.data = options.data});
  return bare;
}

bool live_rate(const LiveOptions& options, const Fixture& fixture, const std::string& row) {
  Requests requests = requests_of(options, fixture);
  warm_up(options, requests);
  const bool row_4 = row == "4";
  std::optional<Bare> bare;
  if (row_4) bare = live_bare(options, requests);
  const auto count = static_cast<std::size_t>(options.rate_per_s * options.seconds);
  LiveLoad load{options.route(), requests, count};
  const CpuTimes cpu{options};
  load.open_loop(options.rate_per_s, count);
  const auto trips = load.trips();
  const auto approved = way_to(trips, &Trip::approved);
  const std::string what = rate_text(options.rate_per_s) + ", " + way(options) + ": ";
  print_row(row.c_str(), what + "ApprovedSignal received", approved, row_4 && options.jetstream ? "p99 <= 1500" : "");
  print_row("", "  its answer", way_to(trips, &Trip::answered), row_4 ? "" : "in process: p99 <= 700");
  if (options.jetstream) print_row("", "  the stream has the signal", way_to(trips, &Trip::stored));
  tell_behind(trips);
  if (bare) std::printf("       p50 is %.1f times a bare request's (goal <= 4)\n", approved.p50 / bare->request.p50);
  return tell(load, options.rate_per_s, cpu);
}

/// From outside: four points that a client can see, of the same signals.
bool live_hops(const LiveOptions& options, const Fixture& fixture) {
  Requests requests = requests_of(options, fixture);
  warm_up(options, requests);
  const auto count = static_cast<std::size_t>(options.rate_per_s * options.seconds);
  auto route = options.route();
  route.watch_assessments = true;
  LiveLoad load{route, requests, count};
  const CpuTimes cpu{options};
  load.open_loop(options.rate_per_s, count);
  auto trips = load.trips();
  std::erase_if(trips, [](const Trip& trip) { return trip.approved == 0; });
  const auto leg = [&](const char* what, std::int64_t Trip::*from, std::int64_t Trip::*to) {
    std::vector<double> micros;
    for (const auto& trip : trips)
      if (trip.*from != 0 && trip.*to != 0) micros.push_back(static_cast<double>(trip.*to - trip.*from) / 1e3);
    print_row("", what, Distribution{std::move(micros)});
  };
  std::printf("where the time of approved signals goes, %s, %s\n", rate_text(options.rate_per_s).c_str(), way(options));
  leg("due -> sent", &Trip::due, &Trip::sent);
  if (options.jetstream) leg("sent -> the stream has it", &Trip::sent, &Trip::stored);
  leg("sent -> answer: pull, judge, sync", &Trip::sent, &Trip::answered);
  leg("answer -> assessment seen", &Trip::answered, &Trip::assessed);
  leg("assessment -> ApprovedSignal seen", &Trip::assessed, &Trip::approved);
  leg("all", &Trip::due, &Trip::approved);
  return tell(load, options.rate_per_s, cpu);
}

bool live_in_flight(const LiveOptions& options, const Fixture& fixture) {
  constexpr double rate_max = 40'000;
  Requests requests = requests_of(options, fixture);
  warm_up(options, requests);
  const auto count = static_cast<std::size_t>(rate_max * options.seconds);
  LiveLoad load{options.route(), requests, count};
  const CpuTimes cpu{options};
  load.closed_loop(options.in_flight, count, options.seconds);
  const auto trips = load.trips();
  print_row("5", std::to_string(options.in_flight) + " in flight, " + way(options) + ": answer",
            way_to(trips, &Trip::answered), "in process: 20,000/s");
  print_row("", "  ApprovedSignal received", way_to(trips, &Trip::approved));
  tell_behind(trips);
  return tell(load, 0, cpu);
}

} // namespace riskcluster::bench
