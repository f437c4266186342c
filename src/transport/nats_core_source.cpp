#include "transport/nats_core_source.hpp"

#include <mutex>

#include <nats/nats.h>

#include "transport/credit.hpp"
#include "transport/nats_message.hpp"
#include "transport/nats_subscribe.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

struct NatsCoreSource::Core : std::enable_shared_from_this<Core> {
  Core(NatsLink& on, NatsCoreOptions with) : link{on}, options{std::move(with)}, places{options.credit} {}

  void subscribe_all();
  void on_message(natsMsg& message);

  NatsLink& link;
  const NatsCoreOptions options;
  Source::Take take;
  Credit places;
  std::mutex taking; ///< each subject has a thread of the driver; one of them takes at a time
  bool stopped = false;

  mutable std::mutex subscribing;
  std::shared_ptr<natsConnection> session;
  std::vector<NatsHandle<natsSubscription>> subscriptions;
  std::uint64_t retired = 0; ///< dropped by subscriptions that are no more
  bool started = false, closed = false;

  std::uint64_t dropped() const;
};

/// By those that are there. With `subscribing`.
std::uint64_t NatsCoreSource::Core::dropped() const {
  std::uint64_t all = 0;
  for (const auto& subscription : subscriptions) {
    std::int64_t one = 0;
    if (natsSubscription_GetDropped(subscription.get(), &one) == NATS_OK) all += static_cast<std::uint64_t>(one);
  }
  return all;
}

/// Once for each connection of the driver; it renews them itself when it reconnects.
void NatsCoreSource::Core::subscribe_all() {
  const std::lock_guard lock{subscribing};
  const auto now = link.session();
  if (closed || !now || now == session) return;
  session = now;
  retired += dropped();
  subscriptions.clear();
  for (const auto& subject : options.subjects) {
    auto made = subscribe(*now, subject, options.queue, {options.pending_messages_max, options.pending_bytes_max},
                          [self = shared_from_this()](NatsHandle<natsMsg> message) { self->on_message(*message); });
    if (made)
      subscriptions.push_back(std::move(*made));
    else
      link.tell(NatsNotice::Kind::failed, options.name + ": " + made.error().message);
  }
}

void NatsCoreSource::Core::on_message(natsMsg& message) {
  const std::lock_guard one_at_a_time{taking};
  if (stopped || !places.take()) return;
  auto delivery = delivery_of(message);
  if (const char* reply = natsMsg_GetReply(&message)) {
    if (may_reply_to(reply, options.reply_prefixes))
      delivery.reply_to = reply;
    else
      link.count_refused_reply();
  }
  link.count_in(delivery.bytes.size());
  take(std::move(delivery), settle_once([self = shared_from_this()](Settled) { self->places.give_back(); }));
}

NatsCoreSource::NatsCoreSource(NatsLink& link, NatsCoreOptions options)
    : core_{std::make_shared<Core>(link, std::move(options))} {}

NatsCoreSource::~NatsCoreSource() { stop(); }

const std::string& NatsCoreSource::name() const { return core_->options.name; }

Result<bool> NatsCoreSource::start(Take take) {
  const auto& options = core_->options;
  if (options.subjects.empty()) return invalid(options.name + " has no subject");
  for (const auto& subject : options.subjects)
    if (!is_subject_filter(subject)) return invalid(options.name + ": \"" + subject + "\" cannot be subscribed to");
  if (!options.queue.empty() && !is_subject(options.queue))
    return invalid(options.name + ": \"" + options.queue + "\" names no queue");
  if (options.credit == 0 || options.pending_messages_max <= 0 || options.pending_bytes_max <= 0)
    return invalid(options.name + ": credit and what may wait for it must be more than 0");
  if (std::exchange(core_->started, true)) return invalid(options.name + " was started already");
  core_->take = std::move(take);
  core_->subscribe_all();
  watch_ = core_->link.watch([core = core_] { core->subscribe_all(); });
  return true;
}

void NatsCoreSource::stop() {
  watch_.reset();
  core_->places.close();
  {
    const std::lock_guard last_take{core_->taking};
    core_->stopped = true;
  }
  const std::lock_guard lock{core_->subscribing};
  core_->closed = true;
  core_->subscriptions.clear();
}

std::size_t NatsCoreSource::unsettled() const { return core_->places.taken(); }

std::uint64_t NatsCoreSource::dropped() const {
  const std::lock_guard lock{core_->subscribing};
  return core_->retired + core_->dropped();
}

} // namespace riskcluster
