#pragma once
// Drives a live node over NATS: publishes signals, open or closed loop, and sees what comes back, from outside.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bench/live_client.hpp"
#include "bench/road_requests.hpp"

namespace riskcluster::bench {

/// One signal's way. Nanoseconds of the steady clock; 0: not yet.
struct Trip {
  std::uint64_t number = 0;
  std::int64_t due = 0;
  std::int64_t sent = 0;
  std::int64_t stored = 0;   ///< the stream said that it has it
  std::int64_t assessed = 0; ///< its assessment came, as an output
  std::int64_t answered = 0;
  std::int64_t approved = 0; ///< its ApprovedSignal came
  Fate fate = Fate::pending;
  bool solved = false; ///< limited by the book's VaR
  bool done() const { return answered != 0 && (approved != 0 || (fate != Fate::approved && fate != Fate::reduced)); }
};

struct LiveRoute {
  std::string url;
  bool jetstream = true;
  int tenants = 1'000;
  int companies = 1;
  TimeMs order_life = 300;        ///< more than a slow answer takes, less than a tenant has between two signals
  bool watch_assessments = false; ///< another 6 kB for each signal to this client
};

/// Lives until all that it sent is answered. Its callbacks come from three threads of the driver.
class LiveLoad {
public:
  using OnAnswer = std::function<void(const Trip&, const Verdict&)>;
  using OnApproved = std::function<void(const Trip&, std::string_view bytes)>;

  /// @param signals_max  that it will send. @param trips_max  that are remembered: of the newest signals.
  LiveLoad(const LiveRoute& route, Requests& requests, std::size_t signals_max, std::size_t trips_max);
  LiveLoad(const LiveRoute& route, Requests& requests, std::size_t signals_max)
      : LiveLoad{route, requests, signals_max, signals_max} {}
  ~LiveLoad();
  LiveLoad(const LiveLoad&) = delete;
  LiveLoad& operator=(const LiveLoad&) = delete;

  /// Before a loop.
  void on_answer(OnAnswer call) { on_answer_ = std::move(call); }
  void on_approved(OnApproved call) { on_approved_ = std::move(call); }

  /// Until `count` were sent and all are answered, or until nothing has come for `patience` seconds.
  /// @param between called by the sender before each signal, with its number from 0 on.
  void open_loop(double rate_per_s, std::size_t count, const std::function<void(std::size_t)>& between = {});
  void closed_loop(std::size_t in_flight, std::size_t count, double seconds);

  /// In the order in which they were sent; of no more than trips_max.
  std::vector<Trip> trips() const;
  std::size_t sent() const { return sent_.load(); }
  std::size_t answered() const { return answered_.load(); }
  /// Not answered, or approved without an ApprovedSignal: those under way, and at the end those lost.
  std::size_t open() const { return sent_.load() - done_.load(); }
  std::uint64_t copies() const { return copies_.load(); } ///< answers and approvals that had come before
  double seconds() const { return seconds_; }             ///< from the first due to the last answer
  double driver_cpu_seconds() const { return driver_cpu_seconds_; }

  static constexpr double patience = 15; ///< seconds

private:
  enum class Sight : std::uint8_t { stored, assessed, answered, approved };
  void send(std::uint64_t i, std::int64_t due);
  void send_next();
  void see(Sight sight, std::uint64_t number, std::string_view bytes);
  void drain();
  Trip* trip_of(std::uint64_t number);

  const LiveRoute route_;
  const Requests& requests_;
  std::uint64_t first_ = 0;
  std::int64_t wall_offset_ns_ = 0;
  std::vector<Trip> trips_;
  std::vector<std::string> subjects_; ///< by tenant
  std::string inbox_;
  OnAnswer on_answer_;
  OnApproved on_approved_;
  std::atomic<std::size_t> sent_{0}, answered_{0}, done_{0}, next_{0};
  std::atomic<std::uint64_t> copies_{0};
  std::size_t count_ = 0;
  std::int64_t until_ = 0;
  bool closed_ = false;
  double seconds_ = 0;
  double driver_cpu_seconds_ = 0;
  std::mutex joining_;           ///< an answer and an approval of one trip, from two threads
  LiveClient sender_, receiver_; ///< last: their threads work with the others
};

/// From due, microseconds; of those that got so far.
Distribution way_to(const std::vector<Trip>& trips, std::int64_t Trip::*point);
std::string fates(const std::vector<Trip>& trips);

} // namespace riskcluster::bench
