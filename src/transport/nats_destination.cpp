#include "transport/nats_destination.hpp"

#include <algorithm>
#include <charconv>

#include <nats/nats.h>

#include "core/check.hpp"
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

} // namespace

bool NatsDestination::Core::accept(ShardId shard, std::vector<Publication>& publications, Done& done) {
  if (!link.connected()) return false;
  const std::lock_guard lock{mutex};
  check(!shards.contains(shard), "a shard's portion is published before the one before it was confirmed");
  if (portions.size() >= options.portions_max) return false;
  const auto number = ++numbers;
  portions.emplace(number, Portion{shard, std::move(publications), std::move(done)});
  shards.insert(shard);
  ready.push_back(number);
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
  Portion& portion = portions.at(number);
  if (!why.empty()) return finish(number, false, portion.publications[portion.next].id + ": " + why, lock);
  under_way.erase(found);
  portion.token = 0;
  if (++portion.next == portion.publications.size()) return finish(number, true, {}, lock);
  ready.push_back(number);
  lock.unlock();
  woken.notify_one();
}

void NatsDestination::Core::finish(std::uint64_t number, bool arrived, const std::string& why,
                                   std::unique_lock<std::mutex>& lock) {
  auto node = portions.extract(number);
  const Portion& portion = node.mapped();
  under_way.erase(portion.token);
  shards.erase(portion.shard);
  const bool known = complaint == why;
  complaint = why;
  ++calling;
  lock.unlock();
  if (!arrived && !known) link.tell(NatsNotice::Kind::failed, options.name + ": " + why);
  portion.done(arrived);
  lock.lock();
  --calling;
  called.notify_all();
}

Result<std::unique_ptr<NatsDestination>> NatsDestination::open(NatsLink& link, NatsDestinationOptions options) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  if (options.name.empty() || !std::all_of(options.name.begin(), options.name.end(), letter))
    return invalid("\"" + options.name + "\" names no cursor");
  if (options.portions_max == 0) return invalid(options.name + " may hold no portion");
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

void NatsDestination::publish(ShardId shard, std::vector<Publication> publications, Done done) {
  if (publications.empty()) return done(true);
  if (!core_->accept(shard, publications, done)) return done(false);
  core_->woken.notify_one();
}

} // namespace riskcluster
