#include "transport/nats_core_destination.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <nats/nats.h>

#include "transport/nats_message.hpp"

namespace riskcluster {

struct NatsCoreDestination::Core {
  struct Portion {
    std::vector<Publication> publications;
    Done done;
  };
  Core(NatsLink& on, NatsCoreDestinationOptions with) : link{on}, options{std::move(with)} {}

  /// False: nothing was moved.
  bool accept(std::vector<Publication>& publications, Done& done);
  void run();
  std::string send(natsConnection& session, const std::vector<Publication>& publications);
  void round(std::vector<Portion> portions);

  NatsLink& link;
  const NatsCoreDestinationOptions options;
  std::mutex mutex;
  std::condition_variable woken;
  std::vector<Portion> waiting;
  bool ended = false;
  std::string complaint; ///< the last one; not repeated until something arrived
  std::thread thread;
};

bool NatsCoreDestination::Core::accept(std::vector<Publication>& publications, Done& done) {
  if (!link.connected()) return false;
  const std::lock_guard lock{mutex};
  if (waiting.size() >= options.portions_max) return false;
  waiting.push_back({std::move(publications), std::move(done)});
  return true;
}

void NatsCoreDestination::Core::run() {
  std::unique_lock lock{mutex};
  for (;;) {
    woken.wait(lock, [this] { return ended || !waiting.empty(); });
    if (ended) return;
    auto portions = std::exchange(waiting, {});
    lock.unlock();
    round(std::move(portions));
    lock.lock();
  }
}

/// One question to the server confirms everything that was written before it on the same connection.
void NatsCoreDestination::Core::round(std::vector<Portion> portions) {
  const auto session = link.session();
  const auto reconnects = [&] {
    natsStatistics* made = nullptr;
    std::uint64_t count = 0;
    if (natsStatistics_Create(&made) != NATS_OK) return count;
    natsConnection_GetStats(session.get(), made);
    natsStatistics_GetCounts(made, nullptr, nullptr, nullptr, nullptr, &count);
    natsStatistics_Destroy(made);
    return count;
  };
  const auto before = reconnects();
  std::vector<std::string> faults;
  faults.reserve(portions.size());
  for (const auto& portion : portions) faults.push_back(send(*session, portion.publications));
  const auto status = natsConnection_FlushTimeout(session.get(), link.options().publish_deadline.count());
  // The driver may have come back meanwhile, and asked on another connection than it had written on.
  std::string lost;
  if (status != NATS_OK)
    lost = natsStatus_GetText(status);
  else if (reconnects() != before)
    lost = "the connection was lost";
  for (std::size_t i = 0; i < portions.size(); ++i) {
    {
      const std::lock_guard lock{mutex};
      if (ended) return;
    }
    const auto& why = faults[i].empty() ? lost : faults[i];
    if (std::exchange(complaint, why) != why && !why.empty())
      link.tell(NatsNotice::Kind::failed, options.name + ": " + why);
    portions[i].done(why.empty());
  }
}

/// @returns why not all of it could be sent.
std::string NatsCoreDestination::Core::send(natsConnection& session, const std::vector<Publication>& publications) {
  for (const auto& publication : publications) {
    const auto message =
        driver_message(fitting(output_message(publication, options.subject(publication)), link, session));
    const auto status = message ? natsConnection_PublishMsg(&session, message.get()) : NATS_INVALID_ARG;
    if (status != NATS_OK)
      return publication.id + ", " + std::to_string(publication.bytes.size()) + " bytes: " + natsStatus_GetText(status);
    link.count_out(publication.bytes.size());
  }
  return {};
}

NatsCoreDestination::NatsCoreDestination(NatsLink& link, NatsCoreDestinationOptions options)
    : core_{std::make_unique<Core>(link, std::move(options))} {
  core_->thread = std::thread{[core = core_.get()] { core->run(); }};
}

NatsCoreDestination::~NatsCoreDestination() {
  {
    const std::lock_guard lock{core_->mutex};
    core_->ended = true;
    core_->woken.notify_all();
  }
  core_->thread.join();
}

const std::string& NatsCoreDestination::name() const { return core_->options.name; }

void NatsCoreDestination::publish(ShardId, std::vector<Publication> publications, Done done) {
  if (publications.empty()) return done(true);
  if (!core_->accept(publications, done)) return done(false);
  core_->woken.notify_one();
}

} // namespace riskcluster
