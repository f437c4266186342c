#include "transport/nats_stream_source.hpp"

#include <nats/nats.h>

#include "transport/credit.hpp"
#include "transport/nats_message.hpp"
#include "transport/nats_stream_core.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

void NatsStreamSource::Core::heard() {
  last_heard = Clock::now();
  served = true;
  complaint.clear();
}

/// The consumer, or what we asked of it, is not there any more.
void NatsStreamSource::Core::lose(const std::string& why, std::chrono::milliseconds pause) {
  if (!attached) return;
  attached = false;
  next_attempt = std::max(next_attempt, Clock::now() + pause);
  ledger.requests_lost();
  complain("consumer " + options.durable + " of " + options.stream.name + ": " + why);
  wake();
}

void NatsStreamSource::Core::complain(const std::string& text) {
  if (std::exchange(complaint, text) != text) link.tell(NatsNotice::Kind::failed, text);
}

void NatsStreamSource::Core::wake() {
  call = true;
  woken.notify_one();
}

void NatsStreamSource::Core::on_message(std::uint64_t of_round, natsMsg& message) {
  const char* const ack_subject = natsMsg_GetReply(&message);
  const auto place = ack_subject ? parse_ack_subject(ack_subject) : std::nullopt;
  if (!place) return on_status(of_round, message);
  const std::lock_guard one_at_a_time{taking};
  std::unique_lock lock{mutex};
  place_free.wait(lock, [this] { return stopping || ledger.has_place(); });
  if (stopping) {
    returned.emplace_back(ack_subject);
    return wake();
  }
  heard();
  const auto number = ledger.arrived(place->place, ack_subject, of_round == round, last_heard);
  if (!number) {
    ++copies;
    return wake(); // there is a place to ask for again
  }
  lock.unlock();
  auto delivery = delivery_of(message);
  delivery.reply_to = reply_to(message);
  delivery.deliveries = place->deliveries;
  link.count_in(delivery.bytes.size());
  take(std::move(delivery), settle_once([self = shared_from_this(), number = *number](Settled settlement) {
         self->settled(number, settlement);
       }));
}

/// A stream keeps no reply subject, so the sender puts it into a header.
std::string NatsStreamSource::Core::reply_to(natsMsg& message) {
  auto wanted = header_of(message, "Risk-Reply-To");
  if (wanted.empty() || may_reply_to(wanted, options.reply_prefixes)) return wanted;
  link.count_refused_reply();
  return {};
}

void NatsStreamSource::Core::on_status(std::uint64_t of_round, natsMsg& message) {
  constexpr int heartbeat = 100, ended_early = 408;
  const auto status = status_of(message);
  const auto missing = header_of(message, "Nats-Pending-Messages");
  const std::lock_guard lock{mutex};
  if (!status || of_round != round || stopping) return;
  if (*status == heartbeat) {
    heard();
  } else if (*status == ended_early && !missing.empty()) {
    heard();
    ledger.request_ended(std::strtoul(missing.c_str(), nullptr, 10));
    wake();
  } else {
    const auto description = header_of(message, "Description");
    const bool deleted = description.find("Deleted") != std::string::npos;
    lose(std::to_string(*status) + " " + description, deleted ? options.repair_wait : options.retry_wait_min);
  }
}

void NatsStreamSource::Core::settled(std::uint64_t number, Settled settlement) {
  const std::lock_guard lock{mutex};
  if (ended) return;
  ledger.settle(number, settlement);
  if (ledger.half_full()) return wake();
  if (tell_at != Clock::time_point::max()) return;
  tell_at = Clock::now() + options.settle_linger;
  woken.notify_one(); // it waits for something later
}

NatsStreamSource::NatsStreamSource(NatsLink& link, NatsStreamOptions options)
    : core_{std::make_shared<Core>(link, std::move(options))} {}

NatsStreamSource::~NatsStreamSource() {
  watch_.reset();
  stop();
  if (!core_->keeper.joinable()) return;
  {
    const std::lock_guard lock{core_->mutex};
    core_->ledger.give_back();
    core_->ended = true;
    core_->wake();
  }
  core_->keeper.join();
}

const std::string& NatsStreamSource::name() const { return core_->options.name; }

namespace {

/// What cannot work, or nothing.
std::string fault_of(const NatsStreamOptions& options) {
  for (const auto& word : {options.stream.name, options.durable})
    if (!is_subject(word) || word.find('.') != std::string::npos) return "\"" + word + "\" names no stream or consumer";
  if (options.credit == 0 || options.credit > stream_credit_max)
    return "its credit is " + std::to_string(options.credit) + ", not 1 to " + std::to_string(stream_credit_max);
  if (options.ack_pending_max < 0 || static_cast<std::size_t>(options.ack_pending_max) < options.credit)
    return "ack_pending_max is less than its credit";
  if (options.ack_wait.count() <= 0 || options.idle_heartbeat.count() <= 0 || options.retry_wait_min.count() <= 0 ||
      options.redeliver_after.count() < 0 || options.settle_linger.count() < 0 || options.api_wait.count() <= 0)
    return "a time is not more than 0";
  // The server refuses a request otherwise.
  if (options.request_expires < 2 * options.idle_heartbeat) return "request_expires is less than two heartbeats";
  if (options.retry_wait_max < options.retry_wait_min) return "retry_wait_max is less than retry_wait_min";
  return {};
}

} // namespace

Result<bool> NatsStreamSource::start(Take take) {
  const auto& options = core_->options;
  if (const auto fault = fault_of(options); !fault.empty()) return invalid(options.name + ": " + fault);
  if (core_->started) return invalid(options.name + " was started already");
  core_->started = true;
  core_->take = std::move(take);
  if (core_->link.connected()) {
    const auto attached = core_->attach();
    if (!attached && attached.error().code == Errc::invalid_argument) return attached.error();
  }
  watch_ = core_->link.watch([core = core_] {
    const std::lock_guard lock{core->mutex};
    core->wake();
  });
  core_->keeper = std::thread{[core = core_] { core->keep(); }};
  return true;
}

void NatsStreamSource::stop() {
  {
    const std::lock_guard lock{core_->mutex};
    core_->stopping = true;
    core_->wake();
  }
  core_->place_free.notify_all();
  const std::lock_guard last_take{core_->taking};
}

std::size_t NatsStreamSource::unsettled() const {
  const std::lock_guard lock{core_->mutex};
  return core_->ledger.unsettled();
}

std::uint64_t NatsStreamSource::copies() const {
  const std::lock_guard lock{core_->mutex};
  return core_->copies;
}

} // namespace riskcluster
