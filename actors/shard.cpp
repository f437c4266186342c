#include "actors/shard.hpp"

#include "actors/alerts.hpp"
#include "actors/candidate.hpp"
#include "actors/portfolio.hpp"
#include "actors/spawn.hpp"

namespace riskcluster {

namespace {

Error unknown(const TenantId& tenant) { return {Errc::not_found, tenant.text() + " is not known here"}; }

} // namespace

ShardState::~ShardState() {
  // Whoever owns the shard next reads the journal; nobody may write beside it.
  for (auto& [entity, tenant] : tenants_)
    if (tenant.portfolio) caf::anon_send_exit(tenant.portfolio, caf::exit_reason::kill);
}

ShardState::Actor::behavior_type ShardState::behavior(ShardId shard, Epoch epoch, const DirectoryPtr& directory,
                                                      SurroundingsPtr with) {
  shard_ = shard;
  epoch_ = epoch;
  with_ = std::move(with);
  directory_ = directory->directory;
  // Spread over the hour: one writer plans the cuts of all shards, and whoever goes to sleep waits behind it.
  constexpr std::uint32_t turns = 16;
  cut_at_ = self_->clock().now() - with_->settings.cut_every * (shard.value % turns) / turns;
  self_->set_down_handler([this](const caf::down_msg& down) { portfolio_gone(down); });
  self_->delayed_send(Actor{self_}, with_->settings.shard_tick, tick_atom::value);
  return {
      [this](judge_atom, const SignalBatchPtr& batch) {
        auto answer = self_->make_response_promise<AnswerPtr>();
        pass(batch->tenant(), ForSomebody{Owed<AnswerPtr>{answer}, batch});
        return answer;
      },
      [this](fan_out_atom, const SignalBatchPtr& batch) {
        auto answers = self_->make_response_promise<AnswersPtr>();
        fan_out(batch, Owed<AnswersPtr>{answers});
        return answers;
      },
      [this](update_atom, const UpdatePtr& update) {
        auto outcome = self_->make_response_promise<UpdateOutcome>();
        pass(update->tenant, ForFact{Owed<UpdateOutcome>{outcome}, update});
        return outcome;
      },
      [this](order_atom, const CommandPtr& command) {
        auto answer = self_->make_response_promise<CommandAnswerPtr>();
        pass(command->target, ForOrder{Owed<CommandAnswerPtr>{answer}, command});
        return answer;
      },
      [this](open_atom, const OpeningsPtr& openings) {
        auto outcome = self_->make_response_promise<OpenedPtr>();
        open(openings, Owed<OpenedPtr>{outcome});
        return outcome;
      },
      [this](with_atom, SurroundingsPtr& around) { with_ = std::move(around); },
      [this](policy_atom, SurroundingsPtr& around) {
        tell_awake(std::move(around));
        return true;
      },
      [this](tick_atom) { look_after(); },
      [this](stop_atom) {
        auto stopped = self_->make_response_promise<bool>();
        stop(Owed<bool>{stopped});
        return stopped;
      },
  };
}

// ---- what comes in

void ShardState::pass(const TenantId& tenant, Item item) {
  const std::string entity = tenant.text();
  if (refused(tenant, entity, item)) return;
  const auto [entry, fresh] = tenants_.try_emplace(entity);
  entry->second.used = self_->clock().now();
  if (entry->second.phase == Phase::awake) return forward(entry->second, std::move(item));
  // Facts and orders are never refused: their bound is the way in.
  const bool bounded = !std::holds_alternative<ForFact>(item) && !std::holds_alternative<ForOrder>(item);
  if (bounded && entry->second.waiting.size() >= with_->settings.waiting_per_portfolio_max)
    return overloaded(std::move(item), entity);
  entry->second.waiting.push_back(std::move(item));
  if (fresh) wake(entity);
}

void ShardState::overloaded(Item item, const std::string& entity) {
  with_->watch->refused(Bound::portfolio);
  fail(std::move(item), {Errc::overloaded, "too much waits for " + entity});
}

bool ShardState::refused(const TenantId& tenant, const std::string& entity, Item& item) {
  if (!directory_.setup_of(tenant)) {
    fail(std::move(item), unknown(tenant));
    return true;
  }
  const auto trouble = troubles_.find(entity);
  if (trouble == troubles_.end() || trouble->second.stage() != Trouble::Stage::closed) return false;
  fail(std::move(item), {Errc::quarantined, entity + " is closed: its portfolio failed again and again"});
  return true;
}

void ShardState::forward(Tenant& tenant, Item item) {
  if (auto* asked = std::get_if<ForSomebody>(&item))
    return asked->answer.pass(tenant.portfolio, judge_atom::value, asked->batch, Lane::interactive, with_);
  if (auto* fact = std::get_if<ForFact>(&item))
    return fact->outcome.pass(tenant.portfolio, update_atom::value, fact->update, with_);
  if (auto* order = std::get_if<ForOrder>(&item))
    return order->answer.pass(tenant.portfolio, order_atom::value, order->command, with_);
  auto& part = std::get<ForFanOut>(item);
  self_->request(tenant.portfolio, caf::infinite, judge_atom::value, part.batch, Lane::bulk, with_)
      .then([this, fan_out = part.fan_out](const AnswerPtr& answer) { answered(fan_out, answer); },
            [this, fan_out = part.fan_out, batch = part.batch](const caf::error& error) {
              answered(fan_out, std::make_shared<const RiskAssessmentBatch>(refusal(*batch, from_caf(error))));
            });
}

void ShardState::fail(Item item, const Error& error) {
  if (auto* asked = std::get_if<ForSomebody>(&item)) return asked->answer.fail(error);
  if (auto* fact = std::get_if<ForFact>(&item)) return fact->outcome.fail(error);
  if (auto* order = std::get_if<ForOrder>(&item)) return order->answer.fail(error);
  auto& part = std::get<ForFanOut>(item);
  answered(part.fan_out, std::make_shared<const RiskAssessmentBatch>(refusal(*part.batch, error)));
}

/// A halt must not wait until a portfolio's next item brings it.
void ShardState::tell_awake(SurroundingsPtr with) {
  with_ = std::move(with);
  for (const auto& [entity, tenant] : tenants_)
    if (tenant.portfolio) self_->send(tenant.portfolio, with_atom::value, with_);
}

// ---- waking and sleeping

void ShardState::wake(const std::string& entity) {
  if (!troubles_.contains(entity)) return load(entity);
  // What the dead one had sent to the journal must be in it before anybody reads.
  self_->request(with_->journal, caf::infinite, barrier_atom::value)
      .then([this, entity](bool) { load(entity); },
            [this, entity](const caf::error& error) { not_woken(entity, from_caf(error)); });
}

void ShardState::load(const std::string& entity) {
  self_->request(with_->loader, caf::infinite, load_atom::value, shard_, entity)
      .then([this, entity](const LoadedPtr& loaded) { woken(entity, loaded); },
            [this, entity](const caf::error& error) { not_woken(entity, from_caf(error)); });
}

void ShardState::woken(const std::string& entity, const LoadedPtr& loaded) {
  for (const auto& complaint : loaded->complaints)
    raise_alert(self_, with_->alerts, "SNAPSHOT_CORRUPT", entity, complaint);
  if (!loaded->state) return not_woken(entity, {Errc::not_found, entity + " is not known here"});
  const auto trouble = troubles_.find(entity);
  const bool quarantined = trouble != troubles_.end() && trouble->second.stage() != Trouble::Stage::normal;
  auto& tenant = tenants_.at(entity);
  tenant.phase = Phase::awake;
  tenant.portfolio = spawn_actor<PortfolioState>(
      *self_, Thread::shared, PortfolioIdentity{shard_, epoch_, quarantined ? Standing::reduce_only : Standing::normal},
      loaded, with_);
  self_->monitor(tenant.portfolio);
  names_.emplace(tenant.portfolio.id(), entity);
  // Whoever died between journaling an order and having it put in force: it is in force now.
  if (is_policy(loaded->state->id) && with_->supervisor)
    self_->request(with_->supervisor, caf::infinite, policy_atom::value, loaded->state->id, policy_of(*loaded->state))
        .then([](bool) {}, [](const caf::error&) {});
  for (auto& item : std::exchange(tenant.waiting, {})) forward(tenant, std::move(item));
}

void ShardState::not_woken(const std::string& entity, const Error& error) {
  auto entry = tenants_.extract(entity);
  if (error.code == Errc::malformed) count_death(entity, error.message);
  for (auto& item : entry.mapped().waiting) fail(std::move(item), error);
}

void ShardState::doze(const std::string& entity, const std::function<void()>& then) {
  auto& tenant = tenants_.at(entity);
  tenant.phase = Phase::dozing;
  const auto done = [this, entity, then](bool asleep) {
    dozed(entity, asleep);
    if (then) then();
  };
  // An error: it died. Its down message follows, and its successor gets what waits.
  self_->request(tenant.portfolio, caf::infinite, sleep_atom::value).then(done, [then](const caf::error&) {
    if (then) then();
  });
}

void ShardState::dozed(const std::string& entity, bool asleep) {
  const auto at = tenants_.find(entity);
  if (at == tenants_.end()) return; // it died meanwhile
  Tenant& tenant = at->second;
  auto waiting = std::exchange(tenant.waiting, {});
  if (!asleep) {
    tenant.phase = Phase::awake;
    for (auto& item : waiting) forward(tenant, std::move(item));
    return;
  }
  names_.erase(tenant.portfolio.id());
  self_->demonitor(tenant.portfolio.address());
  if (waiting.empty()) {
    tenants_.erase(at);
    return;
  }
  tenant = Tenant{.used = tenant.used, .waiting = std::move(waiting)};
  wake(entity);
}

void ShardState::portfolio_gone(const caf::down_msg& down) {
  auto found = names_.extract(down.source.id());
  if (found.empty()) return;
  const std::string entity = std::move(found.mapped());
  auto& tenant = tenants_.at(entity);
  auto waiting = std::exchange(tenant.waiting, {});
  tenants_.erase(entity);
  const Error why = from_caf(down.reason);
  if (why.code == Errc::fenced) {
    for (auto& item : waiting) fail(std::move(item), why);
    return self_->quit(down.reason);
  }
  count_death(entity, why.message);
  if (waiting.empty() && !entity.ends_with('/')) return; // but a company's orders must be put in force
  tenants_[entity].waiting = std::move(waiting);
  wake(entity);
}

void ShardState::count_death(const std::string& entity, const std::string& why) {
  const auto& settings = with_->settings;
  Trouble& trouble = troubles_[entity];
  if (!trouble.died(self_->clock().now(), settings.trouble_window, settings.portfolio_deaths_max))
    return raise_alert(self_, with_->alerts, "PORTFOLIO_DIED", entity, why + "; it is rebuilt when it is needed");
  const bool closed = trouble.stage() == Trouble::Stage::closed;
  raise_alert(self_, with_->alerts, "TENANT_QUARANTINED", entity,
              why + (closed ? "; nothing is judged for it" : "; only reductions are judged for it"));
}

void ShardState::look_after() {
  const auto& settings = with_->settings;
  self_->delayed_send(Actor{self_}, settings.shard_tick, tick_atom::value);
  const auto now = self_->clock().now();
  std::vector<std::pair<Clock::time_point, std::string>> awake;
  std::size_t waiting = 0;
  for (const auto& [entity, tenant] : tenants_) {
    if (tenant.phase == Phase::awake) awake.emplace_back(tenant.used, entity);
    waiting += tenant.waiting.size();
  }
  if (auto* const shown = with_->watch->of(shard_)) {
    show(shown->tenants, directory_.known().size());
    show(shown->awake, awake.size());
    show(shown->waiting, waiting);
  }
  // The longest idle first: all that were idle too long, and as many more as are above the bound.
  std::sort(awake.begin(), awake.end());
  const std::size_t above = awake.size() > settings.awake_max ? awake.size() - settings.awake_max : 0;
  for (std::size_t i = 0; i < awake.size(); ++i) {
    if (i >= above && now - awake[i].first < settings.sleep_after) break;
    doze(awake[i].second);
  }
  if (settings.keep_snapshots) keep_directory(settings.directory_records);
  cut_if_due();
}

} // namespace riskcluster
