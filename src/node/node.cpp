#include "node/node.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/caller.hpp"
#include "actors/spawn.hpp"
#include "actors/supervisor.hpp"
#include "journal/journal.hpp"
#include "placement/shard_of.hpp"
#include "storage/cursors.hpp"
#include "tenant/decide.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t openings_at_once = 1'000;

caf::actor_system_config& configured(caf::actor_system_config& config) {
  config.set("scheduler.policy",
             caf::atom("sharing")); // idle at 50 messages a second it costs 0.01 core, stealing 0.45
  config.set("scheduler.max-threads", std::max<std::size_t>(2, std::thread::hardware_concurrency()));
  return config;
}

std::uint64_t number_in(const std::optional<std::string>& bytes) {
  return bytes ? std::strtoull(bytes->c_str(), nullptr, 10) : 0;
}

/// Where outputs begin, and the shards whose journal is shorter than what was already published from it.
/// A destination that was not there when the journal was cut begins with what is left.
Result<bool> prepare_egress(const NodeDoors& doors, NodeParts& parts) {
  std::vector<SequenceNumber> bases;
  for (std::uint32_t shard = 0; shard < parts.shard_count; ++shard) {
    const auto end = doors.journal->end({shard});
    if (!end) parts.halted.emplace(shard, end.error().message);
    parts.egress.ends.push_back(end ? end->n : SequenceNumber{});
    const auto base = doors.journal->base({shard});
    if (!base) parts.halted.try_emplace(shard, base.error().message);
    bases.push_back(base ? base->n : SequenceNumber{});
  }
  for (const auto& outlet : doors.outlets) {
    auto& confirmed = parts.egress.confirmed.emplace_back();
    for (std::uint32_t shard = 0; shard < parts.shard_count; ++shard) {
      const auto cursor = doors.cursors->find(cursor_name(outlet.destination->name(), {shard}));
      if (!cursor) return cursor.error();
      const SequenceNumber n{number_in(*cursor)};
      if (n > parts.egress.ends[shard])
        parts.halted.try_emplace(shard, "n " + std::to_string(n.value) + " was published to " +
                                            outlet.destination->name() + ", but the journal ends at n " +
                                            std::to_string(parts.egress.ends[shard].value) + ": records are missing");
      if (*cursor && n < bases[shard] && doors.tell)
        doors.tell({"OUTPUTS_CUT", outlet.destination->name(),
                    "shard " + std::to_string(shard) + ": it had n " + std::to_string(n.value) +
                        ", the journal begins behind n " + std::to_string(bases[shard].value)});
      confirmed.push_back(std::clamp(n, bases[shard], std::max(bases[shard], parts.egress.ends[shard])));
    }
    parts.outlets.push_back({outlet.destination, outlet.encode, outlet.content_type});
  }
  return true;
}

} // namespace

struct Node::Impl {
  explicit Impl(std::uint32_t count) : system{configured(config)}, shard_count{count} {}

  template <class T, class Handle, class... Words>
  Result<T> ask(const Handle& whom, Words&&... words) {
    caf::scoped_actor self{system};
    Result<T> answer = Error{Errc::unavailable, "no answer"};
    self->request(whom, caf::infinite, std::forward<Words>(words)...)
        .receive([&](T& value) { answer = std::move(value); },
                 [&](const caf::error& error) { answer = from_caf(error); });
    return answer;
  }

  caf::actor_system_config config;
  caf::actor_system system;
  std::uint32_t shard_count;
  supervisor_actor supervisor;
  ingress_actor ingress;
  caller_actor caller;
  mutable std::mutex mutex;
  std::optional<Error> failure;
};

Node::Node(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

Node::~Node() {
  caf::anon_send_exit(impl_->caller, caf::exit_reason::kill);
  caf::anon_send_exit(impl_->supervisor, caf::exit_reason::kill);
  impl_->caller = caller_actor();
  impl_->ingress = ingress_actor();
  impl_->supervisor = supervisor_actor();
}

Result<std::unique_ptr<Node>> Node::start(NodeDoors doors, std::uint32_t shard_count, RoadSettings settings) {
  auto impl = std::make_unique<Impl>(shard_count);
  auto parts = std::make_shared<NodeParts>();
  parts->journal = doors.journal;
  parts->snapshots = doors.snapshots;
  parts->cursors = doors.cursors;
  parts->shard_count = shard_count;
  parts->settings = settings;
  if (const auto prepared = prepare_egress(doors, *parts); !prepared) return prepared.error();
  parts->view_at = std::move(doors.view_at);
  parts->feed = std::move(doors.feed);
  parts->watch = std::move(doors.watch);
  parts->tell = doors.tell;
  parts->failed = [raw = impl.get(), tell = std::move(doors.tell)](const Error& why) {
    {
      const std::lock_guard lock{raw->mutex};
      raw->failure = why;
    }
    if (tell) tell({"NODE_FAILED", "node", why.message});
  };
  std::unique_ptr<Node> node{new Node{std::move(impl)}};
  Impl& made = *node->impl_;
  made.supervisor = spawn_actor<SupervisorState>(made.system, Thread::shared, NodePartsPtr{std::move(parts)});
  auto ingress = made.ask<ingress_actor>(made.supervisor, ready_atom::value);
  if (!ingress) return ingress.error();
  made.ingress = std::move(*ingress);
  made.caller = spawn_actor<CallerState>(made.system, Thread::shared, made.ingress, made.supervisor);
  // It belongs to nobody's rebuilding: without it every input would be taken and never answered.
  made.caller->attach_functor([&made](const caf::error& why) {
    if (why == caf::exit_reason::kill) return; // by ~Node
    const std::lock_guard lock{made.mutex};
    made.failure = from_caf(why);
  });
  return node;
}

OpeningOutcome Node::open(const std::vector<TenantEvent>& events) {
  std::vector<Openings> portions(impl_->shard_count);
  OpeningOutcome all;
  // A shard without an owner must not keep the others' tenants out.
  const auto flush = [&](std::uint32_t shard) {
    auto portion = std::make_shared<Openings>(std::exchange(portions[shard], {}));
    portion->shard = {shard};
    const auto done = impl_->ask<OpenedPtr>(impl_->ingress, open_atom::value, OpeningsPtr{std::move(portion)});
    if (!done) {
      all.refused.push_back(done.error().message);
      const auto code = done.error().code;
      if (code == Errc::unavailable || code == Errc::overloaded) all.again = done.error().message;
      return;
    }
    all.opened += (*done)->opened;
    all.known += (*done)->known;
    all.differing.insert(all.differing.end(), (*done)->differing.begin(), (*done)->differing.end());
  };
  for (const auto& event : events) {
    const auto shard = shard_of(opening_of(event)->id.text(), impl_->shard_count).value;
    portions[shard].events.push_back(event);
    if (portions[shard].events.size() == openings_at_once) flush(shard);
  }
  for (std::uint32_t shard = 0; shard < impl_->shard_count; ++shard)
    if (!portions[shard].events.empty()) flush(shard);
  return all;
}

void Node::admit(Input input, Answered answered) {
  caf::anon_send(impl_->caller, admit_atom::value, InputPtr{std::make_shared<const Input>(std::move(input))},
                 CallbackPtr{std::make_shared<const Callback>(Callback{std::move(answered)})});
}

void Node::admit(PortfolioUpdate update, std::function<void(Result<UpdateOutcome>)> answered) {
  caf::anon_send(impl_->caller, admit_atom::value,
                 UpdatePtr{std::make_shared<const PortfolioUpdate>(std::move(update))},
                 UpdateCallbackPtr{std::make_shared<const UpdateCallback>(UpdateCallback{std::move(answered)})});
}

Result<ReplyPtr> Node::admit(Input input) {
  return impl_->ask<ReplyPtr>(impl_->ingress, admit_atom::value,
                              InputPtr{std::make_shared<const Input>(std::move(input))});
}

Result<ReplyPtr> Node::admit(SignalBatch batch) {
  return impl_->ask<ReplyPtr>(impl_->ingress, admit_atom::value,
                              SignalBatchPtr{std::make_shared<const SignalBatch>(std::move(batch))});
}

Result<UpdateOutcome> Node::admit(PortfolioUpdate update) {
  return impl_->ask<UpdateOutcome>(impl_->ingress, admit_atom::value,
                                   UpdatePtr{std::make_shared<const PortfolioUpdate>(std::move(update))});
}

void Node::feed(MarketNews news, std::function<void()> taken) {
  caf::anon_send(impl_->caller, news_atom::value, MarketNewsPtr{std::make_shared<const MarketNews>(std::move(news))},
                 NewsCallbackPtr{std::make_shared<const NewsCallback>(NewsCallback{std::move(taken)})});
}

Result<PoliciesPtr> Node::policies() { return impl_->ask<PoliciesPtr>(impl_->supervisor, policy_atom::value); }

Result<bool> Node::stop() { return impl_->ask<bool>(impl_->supervisor, stop_atom::value); }

std::optional<Error> Node::failure() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->failure;
}

} // namespace riskcluster
