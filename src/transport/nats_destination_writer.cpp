// The writer of a NatsDestination: one message of each lane at a time, and what becomes of those without an answer.

#include <algorithm>

#include <nats/nats.h>

#include "transport/nats_destination_core.hpp"
#include "transport/nats_message.hpp"
#include "transport/nats_subscribe.hpp"

namespace riskcluster {

void NatsDestination::Core::write() {
  std::unique_lock lock{mutex};
  for (;;) {
    woken.wait_until(lock, next_deadline(), [this] { return ended || call || !ready.empty(); });
    if (ended) return;
    call = false;
    fail_hopeless(lock);
    if (ended || ready.empty()) continue;
    const auto number = ready.front();
    ready.pop_front();
    if (lanes.contains(number)) send(number, lock);
  }
}

NatsDestination::Core::Clock::time_point NatsDestination::Core::next_deadline() const {
  const auto next = Clock::now() + std::chrono::seconds{1};
  return under_way.empty() ? next : std::min(next, lanes.at(under_way.begin()->second).deadline);
}

void NatsDestination::Core::fail_hopeless(std::unique_lock<std::mutex>& lock) {
  const auto now = Clock::now();
  const bool connected = link.connected();
  const auto generation = link.generation();
  const std::string silence = "no answer within " + std::to_string(link.options().publish_deadline.count()) + " ms";
  struct Hopeless {
    std::uint64_t number, token;
    std::string why;
  };
  std::vector<Hopeless> hopeless;
  if (!connected)
    for (const auto& [number, lane] : lanes) hopeless.push_back({number, lane.token, "no connection"});
  else // the oldest first: behind one that may still be answered all may
    for (const auto& [token, number] : under_way) {
      const Lane& lane = lanes.at(number);
      const bool lost = lane.generation != generation;
      if (!lost && now < lane.deadline) break;
      hopeless.push_back({number, token, lost ? "no connection" : silence});
    }
  for (const auto& one : hopeless) {
    // Its answer may have come while another one was finished.
    const auto found = lanes.find(one.number);
    if (found != lanes.end() && found->second.token == one.token) finish(one.number, false, one.why, lock);
  }
}

void NatsDestination::Core::send(std::uint64_t number, std::unique_lock<std::mutex>& lock) {
  Lane& lane = lanes.at(number);
  const auto token = lane.token = ++tokens;
  lane.generation = link.generation();
  lane.deadline = Clock::now() + link.options().publish_deadline;
  under_way.emplace(token, number);
  // Nobody changes it before its answer, and nobody but this thread gives it up.
  const Publication& publication = lane.publications[lane.next];
  lock.unlock();
  const auto why = put(publication, token);
  lock.lock();
  if (!why.empty() && under_way.contains(token)) finish(number, false, why, lock);
}

/// @returns why it could not be sent.
std::string NatsDestination::Core::put(const Publication& publication, std::uint64_t token) {
  if (auto why = make_ready(); !why.empty()) return why;
  const auto subject = options.subject(publication);
  const auto reply = inbox_subject + "." + std::to_string(token);
  const auto message = driver_message(fitting(output_message(publication, subject), link, *session), reply.c_str());
  const std::size_t size = publication.bytes.size();
  const std::string what = publication.id + ", " + std::to_string(size) + " bytes";
  if (!message) return what + ", cannot be sent to \"" + subject + "\"";
  // From here on its answer may come, and the lane be gone.
  const auto status = natsConnection_PublishMsg(session.get(), message.get());
  if (status != NATS_OK) return what + ": " + natsStatus_GetText(status);
  link.count_out(size);
  return {};
}

/// An inbox on the present connection, and a stream.
std::string NatsDestination::Core::make_ready() {
  if (const auto now = link.session(); now != session) {
    const auto subject = new_inbox();
    auto made = subscribe(*now, subject + ".*", "", {},
                          [self = shared_from_this()](NatsHandle<natsMsg> message) { self->on_answer(*message); });
    if (!made) return made.error().message;
    inbox = std::move(*made);
    inbox_subject = subject;
    session = now;
  }
  if (!options.create_streams) return {};
  {
    const std::lock_guard lock{mutex};
    if (Clock::now() < look_again) return no_stream;
    if (std::exchange(stream_known, true)) return {};
  }
  const auto stream = ensure_stream(*session, options.stream, options.api_wait);
  if (stream && *stream) link.tell(NatsNotice::Kind::repaired, "stream " + options.stream.name + " was made");
  if (stream) return {};
  const std::lock_guard lock{mutex};
  stream_known = false;
  return stream.error().message;
}

} // namespace riskcluster
