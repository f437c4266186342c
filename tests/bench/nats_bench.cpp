// How long the way over NATS takes: from a publish to its take, and from an output to its confirmation.
//
//   nats-server -a 127.0.0.1 -p 14222 -js -sd /tmp/bench-store &
//   bench_nats nats://127.0.0.1:14222
//
// It makes streams BENCH_IN and BENCH_OUT; the store is to be thrown away.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include "transport/nats_core_source.hpp"
#include "transport/nats_destination.hpp"
#include "transport/nats_publisher.hpp"
#include "transport/nats_stream_source.hpp"

using namespace riskcluster;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t body_bytes = 1'024;

std::int64_t now_ns() { return std::chrono::nanoseconds{Clock::now().time_since_epoch()}.count(); }

/// A batch of the usual size that says when it was made.
std::string stamped() {
  std::string body(body_bytes, 'x');
  const auto now = now_ns();
  std::memcpy(body.data(), &now, sizeof now);
  return body;
}

template <class Result>
auto must(Result&& result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}

void print(const char* what, std::vector<std::int64_t> ns) {
  std::sort(ns.begin(), ns.end());
  if (ns.empty()) return;
  const auto us = [&](std::size_t i) { return static_cast<double>(ns[std::min(i, ns.size() - 1)]) / 1e3; };
  std::printf("%-46s %7zu  p50 %7.1f us  p99 %8.1f us  max %9.1f us\n", what, ns.size(), us(ns.size() / 2),
              us(ns.size() * 99 / 100), us(ns.size() - 1));
  std::fflush(stdout);
}

void print_rate(const char* what, std::size_t count, Clock::time_point begin) {
  const std::chrono::duration<double> took = Clock::now() - begin;
  std::printf("%-46s %7zu  %.0f/s\n", what, count, static_cast<double>(count) / took.count());
  std::fflush(stdout);
}

/// Settles at once and keeps how long each message was on its way.
struct Taker {
  Source::Take take() {
    return [this](const Delivery& delivery, const Source::Settle& settle) {
      std::int64_t sent = 0;
      std::memcpy(&sent, delivery.bytes.data(), sizeof sent);
      ns.push_back(now_ns() - sent);
      settle(Settled::done);
      ++count;
    };
  }
  void wait_for(std::size_t wanted) const {
    while (count < wanted) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  std::vector<std::int64_t> ns;
  std::atomic<std::size_t> count{0};
};

/// `count` messages, a thousand a second.
void paced(Publisher& publisher, const std::string& subject, std::size_t count) {
  auto next = Clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    next += std::chrono::milliseconds{1};
    std::this_thread::sleep_until(next);
    publisher.publish({subject, {}, stamped()});
  }
}

Publication output(std::uint32_t shard, std::size_t n) {
  static const std::string run = std::to_string(now_ns()); // a later run has nothing in common with an earlier one
  return {.id = run + "-" + std::to_string(shard) + "-" + std::to_string(n),
          .channel = "approved",
          .tenant = {CompanyId{"acme"}, UserId{"ann"}},
          .bytes = stamped()};
}

void confirm_all(NatsDestination& destination, std::uint32_t shards, std::size_t portions, std::size_t size) {
  std::mutex mutex;
  std::condition_variable changed;
  std::uint32_t out = 0;
  std::function<void(std::uint32_t, std::size_t)> send = [&](std::uint32_t shard, std::size_t portion) {
    if (portion == portions) {
      const std::lock_guard lock{mutex};
      ++out;
      return changed.notify_one();
    }
    std::vector<Publication> publications;
    for (std::size_t i = 0; i < size; ++i) publications.push_back(output(shard, portion * size + i));
    destination.publish({shard}, std::move(publications), [&send, shard, portion](bool arrived) {
      if (!arrived) std::abort();
      send(shard, portion + 1);
    });
  };
  for (std::uint32_t shard = 0; shard < shards; ++shard) send(shard, 0);
  std::unique_lock lock{mutex};
  changed.wait(lock, [&] { return out == shards; });
}

NatsDestinationOptions into(const char* stream, const char* subject) {
  return {.name = "bench",
          .stream = {.name = stream,
                     .subjects = {subject},
                     .keep = StreamOptions::Keep::for_a_time,
                     .bytes_max = 4LL << 30},
          .subject = [subject](const Publication&) { return std::string{subject}; }};
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: bench_nats URL\n"), 2;
  constexpr std::size_t paced_count = 10'000, singles = 10'000, burst = 100'000;
  const auto link = must(NatsLink::open({.url = argv[1], .retry_on_failed_connect = false}));
  NatsPublisher publisher{*link};
  {
    Taker taker;
    NatsCoreSource source{*link, {.name = "core", .subjects = {"bench.core"}}};
    must(source.start(taker.take()));
    paced(publisher, "bench.core", paced_count);
    taker.wait_for(paced_count);
    print("core source, publish to take, 1,000/s", std::move(taker.ns));
  }
  NatsStreamOptions in{.name = "in", .stream = {.name = "BENCH_IN", .subjects = {"bench.in"}, .bytes_max = 1LL << 30}};
  {
    Taker taker;
    NatsStreamSource source{*link, in};
    must(source.start(taker.take()));
    paced(publisher, "bench.in", paced_count);
    taker.wait_for(paced_count);
    print("stream source, publish to take, 1,000/s", std::move(taker.ns));
  }
  {
    const auto destination = must(NatsDestination::open(*link, [] {
      auto options = into("BENCH_IN", "bench.in");
      options.create_streams = false;
      return options;
    }()));
    confirm_all(*destination, 16, burst / 16 / 10, 10);
    Taker taker;
    NatsStreamSource source{*link, in};
    const auto begin = Clock::now();
    must(source.start(taker.take()));
    taker.wait_for(burst);
    print_rate("stream source, burst, 256 credits", burst, begin);
  }
  const auto destination = must(NatsDestination::open(*link, into("BENCH_OUT", "bench.out")));
  std::vector<std::int64_t> ns;
  for (std::size_t i = 0; i < singles; ++i) {
    const auto begin = now_ns();
    confirm_all(*destination, 1, 1, 1);
    ns.push_back(now_ns() - begin);
  }
  print("destination, one output to its confirmation", std::move(ns));
  auto begin = Clock::now();
  confirm_all(*destination, 1, 500, 20);
  print_rate("destination, one shard, portions of 20", 10'000, begin);
  begin = Clock::now();
  confirm_all(*destination, 16, 200, 20);
  print_rate("destination, 16 shards, portions of 20", 64'000, begin);
}
