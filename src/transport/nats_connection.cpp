#include "transport/nats_connection.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include <nats/nats.h>

#include "transport/nats_options.hpp"

namespace riskcluster {

struct NatsLink::Impl {
  Impl(NatsOptions with, Notice told)
      : options{std::move(with)}, address{without_credentials(options.url)}, notice{std::move(told)} {}

  Result<bool> connect();
  void keep();
  void reopen(std::unique_lock<std::mutex>& lock);
  void close();
  void complain(const std::string& why);
  void on_connected();
  void on_disconnected();
  void on_closed(natsConnection* connection);
  void on_error(natsStatus status);
  void tell(NatsNotice::Kind kind, std::string text);

  NatsOptions options;
  std::string address;
  Notice notice;
  std::atomic<bool> connected{false};
  std::atomic<std::uint64_t> generation{0}, reconnects{0}, slow_consumers{0}, replies_refused{0};
  std::atomic<std::uint64_t> messages_in{0}, bytes_in{0}, messages_out{0}, bytes_out{0};

  mutable std::mutex mutex;
  std::condition_variable woken;
  std::shared_ptr<natsConnection> session;
  std::deque<NatsNotice> notices;
  std::size_t untold = 0; ///< notices that found no place
  std::string complaint;  ///< why the last attempt failed; told once
  bool changed = false;   ///< the watchers do not know yet
  bool missing = true;    ///< no session, or one that the driver has given up
  bool refused = false;   ///< by a server that is there
  bool closed = true;     ///< the session's last callback has run
  bool ended = false;
  std::minstd_rand random{std::random_device{}()};

  std::mutex watching; ///< held while watchers are called
  std::map<std::uint64_t, std::function<void()>> watchers;
  std::uint64_t watchers_made = 0;

  std::thread keeper; ///< last: it works with the others
};

Result<bool> NatsLink::Impl::connect() {
  auto driver = driver_options(options);
  if (!driver) return driver.error();
  natsOptions* const raw = driver->get();
  const auto on_connect = [](natsConnection*, void* impl) { static_cast<Impl*>(impl)->on_connected(); };
  const auto on_disconnect = [](natsConnection*, void* impl) { static_cast<Impl*>(impl)->on_disconnected(); };
  const auto on_close = [](natsConnection* nc, void* impl) { static_cast<Impl*>(impl)->on_closed(nc); };
  // The subscription is not kept alive for this call: it must not be looked at.
  const auto on_trouble = [](natsConnection*, natsSubscription*, natsStatus status, void* impl) {
    static_cast<Impl*>(impl)->on_error(status);
  };
  natsOptions_SetDisconnectedCB(raw, on_disconnect, this);
  natsOptions_SetReconnectedCB(raw, on_connect, this);
  natsOptions_SetClosedCB(raw, on_close, this);
  natsOptions_SetErrorHandler(raw, on_trouble, this);
  {
    const std::lock_guard lock{mutex};
    missing = closed = false; // before the first callback can run
  }
  natsConnection* made = nullptr;
  const natsStatus status = natsConnection_Connect(&made, raw);
  {
    const std::lock_guard lock{mutex};
    if (status == NATS_OK)
      session.reset(made, NatsFree{});
    else
      missing = closed = true; // no callback will come
    refused = status == NATS_CONNECTION_AUTH_FAILED;
  }
  if (status != NATS_OK) return Error{Errc::unavailable, "nats " + address + ": " + driver_error(status, options.url)};
  on_connected(); // the driver calls back for connections that it makes later
  // It may have called for the end of this one meanwhile, and that must not be forgotten.
  if (natsConnection_Status(made) != NATS_CONN_STATUS_CONNECTED) connected = false;
  return true;
}

/// The link's thread: tells what happened and makes a new connection when the driver has given one up.
void NatsLink::Impl::keep() {
  std::unique_lock lock{mutex};
  while (!ended) {
    woken.wait(lock, [this] { return ended || changed || missing || !notices.empty(); });
    const auto told = std::exchange(notices, {});
    const std::size_t more = std::exchange(untold, 0);
    const bool call = std::exchange(changed, false);
    lock.unlock();
    for (const auto& one : told)
      if (notice) notice(one);
    if (more > 0 && notice) notice({NatsNotice::Kind::failed, std::to_string(more) + " more notices of " + address});
    if (call) {
      const std::lock_guard calling{watching};
      for (const auto& watcher : watchers) watcher.second();
    }
    lock.lock();
    if (missing) reopen(lock);
  }
}

/// The driver itself would try a first connection again, too, but keep to itself why it fails.
void NatsLink::Impl::reopen(std::unique_lock<std::mutex>& lock) {
  std::uniform_int_distribution<std::int64_t> jitter_ms{0, options.reconnect_jitter.count()};
  const auto wait =
      refused ? options.reopen_wait : options.reconnect_wait + std::chrono::milliseconds{jitter_ms(random)};
  if (woken.wait_for(lock, wait, [this] { return ended; })) return;
  lock.unlock();
  const auto again = connect();
  if (!again) complain(again.error().message);
  lock.lock();
}

void NatsLink::Impl::complain(const std::string& why) {
  bool known = false, away = false;
  {
    const std::lock_guard lock{mutex};
    known = std::exchange(complaint, why) == why;
    away = refused;
  }
  if (!known) tell(away ? NatsNotice::Kind::turned_away : NatsNotice::Kind::failed, why);
}

void NatsLink::Impl::close() {
  {
    const std::lock_guard lock{mutex};
    ended = true;
  }
  woken.notify_all();
  if (keeper.joinable()) keeper.join();
  if (!session) return;
  natsConnection_Close(session.get());
  // Callbacks come from a thread of the driver, the closing one last. Then nothing refers to this any more.
  std::unique_lock lock{mutex};
  woken.wait(lock, [this] { return closed; });
}

void NatsLink::Impl::on_connected() {
  if (++generation > 1) ++reconnects;
  connected = true;
  {
    const std::lock_guard lock{mutex};
    changed = true;
    complaint.clear();
  }
  tell(NatsNotice::Kind::connected, "nats " + address + ": connected");
}

void NatsLink::Impl::on_disconnected() {
  connected = false;
  {
    const std::lock_guard lock{mutex};
    changed = true;
  }
  tell(NatsNotice::Kind::disconnected, "nats " + address + ": disconnected");
}

void NatsLink::Impl::on_closed(natsConnection* connection) {
  connected = false;
  const char* reason = nullptr;
  natsConnection_GetLastError(connection, &reason);
  tell(NatsNotice::Kind::turned_away, "nats " + address + ": given up: " + (reason ? reason : ""));
  // The last words: whoever ends the link waits for them, and then nothing of it is there any more.
  const std::lock_guard lock{mutex};
  missing = closed = changed = true;
  woken.notify_all();
}

void NatsLink::Impl::on_error(natsStatus status) {
  if (status == NATS_SLOW_CONSUMER) {
    ++slow_consumers;
    tell(NatsNotice::Kind::slow_consumer, "nats " + address + ": messages are dropped, they are not taken fast enough");
  } else {
    tell(NatsNotice::Kind::failed, "nats " + address + ": " + driver_error(status, options.url));
  }
}

void NatsLink::Impl::tell(NatsNotice::Kind kind, std::string text) {
  {
    const std::lock_guard lock{mutex};
    if (notices.size() < nats_notices_max)
      notices.push_back({kind, std::move(text)});
    else
      ++untold;
  }
  woken.notify_all();
}

Result<std::unique_ptr<NatsLink>> NatsLink::open(NatsOptions options, Notice notice) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(notice));
  if (const auto made = impl->connect(); !made) {
    if (made.error().code == Errc::invalid_argument || !impl->options.retry_on_failed_connect) return made.error();
    impl->complain(made.error().message);
  }
  impl->keeper = std::thread{[link = impl.get()] { link->keep(); }};
  return std::unique_ptr<NatsLink>{new NatsLink{std::move(impl)}};
}

NatsLink::NatsLink(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
NatsLink::~NatsLink() { impl_->close(); }

bool NatsLink::connected() const { return impl_->connected; }
std::uint64_t NatsLink::generation() const { return impl_->generation; }
const NatsOptions& NatsLink::options() const { return impl_->options; }
const std::string& NatsLink::address() const { return impl_->address; }

NatsCounters NatsLink::counters() const {
  return {.reconnects = impl_->reconnects,
          .slow_consumers = impl_->slow_consumers,
          .replies_refused = impl_->replies_refused,
          .messages_in = impl_->messages_in,
          .bytes_in = impl_->bytes_in,
          .messages_out = impl_->messages_out,
          .bytes_out = impl_->bytes_out};
}

std::shared_ptr<__natsConnection> NatsLink::session() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->session;
}

std::shared_ptr<void> NatsLink::watch(std::function<void()> changed) {
  const std::lock_guard lock{impl_->watching};
  const auto number = ++impl_->watchers_made;
  impl_->watchers.emplace(number, std::move(changed));
  return {impl_.get(), [number](Impl* impl) {
            const std::lock_guard ending{impl->watching};
            impl->watchers.erase(number);
          }};
}

void NatsLink::tell(NatsNotice::Kind kind, std::string text) { impl_->tell(kind, std::move(text)); }

void NatsLink::count_in(std::size_t bytes) {
  ++impl_->messages_in;
  impl_->bytes_in += bytes;
}

void NatsLink::count_out(std::size_t bytes) {
  ++impl_->messages_out;
  impl_->bytes_out += bytes;
}

void NatsLink::count_refused_reply() { ++impl_->replies_refused; }

} // namespace riskcluster
