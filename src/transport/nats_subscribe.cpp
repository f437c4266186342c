#include "transport/nats_subscribe.hpp"

#include <limits>

#include <nats/nats.h>

namespace riskcluster {

namespace {

using OnMessage = std::function<void(NatsHandle<natsMsg>)>;

void hand_on(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
  (*static_cast<OnMessage*>(closure))(NatsHandle<natsMsg>{message});
}

void forget(void* closure) { delete static_cast<OnMessage*>(closure); }

} // namespace

Result<NatsHandle<__natsSubscription>> subscribe(__natsConnection& connection, const std::string& subject,
                                                 const std::string& queue, PendingLimits limits, OnMessage on_message) {
  auto kept = std::make_unique<OnMessage>(std::move(on_message));
  natsSubscription* made = nullptr;
  auto status = queue.empty() ? natsConnection_Subscribe(&made, &connection, subject.c_str(), hand_on, kept.get())
                              : natsConnection_QueueSubscribe(&made, &connection, subject.c_str(), queue.c_str(),
                                                              hand_on, kept.get());
  if (status != NATS_OK)
    return Error{Errc::unavailable, "subscription to " + subject + ": " + natsStatus_GetText(status)};
  NatsHandle<natsSubscription> subscription{made};
  OnMessage* const closure = kept.release(); // from here on it is the driver's, which says when it is done with it
  status = natsSubscription_SetOnCompleteCB(made, forget, closure);
  if (status == NATS_OK) status = natsSubscription_SetPendingLimits(made, limits.messages_max, limits.bytes_max);
  if (status != NATS_OK)
    return Error{Errc::unavailable, "subscription to " + subject + ": " + natsStatus_GetText(status)};
  return subscription;
}

bool retire(__natsSubscription& subscription) {
  std::int64_t delivered = 0;
  const int waiting = waiting_in(subscription);
  if (waiting == 0 || natsSubscription_GetDelivered(&subscription, &delivered) != NATS_OK) return true;
  // The driver counts from the subscription's beginning, in an int.
  const std::int64_t all = delivered + waiting;
  return all > std::numeric_limits<int>::max() ||
         natsSubscription_AutoUnsubscribe(&subscription, static_cast<int>(all)) != NATS_OK;
}

int waiting_in(__natsSubscription& subscription) {
  int messages = 0;
  return natsSubscription_GetPending(&subscription, &messages, nullptr) == NATS_OK ? messages : 0;
}

std::string new_inbox() {
  natsInbox* made = nullptr;
  if (natsInbox_Create(&made) != NATS_OK) return {};
  std::string subject{made};
  natsInbox_Destroy(made);
  return subject;
}

} // namespace riskcluster
