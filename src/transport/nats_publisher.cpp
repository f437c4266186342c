#include "transport/nats_publisher.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <nats/nats.h>

#include "transport/nats_message.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

namespace {

std::size_t size_of(const Message& message) {
  std::size_t size = message.subject.size() + message.bytes.size();
  for (const auto& [name, value] : message.headers) size += name.size() + value.size();
  return size;
}

/// The message was not written whole, so no server has it; the next connection may.
bool is_of_connection(natsStatus status) {
  switch (status) {
  case NATS_INSUFFICIENT_BUFFER: // there is none, and nothing is held back for it
  case NATS_CONNECTION_CLOSED:
  case NATS_CONNECTION_DISCONNECTED:
  case NATS_IO_ERROR:
  case NATS_SSL_ERROR:
  case NATS_TIMEOUT:
    return true;
  default:
    return false;
  }
}

} // namespace

struct NatsPublisher::Core {
  Core(NatsLink& on, NatsPublisherOptions with) : link{on}, options{std::move(with)} {}

  enum class Fate : std::uint8_t { sent, lost, kept };
  void run();
  Fate send(const Message& message);

  NatsLink& link;
  const NatsPublisherOptions options;
  mutable std::mutex mutex;
  std::condition_variable woken;
  std::deque<Message> waiting;
  std::size_t waiting_bytes = 0;
  std::uint64_t dropped = 0;
  bool ended = false;
  std::chrono::steady_clock::time_point end_by;
  std::shared_ptr<void> watch;
  std::thread thread;
};

void NatsPublisher::Core::run() {
  std::unique_lock lock{mutex};
  for (;;) {
    const auto ready = [this] { return !waiting.empty() && link.connected(); };
    woken.wait(lock, [&] { return ended || ready(); });
    if (ended && !woken.wait_until(lock, end_by, [&] { return waiting.empty() || ready(); })) break;
    if (ended && (waiting.empty() || std::chrono::steady_clock::now() >= end_by)) break;
    Message next = std::move(waiting.front());
    waiting.pop_front();
    waiting_bytes -= size_of(next);
    lock.unlock();
    const Fate fate = send(next);
    lock.lock();
    if (fate == Fate::lost) ++dropped;
    if (fate == Fate::kept) {
      waiting_bytes += size_of(next);
      waiting.push_front(std::move(next));
      woken.wait_for(lock, std::chrono::milliseconds{5}); // the link is about to say that there is no connection
    }
  }
  dropped += waiting.size();
}

NatsPublisher::Core::Fate NatsPublisher::Core::send(const Message& message) {
  const auto session = link.session();
  const auto made = driver_message(fitting(message, link, *session));
  const auto status = made ? natsConnection_PublishMsg(session.get(), made.get()) : NATS_INVALID_ARG;
  if (is_of_connection(status)) return Fate::kept;
  if (status == NATS_OK) {
    link.count_out(message.bytes.size());
    return Fate::sent;
  }
  link.tell(NatsNotice::Kind::failed, options.name + ": " + message.subject + ", " +
                                          std::to_string(message.bytes.size()) +
                                          " bytes, is lost: " + natsStatus_GetText(status));
  return Fate::lost;
}

NatsPublisher::NatsPublisher(NatsLink& link, NatsPublisherOptions options)
    : core_{std::make_unique<Core>(link, std::move(options))} {
  Core* const core = core_.get();
  core->watch = link.watch([core] {
    // With the lock, so that it does not fall between looking and waiting.
    const std::lock_guard lock{core->mutex};
    core->woken.notify_all();
  });
  core->thread = std::thread{[core] { core->run(); }};
}

NatsPublisher::~NatsPublisher() {
  {
    const std::lock_guard lock{core_->mutex};
    core_->ended = true;
    core_->end_by = std::chrono::steady_clock::now() + core_->options.grace;
  }
  core_->woken.notify_all();
  core_->thread.join();
  core_->watch.reset();
}

bool NatsPublisher::publish(Message message) {
  const std::size_t size = size_of(message);
  {
    const std::lock_guard lock{core_->mutex};
    if (core_->ended || core_->waiting.size() >= core_->options.messages_max ||
        core_->waiting_bytes + size > core_->options.bytes_max || !is_sendable(message)) {
      ++core_->dropped;
      return false;
    }
    core_->waiting_bytes += size;
    core_->waiting.push_back(std::move(message));
  }
  core_->woken.notify_one();
  return true;
}

std::uint64_t NatsPublisher::dropped() const {
  const std::lock_guard lock{core_->mutex};
  return core_->dropped;
}

} // namespace riskcluster
