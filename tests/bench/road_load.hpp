#pragma once
// Drives a node: open loop (each request is due at its time, whatever became of those before, and its latency counts
// from then) or closed loop (a number of requests under way, always).

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bench/road_requests.hpp"
#include "node/node.hpp"

namespace riskcluster::bench {

enum class Fate : std::uint8_t { pending, approved, reduced, rejected, refused, failed };

/// Nanoseconds of the steady clock.
struct Sample {
  std::int64_t due = 0;
  std::int64_t sent = 0;
  std::int64_t done = 0;
  Fate fate = Fate::pending;
  bool solved = false; ///< for the book's VaR
};

/// One run of a load. Lives until all that it sent is answered.
class Load {
public:
  Load(Node& node, Requests& requests, std::size_t count);

  /// Returns when all are answered; exits the program when some never are.
  void open_loop(double rate_per_s);
  /// As many as there are samples, or until the time is over.
  void closed_loop(std::size_t in_flight, double seconds);

  std::uint64_t first_number() const { return first_; }
  /// Those that were sent.
  const std::vector<Sample>& samples() const { return samples_; }
  double seconds() const { return seconds_; }
  double driver_cpu_seconds() const { return driver_cpu_seconds_; }
  std::size_t rss_max_bytes() const { return rss_max_bytes_; }

private:
  void send(std::size_t i, std::int64_t due);
  void send_next();
  void answered(std::size_t i, const Result<ReplyPtr>& reply);
  void wait_for(std::size_t count);

  Node& node_;
  const Requests& requests_;
  std::uint64_t first_ = 0;
  std::int64_t wall_offset_ns_ = 0; ///< wall clock minus steady clock
  std::vector<Sample> samples_;
  std::atomic<std::size_t> answered_{0};
  std::atomic<std::size_t> next_{0};
  std::int64_t until_ = 0; ///< closed loop
  bool closed_ = false;
  double seconds_ = 0;
  double driver_cpu_seconds_ = 0;
  std::size_t rss_max_bytes_ = 0;
};

/// From due to answered, microseconds. @param refused those, or all the others.
Distribution latencies(const std::vector<Sample>& samples, bool refused = false);

/// "approved 61% reduced 30% …; 29% solved for the book VaR".
std::string fates(const std::vector<Sample>& samples);

/// Nobody but a broken node leaves a request without an answer.
std::size_t count(const std::vector<Sample>& samples, Fate fate);

std::size_t rss_bytes();
double process_cpu_seconds();
double thread_cpu_seconds();
/// Of the steady clock; to the microsecond once exact_timers() was called.
void wait_until(std::int64_t due);
void exact_timers();
/// Seconds of CPU by the name of the thread, with those of the same name together.
std::map<std::string, double> cpu_seconds_by_thread();
std::string load_average();

} // namespace riskcluster::bench
