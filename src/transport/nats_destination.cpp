#include "transport/nats_destination.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>

#include <nats/nats.h>

#include "transport/nats_destination_core.hpp"
#include "transport/nats_message.hpp"

namespace riskcluster {

namespace {

/// Why the server did not store a message: its own words. Empty when it has.
std::string refusal_in(std::string_view answer) {
  if (answer.find("\"error\"") == answer.npos) return {};
  constexpr std::string_view key = "\"description\":\"";
  const auto at = answer.find(key);
  if (at == answer.npos) return "refused";
  const auto begin = at + key.size();
  return std::string{answer.substr(begin, answer.find('"', begin) - begin)};
}

/// What is published to one subject, in order; the subjects in the order in which they first come.
std::vector<std::vector<Publication>> by_subject(std::vector<Publication> publications,
                                                 const std::function<std::string(const Publication&)>& subject) {
  std::vector<std::vector<Publication>> lanes;
  std::map<std::string, std::size_t> places;
  for (auto& publication : publications) {
    const auto [place, fresh] = places.try_emplace(subject(publication), lanes.size());
    if (fresh) lanes.emplace_back();
    lanes[place->second].push_back(std::move(publication));
  }
  return lanes;
}

/// A portion has arrived when all of its lanes have.
Destination::Done when_all(std::size_t lanes, Destination::Done done) {
  struct Left {
    std::atomic<std::size_t> lanes;
    std::atomic<bool> arrived{true};
  };
  auto left = std::make_shared<Left>();
  left->lanes = lanes;
  return [left, done = std::move(done)](bool arrived) {
    if (!arrived) left->arrived = false;
    if (left->lanes.fetch_sub(1) == 1) done(left->arrived);
  };
}

} // namespace

bool NatsDestination::Core::accept(std::vector<std::vector<Publication>> subjects, const Done& done) {
  if (!link.connected()) return false;
  const std::lock_guard lock{mutex};
  // One portion fits in any case: it would be refused for ever.
  if (!lanes.empty() && lanes.size() + subjects.size() > options.lanes_max) return false;
  for (auto& publications : subjects) {
    const auto number = ++numbers;
    lanes.emplace(number, Lane{std::move(publications), done});
    ready.push_back(number);
  }
  return true;
}

void NatsDestination::Core::on_answer(natsMsg& message) {
  const std::string_view subject{natsMsg_GetSubject(&message)};
  std::uint64_t token = 0;
  const auto digits = subject.substr(subject.rfind('.') + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), token);
  const std::string_view text{natsMsg_GetData(&message), static_cast<std::size_t>(natsMsg_GetDataLength(&message))};
  const bool nobody = natsMsg_IsNoResponders(&message);
  // Whoever else listens to outputs may answer them, too; only a stream says where it has put something.
  if (!nobody && text.find("\"stream\"") == text.npos && text.find("\"error\"") == text.npos) return;
  const std::string why = nobody ? no_stream : refusal_in(text);

  std::unique_lock lock{mutex};
  const auto found = under_way.find(token);
  if (ended || found == under_way.end()) return;
  const auto number = found->second;
  if (nobody) stream_known = false, look_again = Clock::now() + options.repair_wait;
  Lane& lane = lanes.at(number);
  if (!why.empty()) return finish(number, false, lane.publications[lane.next].id + ": " + why, lock);
  under_way.erase(found);
  lane.token = 0;
  if (++lane.next == lane.publications.size()) return finish(number, true, {}, lock);
  ready.push_back(number);
  lock.unlock();
  woken.notify_one();
}

void NatsDestination::Core::finish(std::uint64_t number, bool arrived, const std::string& why,
                                   std::unique_lock<std::mutex>& lock) {
  auto node = lanes.extract(number);
  const Lane& lane = node.mapped();
  under_way.erase(lane.token);
  const bool known = complaint == why;
  complaint = why;
  ++calling;
  lock.unlock();
  if (!arrived && !known) link.tell(NatsNotice::Kind::failed, options.name + ": " + why);
  lane.done(arrived);
  lock.lock();
  --calling;
  called.notify_all();
}

Result<std::unique_ptr<NatsDestination>> NatsDestination::open(NatsLink& link, NatsDestinationOptions options) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  if (options.name.empty() || !std::all_of(options.name.begin(), options.name.end(), letter))
    return invalid("\"" + options.name + "\" names no cursor");
  if (options.lanes_max == 0) return invalid(options.name + " may hold nothing");
  if (options.create_streams && link.connected()) {
    const auto stream = ensure_stream(*link.session(), options.stream, options.api_wait);
    if (!stream && stream.error().code == Errc::invalid_argument) return stream.error();
    if (stream && *stream) link.tell(NatsNotice::Kind::repaired, "stream " + options.stream.name + " was made");
  }
  auto core = std::make_shared<Core>(link, std::move(options));
  core->watch = link.watch([watched = core.get()] {
    const std::lock_guard lock{watched->mutex};
    watched->call = true;
    watched->woken.notify_one();
  });
  core->writer = std::thread{[core] { core->write(); }};
  return std::unique_ptr<NatsDestination>{new NatsDestination{std::move(core)}};
}

NatsDestination::NatsDestination(std::shared_ptr<Core> core) : core_{std::move(core)} {}

NatsDestination::~NatsDestination() {
  core_->watch.reset();
  {
    const std::lock_guard lock{core_->mutex};
    core_->ended = true;
    core_->woken.notify_all();
  }
  core_->writer.join();
  core_->inbox.reset();
  std::unique_lock lock{core_->mutex};
  core_->called.wait(lock, [this] { return core_->calling == 0; });
}

const std::string& NatsDestination::name() const { return core_->options.name; }

void NatsDestination::publish(ShardId, std::vector<Publication> publications, Done done) {
  if (publications.empty()) return done(true);
  auto lanes = by_subject(std::move(publications), core_->options.subject);
  const auto all = when_all(lanes.size(), done);
  if (!core_->accept(std::move(lanes), all)) return done(false);
  core_->woken.notify_one();
}

} // namespace riskcluster
