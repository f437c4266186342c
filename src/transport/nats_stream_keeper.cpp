// The keeper of a NatsStreamSource: sees that there is a consumer and an inbox, asks for messages, answers for them.

#include <algorithm>

#include <nats/nats.h>

#include "transport/nats_stream_core.hpp"
#include "transport/nats_subscribe.hpp"

namespace riskcluster {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds last_words_wait{500};

std::string nanos(milliseconds time) { return std::to_string(std::chrono::nanoseconds{time}.count()); }

std::string text_of(PullLedger::Word word, milliseconds redeliver_after) {
  switch (word) {
  case PullLedger::Word::done:
    return "+ACK";
  case PullLedger::Word::in_progress:
    return "+WPI";
  case PullLedger::Word::now:
    return "-NAK";
  case PullLedger::Word::later:
    break;
  }
  return "-NAK {\"delay\": " + nanos(redeliver_after) + "}";
}

} // namespace

void NatsStreamSource::Core::keep() {
  for (bool last = false; !last;) {
    std::unique_lock lock{mutex};
    // What is settled meanwhile may make it sooner.
    const auto chore = Clock::now() + until_next_chore();
    const auto all_taken = [&] { return ended && retired.empty() && !inbox; };
    const auto due = [&] { return call || all_taken() || Clock::now() >= std::min(chore, tell_at); };
    while (!due()) woken.wait_until(lock, std::min(chore, tell_at));
    call = false;
    tell_at = Clock::time_point::max();
    last = all_taken(); // what had come and was not taken is handed back first
    lock.unlock();
    maintain();
    answer();
    ask();
    free_retired();
  }
  inbox.reset();
}

NatsStreamSource::Core::Clock::duration NatsStreamSource::Core::until_next_chore() const {
  constexpr milliseconds tick_max{1'000}, tick_min{1};
  if (!retired.empty()) return ended ? tick_min : milliseconds{10};
  if (!link.connected()) return tick_max; // the link calls when that changes
  if (!serving() && !stopping) return std::clamp<Clock::duration>(next_attempt - Clock::now(), tick_min, tick_max);
  return std::min({tick_max, std::max(ack_wait / 4, tick_min), std::max(options.idle_heartbeat / 2, tick_min)});
}

/// Attached as long as there is a connection; where the server says nothing although it should, anew.
void NatsStreamSource::Core::maintain() {
  const bool waits = inbox && waiting_in(*inbox) > 0;
  {
    std::unique_lock lock{mutex};
    if (stopping) {
      lock.unlock();
      // What the server has sent so far is in the inbox then, and can be handed back at once.
      if (inbox && link.connected()) natsConnection_FlushTimeout(link.session().get(), last_words_wait.count());
      return retire_inbox();
    }
    const auto now = Clock::now();
    // The server owes a heartbeat for what it was asked for, behind what it has sent.
    if (!serving() || ledger.asked() == 0 || waits) last_heard = now;
    if (now - last_heard > options.idle_heartbeat * 5 / 2) lose("the server is silent", options.retry_wait_min);
    if (serving() || !link.connected() || now < next_attempt) return;
  }
  const auto done = attach();
  const std::lock_guard lock{mutex};
  if (std::exchange(served, false)) retry_wait = milliseconds{0};
  retry_wait = std::clamp(retry_wait * 2, options.retry_wait_min, options.retry_wait_max);
  next_attempt = Clock::now() + retry_wait;
  if (!done) complain(done.error().message);
}

Result<bool> NatsStreamSource::Core::attach() {
  const auto now_generation = link.generation();
  const auto session = link.session();
  milliseconds wait = options.ack_wait;
  const ConsumerOptions wanted{options.stream.name, options.durable, options.ack_wait, options.ack_pending_max};
  if (options.create_streams) {
    const auto stream = ensure_stream(*session, options.stream, options.api_wait);
    if (!stream) return stream.error();
    if (*stream) link.tell(NatsNotice::Kind::repaired, "stream " + options.stream.name + " was made");
    const auto consumer = ensure_consumer(*session, wanted, options.credit, options.api_wait);
    if (!consumer) return consumer.error();
    if (consumer->made)
      link.tell(NatsNotice::Kind::repaired, "consumer " + options.durable + " of " + options.stream.name + " was made");
    wait = consumer->ack_wait;
    if (!consumer->made && has_forgotten(*session, wanted, options.api_wait)) {
      ConsumerOptions same = wanted;
      same.ack_wait = wait; // its own, which somebody may have chosen, and which our signs of life follow
      const auto anew = renew_consumer(*session, same, options.api_wait);
      if (!anew) return anew.error();
      link.tell(NatsNotice::Kind::repaired, "consumer " + options.durable + " of " + options.stream.name +
                                                " was made anew, because the server had forgotten messages");
    }
  } else if (const auto consumer = find_consumer(*session, wanted, options.credit, options.api_wait)) {
    wait = consumer->ack_wait; // signs of life follow it; who may not ask has to know it himself
  }
  // An inbox of its own each time: requests that an older one still has at the server end with it.
  const std::string subject = new_inbox();
  const auto next_round = round + 1; // nobody else changes it
  // What was asked for and a word of the server now and then; in bytes, so many times its max_payload.
  const PendingLimits limits{.messages_max = static_cast<int>(4 * options.credit) + 1'024, .bytes_max = -1};
  auto made =
      subscribe(*session, subject, "", limits, [self = shared_from_this(), next_round](NatsHandle<natsMsg> message) {
        self->on_message(next_round, *message);
      });
  if (!made) return made.error();
  retire_inbox();
  inbox = std::move(*made);
  inbox_subject = subject;
  const std::lock_guard lock{mutex};
  round = next_round;
  generation = now_generation;
  ack_wait = wait;
  last_heard = Clock::now();
  ledger.requests_lost();
  attached = true;
  return true;
}

void NatsStreamSource::Core::answer() {
  if (!link.connected()) return; // what is to be said is kept
  std::unique_lock lock{mutex};
  const auto answers = ledger.answers(Clock::now(), ack_wait / 2);
  const auto back = std::exchange(returned, {});
  lock.unlock();
  if (answers.empty() && back.empty()) return;
  const auto session = link.session();
  const auto send = [&](const std::string& subject, PullLedger::Word word) {
    const auto text = text_of(word, options.redeliver_after);
    return natsConnection_PublishString(session.get(), subject.c_str(), text.c_str()) == NATS_OK;
  };
  std::size_t told = 0;
  while (told < answers.size() && send(answers[told].ack_subject, answers[told].word)) ++told;
  for (const auto& subject : back) send(subject, PullLedger::Word::now);
  lock.lock();
  const auto now = Clock::now();
  for (std::size_t i = 0; i < told; ++i) ledger.told(answers[i], now);
  place_free.notify_all();
}

void NatsStreamSource::Core::ask() {
  std::unique_lock lock{mutex};
  if (stopping || !serving()) return;
  const std::size_t count = ledger.ask();
  lock.unlock();
  if (count == 0) return;
  const std::string request = "{\"batch\":" + std::to_string(count) + ",\"expires\":" + nanos(options.request_expires) +
                              ",\"idle_heartbeat\":" + nanos(options.idle_heartbeat) + "}";
  const std::string subject = "$JS.API.CONSUMER.MSG.NEXT." + options.stream.name + "." + options.durable;
  const auto session = link.session();
  if (natsConnection_PublishRequest(session.get(), subject.c_str(), inbox_subject.c_str(), request.data(),
                                    static_cast<int>(request.size())) == NATS_OK)
    return;
  lock.lock();
  ledger.request_ended(count);
}

void NatsStreamSource::Core::retire_inbox() {
  if (inbox && !retire(*inbox)) retired.push_back(std::move(inbox));
  inbox.reset();
}

void NatsStreamSource::Core::free_retired() {
  std::erase_if(retired, [](const auto& old) { return waiting_in(*old) == 0; });
}

} // namespace riskcluster
