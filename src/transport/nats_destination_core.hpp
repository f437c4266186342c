#pragma once
// Inside of NatsDestination.

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "transport/nats_destination.hpp"

namespace riskcluster {

inline constexpr const char* no_stream = "no stream takes it";

/// The writer's thread sends and watches deadlines; the driver's takes the answers.
struct NatsDestination::Core : std::enable_shared_from_this<Core> {
  using Clock = std::chrono::steady_clock;
  /// Of a portion what goes to one subject.
  struct Lane {
    std::vector<Publication> publications;
    Destination::Done done;
    std::size_t next = 0;         ///< the one under way, or to be sent
    std::uint64_t token = 0;      ///< under which its answer comes; 0: it is not under way
    std::uint64_t generation = 0; ///< of the link, when it left
    Clock::time_point deadline{};
  };

  Core(NatsLink& on, NatsDestinationOptions with) : link{on}, options{std::move(with)} {}

  /// @param done once for each. False: it is not called.
  bool accept(std::vector<std::vector<Publication>> subjects, const Done& done);
  void write();
  Clock::time_point next_deadline() const;
  void fail_hopeless(std::unique_lock<std::mutex>& lock);
  void send(std::uint64_t number, std::unique_lock<std::mutex>& lock);
  std::string put(const Publication& publication, std::uint64_t token);
  std::string make_ready();
  void on_answer(__natsMsg& message);
  void finish(std::uint64_t number, bool arrived, const std::string& why, std::unique_lock<std::mutex>& lock);

  NatsLink& link;
  const NatsDestinationOptions options;
  std::thread writer;
  std::shared_ptr<void> watch;

  // The writer's own.
  std::shared_ptr<__natsConnection> session;
  NatsHandle<__natsSubscription> inbox;
  std::string inbox_subject;

  std::mutex mutex;
  std::condition_variable woken, called;
  std::map<std::uint64_t, Lane> lanes; ///< by number
  std::deque<std::uint64_t> ready;
  std::map<std::uint64_t, std::uint64_t> under_way; ///< token to lane, in the order of sending
  std::uint64_t numbers = 0, tokens = 0;
  std::string complaint; ///< the last one; not repeated until something arrived
  std::size_t calling = 0;
  Clock::time_point look_again{}; ///< for the stream, not before
  bool stream_known = false, call = false, ended = false;
};

} // namespace riskcluster
