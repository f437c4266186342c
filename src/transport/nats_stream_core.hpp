#pragma once
// Inside of NatsStreamSource.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "transport/nats_stream_source.hpp"
#include "transport/pull_ledger.hpp"

namespace riskcluster {

/// Two threads work here: the driver's, which takes what arrives, and the keeper, which does everything that talks to
/// the server and may wait for it. Whoever settles only takes `mutex`, so nothing of the driver is called under it.
struct NatsStreamSource::Core : std::enable_shared_from_this<Core> {
  using Clock = std::chrono::steady_clock;

  Core(NatsLink& on, NatsStreamOptions with) : link{on}, options{std::move(with)}, ledger{options.credit} {}

  // The keeper's.
  void keep();
  Result<bool> attach();
  void maintain();
  void answer();
  void ask();
  void retire_inbox();
  void free_retired();
  Clock::duration until_next_chore() const;

  // The driver's thread.
  void on_message(std::uint64_t of_round, __natsMsg& message);
  void on_status(std::uint64_t of_round, __natsMsg& message);
  std::string reply_to(__natsMsg& message);

  // Under the mutex.
  bool serving() const { return attached && link.connected() && generation == link.generation(); }
  void heard();
  void lose(const std::string& why, std::chrono::milliseconds pause);
  void complain(const std::string& text);
  void wake();

  void settled(std::uint64_t number, Settled settlement);

  NatsLink& link;
  const NatsStreamOptions options;
  Source::Take take;
  std::thread keeper;
  std::mutex taking; ///< one take at a time, also while an older inbox is being emptied

  // The keeper's own.
  NatsHandle<__natsSubscription> inbox;
  std::string inbox_subject;
  std::vector<NatsHandle<__natsSubscription>> retired; ///< their last messages are still being taken
  std::chrono::milliseconds retry_wait{0};

  mutable std::mutex mutex;
  std::condition_variable woken, place_free;
  PullLedger ledger;
  std::uint64_t round = 0;      ///< counts inboxes: what comes in an older one was not asked for in this one
  std::uint64_t generation = 0; ///< of the link, when it was attached
  std::chrono::milliseconds ack_wait{0};
  Clock::time_point last_heard{}, next_attempt{};
  Clock::time_point tell_at = Clock::time_point::max(); ///< what was settled
  std::vector<std::string> returned;                    ///< where to hand back what arrived after stop
  std::string complaint;                                ///< the last one; not repeated until something was heard
  std::uint64_t copies = 0;
  bool served = false; ///< since the last attempt to attach
  bool attached = false, started = false, stopping = false, ended = false;
  bool call = true; ///< the keeper has something to do, at first in any case
};

} // namespace riskcluster
