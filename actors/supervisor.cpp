#include "actors/supervisor.hpp"

#include <thread>

#include "actors/ingress.hpp"
#include "actors/journal_writer.hpp"
#include "actors/loader.hpp"
#include "actors/shard.hpp"
#include "actors/signal_router.hpp"
#include "actors/spawn.hpp"
#include "actors/var_pool.hpp"
#include "actors/var_worker.hpp"

namespace riskcluster {

namespace {

std::string name_of(ShardId shard) { return "shard " + std::to_string(shard.value); }

} // namespace

SupervisorState::~SupervisorState() {
  for (auto& [id, child] : children_) caf::anon_send_exit(child.handle, caf::exit_reason::kill);
}

SupervisorState::Actor::behavior_type SupervisorState::behavior(NodePartsPtr parts) {
  parts_ = std::move(parts);
  with_.settings = parts_->settings;
  with_.watch = parts_->watch;
  with_.views = std::make_shared<const MarketViews>();
  with_.supervisor = Actor{self_};
  self_->set_down_handler([this](const caf::down_msg& down) { gone(down); });
  start();
  return {
      [this](ready_atom) {
        auto ready = self_->make_response_promise<ingress_actor>();
        Owed<ingress_actor> owed{ready};
        ingress_ ? owed.pay(ingress_) : waiting_.push_back(std::move(owed));
        return ready;
      },
      [this](views_atom, MarketViewsPtr& views) {
        with_.views = std::move(views);
        hand_out();
      },
      [this](news_atom, const MarketNewsPtr& news) { return self_->delegate(with_.market, news_atom::value, news); },
      [this](lagging_atom, bool lagging) {
        with_.outputs_lag = lagging;
        hand_out();
      },
      [this](policy_atom) { return with_.policies; },
      [this](policy_atom, const TenantId& id, const PolicyPtr& policy) {
        auto done = self_->make_response_promise<bool>();
        change_policy(id, policy, Owed<bool>{done});
        return done;
      },
      [this](stop_atom) {
        auto stopped = self_->make_response_promise<bool>();
        stop(Owed<bool>{stopped});
        return stopped;
      },
  };
}

template <class Handle>
Handle SupervisorState::watch(Part part, Handle handle, ShardId shard) {
  self_->monitor(handle);
  children_[handle.id()] = {part, shard, caf::actor_cast<caf::strong_actor_ptr>(handle)};
  return handle;
}

void SupervisorState::start() {
  const Thread own = parts_->settings.own_threads ? Thread::own : Thread::shared;
  with_.alerts = watch(Part::alerts, spawn_actor<AlertsState>(*self_, Thread::shared, parts_->tell));
  with_.loader = watch(Part::loader, spawn_actor<LoaderState>(*self_, own, parts_->journal, parts_->snapshots));
  with_.snapshots = watch(Part::snapshots, spawn_actor<SnapshotWriterState>(*self_, own, cut_doors(), cut_rules()));
  const Actor self{self_};
  if (!parts_->outlets.empty())
    egress_ = watch(Part::egress, spawn_actor<EgressState>(*self_, Thread::shared, parts_->outlets, parts_->egress,
                                                           std::make_shared<const Surroundings>(with_), self));
  with_.journal =
      watch(Part::journal, spawn_actor<JournalWriterState>(*self_, own, parts_->journal, egress_, with_.alerts,
                                                           parts_->settings.journal_probe, parts_->watch));
  with_.market = start_market();
  with_.pool = watch(Part::pool, spawn_actor<PoolState>(*self_, Thread::shared, parts_->settings, parts_->watch));
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t workers = parts_->settings.workers == 0 ? cores : parts_->settings.workers;
  for (std::size_t i = 0; i < workers; ++i) start_worker();

  shards_.resize(parts_->shard_count);
  unsettled_ = parts_->shard_count;
  for (std::uint32_t i = 0; i < parts_->shard_count; ++i) {
    const ShardId shard{i};
    if (const auto halted = parts_->halted.find(i); halted != parts_->halted.end()) {
      shard_failed(shard, malformed(halted->second));
      shard_settled();
      continue;
    }
    self_->request(with_.loader, caf::infinite, load_atom::value, shard)
        .then([this, shard](const DirectoryPtr& directory) { load_policies(shard, directory, 0); },
              [this, shard](const caf::error& error) {
                shard_failed(shard, from_caf(error));
                shard_settled();
              });
  }
}

CutDoors SupervisorState::cut_doors() const { return {parts_->journal, parts_->snapshots, parts_->cursors}; }

CutRules SupervisorState::cut_rules() const {
  CutRules rules{.retention = parts_->settings.retention};
  for (const auto& outlet : parts_->outlets) rules.destinations.push_back(outlet.destination->name());
  return rules;
}

/// A live one on a thread of its own: a new model takes a third of a second where there are 500 symbols.
market_actor SupervisorState::start_market() {
  const Thread own = parts_->feed.market && parts_->settings.own_threads ? Thread::own : Thread::shared;
  return watch(Part::market, spawn_actor<MarketState>(*self_, own, parts_->view_at, parts_->feed, Actor{self_}));
}

void SupervisorState::start_worker() {
  watch(Part::worker, spawn_actor<WorkerState>(*self_, Thread::shared, with_.pool, parts_->settings.signals_per_turn));
}

void SupervisorState::start_shard(ShardId shard, Epoch epoch, const DirectoryPtr& directory) {
  for (const auto& complaint : directory->complaints)
    raise_alert(self_, with_.alerts, "SNAPSHOT_CORRUPT", name_of(shard), complaint);
  shards_[shard.value] = watch(Part::shard,
                               spawn_actor<ShardState>(*self_, Thread::shared, shard, epoch, directory,
                                                       std::make_shared<const Surroundings>(with_)),
                               shard);
  if (router_) self_->send(router_, owner_atom::value, shard, shards_[shard.value]);
  if (auto* const shown = parts_->watch->of(shard)) {
    show(shown->owned, 1);
    show(shown->epoch, epoch.value);
  }
}

void SupervisorState::shard_failed(ShardId shard, const Error& why) {
  raise_alert(self_, with_.alerts, "SHARD_HALTED", name_of(shard), why.message);
  shards_[shard.value] = shard_actor();
  if (auto* const shown = parts_->watch->of(shard)) show(shown->owned, 0);
  if (router_) self_->send(router_, owner_atom::value, shard, shard_actor());
}

void SupervisorState::shard_settled() {
  if (ingress_ || --unsettled_ > 0) return;
  hand_out(); // to all of them the policies of all of them, before anything comes in
  router_ = watch(Part::router, spawn_actor<RouterState>(*self_, Thread::shared, shards_));
  ingress_ =
      watch(Part::ingress, spawn_actor<IngressState>(*self_, Thread::shared, router_, parts_->settings, parts_->watch));
  for (auto& owed : std::exchange(waiting_, {})) owed.pay(ingress_);
}

void SupervisorState::hand_out() {
  const SurroundingsPtr now = std::make_shared<const Surroundings>(with_);
  for (const auto& shard : shards_)
    if (shard) self_->send(shard, with_atom::value, now);
  if (egress_) self_->send(egress_, with_atom::value, now);
}

void SupervisorState::gone(const caf::down_msg& down) {
  const auto found = children_.extract(down.source.id());
  if (found.empty()) return;
  const Child& child = found.mapped();
  const Error why = from_caf(down.reason);
  switch (child.part) {
  case Part::journal:
    return fail({why.code, "the journal writer is gone: " + why.message});
  case Part::egress:
    return fail({why.code, "the egress is gone: " + why.message});
  case Part::router:
    return fail({why.code, "the signal router is gone: " + why.message});
  case Part::ingress:
    return fail({why.code, "the ingress is gone: " + why.message});
  case Part::alerts:
    return fail({why.code, "nobody can be told anything any more: " + why.message});
  case Part::shard:
    return shard_gone(child.shard, why);
  default:
    return rebuild(child.part, why);
  }
}

void SupervisorState::rebuild(Part part, const Error& why) {
  const auto& settings = parts_->settings;
  DeathCount& deaths = part == Part::worker ? worker_deaths_ : other_deaths_;
  if (deaths.count(self_->clock().now(), settings.trouble_window) > settings.worker_deaths_max)
    return fail({Errc::unavailable, "parts of the node die again and again: " + why.message});
  const Thread own = settings.own_threads ? Thread::own : Thread::shared;
  raise_alert(self_, with_.alerts, "PART_REBUILT", "node", why.message);
  if (part == Part::worker) return start_worker();
  if (part == Part::loader)
    with_.loader = watch(part, spawn_actor<LoaderState>(*self_, own, parts_->journal, parts_->snapshots));
  if (part == Part::snapshots)
    with_.snapshots = watch(part, spawn_actor<SnapshotWriterState>(*self_, own, cut_doors(), cut_rules()));
  if (part == Part::market) with_.market = start_market();
  if (part == Part::pool) {
    with_.pool = watch(part, spawn_actor<PoolState>(*self_, Thread::shared, settings, parts_->watch));
    // The old workers wait for a pool that is gone.
    std::size_t workers = 0;
    for (auto at = children_.begin(); at != children_.end();)
      if (at->second.part == Part::worker) {
        caf::anon_send_exit(at->second.handle, caf::exit_reason::user_shutdown);
        at = children_.erase(at);
        ++workers;
      } else {
        ++at;
      }
    for (std::size_t i = 0; i < workers; ++i) start_worker();
  }
  hand_out();
}

void SupervisorState::shard_gone(ShardId shard, const Error& why) {
  const auto& settings = parts_->settings;
  if (why.code == Errc::fenced) return shard_failed(shard, why);
  if (shard_deaths_[shard.value].count(self_->clock().now(), settings.trouble_window) > settings.shard_deaths_max)
    return shard_failed(shard, {why.code, "given up, it dies again and again: " + why.message});
  raise_alert(self_, with_.alerts, "SHARD_REBUILT", name_of(shard), why.message);
  // Its portfolios may still be at work. The new epoch fences them: what they append from now on is refused.
  const auto failed = [this, shard](const caf::error& error) { shard_failed(shard, from_caf(error)); };
  self_->request(with_.journal, caf::infinite, claim_atom::value, shard)
      .then(
          [=, this](Epoch epoch) {
            self_->request(with_.loader, caf::infinite, load_atom::value, shard)
                .then(
                    [=, this](const DirectoryPtr& directory) {
                      start_shard(shard, epoch, directory);
                      // An order may be in the journal that nobody lived to put in force.
                      for (const auto& policy : directory->directory.policies())
                        self_->request(with_.loader, caf::infinite, load_atom::value, shard, policy.text())
                            .then(
                                [this](const LoadedPtr& loaded) {
                                  if (loaded->state) change_policy(loaded->state->id, policy_of(*loaded->state), {});
                                },
                                [](const caf::error&) {});
                    },
                    failed);
          },
          failed);
}

void SupervisorState::fail(const Error& why) {
  if (std::exchange(failed_, true)) return;
  if (parts_->failed) parts_->failed(why);
  self_->quit(to_caf(why));
}

void SupervisorState::stop(Owed<bool> owed) {
  auto left = std::make_shared<std::size_t>(1);
  auto waiting = std::make_shared<Owed<bool>>(std::move(owed));
  const auto done = [left, waiting] {
    if (--*left == 0) waiting->pay(true);
  };
  const auto ask = [&](const auto& who) {
    ++*left;
    self_->request(who, caf::infinite, stop_atom::value)
        .then([done](bool) { done(); }, [done](const caf::error&) { done(); });
  };
  if (egress_) ask(egress_);
  for (const auto& shard : shards_)
    if (shard) ask(shard);
  done();
}

} // namespace riskcluster
