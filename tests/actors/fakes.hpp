#pragma once
// Typed actors that stand in for real ones: they keep what they were asked and answer as the test says, at once or
// later.

#include <deque>

#include "actors/candidate.hpp"
#include "actors/owed.hpp"
#include "actors/stage.hpp"
#include "messages/actor_interfaces.hpp"
#include "tenant/assess.hpp"

namespace riskcluster::test {

using go_atom = caf::atom_constant<caf::atom("go")>;

/// One kind of question.
template <class Word, class T>
class Script {
public:
  using Answer = std::function<Result<T>(const Word&)>;
  explicit Script(Answer how) : answer{std::move(how)} {}

  /// For a fake's handler.
  template <class Self>
  caf::typed_response_promise<T> take(Self* self, const Word& word) {
    asked.push_back(word);
    askers.push_back(caf::actor_cast<caf::weak_actor_ptr>(self->current_sender()));
    auto promise = self->template make_response_promise<T>();
    held_.push_back({word, Owed<T>{promise}});
    outstanding_max = std::max(outstanding_max, held_.size());
    if (!holds) go();
    return promise;
  }
  /// The oldest that waits; within an actor.
  void go() {
    if (held_.empty()) return;
    auto [word, owed] = std::move(held_.front());
    held_.pop_front();
    auto result = answer(word);
    result ? owed.pay(std::move(*result)) : owed.fail(result.error());
  }
  std::size_t outstanding() const { return held_.size(); }

  Answer answer;
  bool holds = false; ///< until the stage releases it
  std::vector<Word> asked;
  std::vector<caf::weak_actor_ptr> askers;
  std::size_t outstanding_max = 0;

private:
  std::deque<std::pair<Word, Owed<T>>> held_;
};

inline Judged judged_directly(const Job& job) {
  AssessScratch scratch;
  return seal(job.state->id.text(),
              assess(*job.state, *job.batch, *job.view, job.now, job.prior, scratch, job.restrictions));
}

/// A pool without workers.
struct FakePool : Script<JobPtr, JudgedPtr> {
  using Handle = pool_actor::extend<caf::reacts_to<go_atom>>;
  FakePool()
      : Script{[](const JobPtr& job) -> Result<JudgedPtr> {
          return std::make_shared<const Judged>(judged_directly(*job));
        }} {}
  static Handle::behavior_type behavior(Handle::pointer self, FakePool* fake) {
    return {[=](judge_atom, const JobPtr& job) { return fake->take(self, job); },
            [](ready_atom, const worker_actor&) {}, [=](go_atom) { fake->go(); }};
  }
  Handle handle;
};

/// A worker that judges, holds its job, or ends with it.
struct FakeWorker : Script<JobPtr, JudgedPtr> {
  using Handle = worker_actor::extend<caf::reacts_to<go_atom>>;
  FakeWorker() : Script{FakePool{}.answer} {}
  static Handle::behavior_type behavior(Handle::pointer self, FakeWorker* fake) {
    return {[=](judge_atom, const JobPtr& job) {
              if (fake->dies) {
                fake->holds = true;
                self->quit(to_caf({Errc::unavailable, "the worker died"}));
              }
              return fake->take(self, job);
            },
            [](next_atom) {}, [=](go_atom) { fake->go(); }};
  }
  bool dies = false;
  Handle handle;
};

struct FakeMarket : Script<TimeMs, MarketViewPtr> {
  using Handle = market_actor::extend<caf::reacts_to<go_atom>>;
  using Script::Script;
  static Handle::behavior_type behavior(Handle::pointer self, FakeMarket* fake) {
    return {[=](view_atom, TimeMs now) { return fake->take(self, now); },
            [](news_atom, const MarketNewsPtr&) { return true; }, [](tick_atom) {}, [=](go_atom) { fake->go(); }};
  }
  Handle handle;
};

struct FakeSnapshots : Script<SnapshotPtr, bool> {
  using Handle = snapshot_actor::extend<caf::reacts_to<go_atom>>;
  FakeSnapshots() : Script{[](const SnapshotPtr&) -> Result<bool> { return true; }} {}
  static Handle::behavior_type behavior(Handle::pointer self, FakeSnapshots* fake) {
    return {[=](save_atom, const SnapshotPtr& order) { return fake->take(self, order); },
            [](save_atom, ShardId, SequenceNumber, const std::string&) { return true; },
            [](cut_atom, ShardId) { return CutPlanPtr{std::make_shared<const CutPlan>()}; },
            [=](mark_atom, const std::string& name, const std::string& bytes) {
              fake->marks.emplace_back(name, bytes);
              return true;
            },
            [=](go_atom) { fake->go(); }};
  }
  std::vector<std::pair<std::string, std::string>> marks;
  Handle handle;
};

/// Everything behind the ingress.
struct FakeRouter : Script<SignalBatchPtr, AnswerPtr> {
  using Handle = router_actor::extend<caf::reacts_to<go_atom>>;
  FakeRouter();
  static Handle::behavior_type behavior(Handle::pointer self, FakeRouter* fake) {
    return {[=](judge_atom, const SignalBatchPtr& batch) { return fake->take(self, batch); },
            [=](fan_out_atom, const SignalBatchPtr& batch) { return fake->fan_outs.take(self, batch); },
            [=](update_atom, const UpdatePtr& update) { return fake->facts.take(self, update); },
            [=](order_atom, const CommandPtr& command) { return fake->orders.take(self, command); },
            [](open_atom, const OpeningsPtr&) -> caf::result<OpenedPtr> {
              return std::make_shared<const OpeningOutcome>();
            },
            [](owner_atom, ShardId, const shard_actor&) {},
            [=](go_atom) {
              fake->go();
              fake->fan_outs.go();
              fake->facts.go();
              fake->orders.go();
            }};
  }
  Script<SignalBatchPtr, AnswersPtr> fan_outs;
  Script<UpdatePtr, UpdateOutcome> facts;
  Script<CommandPtr, CommandAnswerPtr> orders;
  Handle handle;
};

inline FakeRouter::FakeRouter()
    : Script{[](const SignalBatchPtr& batch) -> Result<AnswerPtr> {
        return std::make_shared<const RiskAssessmentBatch>(RiskAssessmentBatch{.batch_id = batch->batch_id});
      }},
      fan_outs{
          [](const SignalBatchPtr&) -> Result<AnswersPtr> { return std::make_shared<const std::vector<AnswerPtr>>(); }},
      facts{[](const UpdatePtr&) -> Result<UpdateOutcome> { return UpdateOutcome::applied; }},
      orders{[](const CommandPtr& command) -> Result<CommandAnswerPtr> {
        return std::make_shared<const CommandAnswer>(
            CommandAnswer{.command_id = command->command_id, .status = CommandAnswer::Status::done});
      }} {}

/// Hears what a supervisor hears.
struct FakeSupervisor {
  using Handle = supervisor_actor;
  static Handle::behavior_type behavior(Handle::pointer, FakeSupervisor* fake) {
    return {[](ready_atom) -> caf::result<ingress_actor> { return to_caf(invalid("a fake has no way in")); },
            [=](views_atom, const MarketViewsPtr& views) { fake->views.push_back(views); },
            [=](lagging_atom, bool lagging) { fake->lagging.push_back(lagging); },
            [](news_atom, const MarketNewsPtr&) { return true; },
            [](policy_atom) -> caf::result<PoliciesPtr> { return std::make_shared<const Policies>(); },
            [=](policy_atom, const TenantId& id, const PolicyPtr& policy) {
              fake->policies.emplace_back(id, policy);
              return true;
            },
            [](stop_atom) { return true; }};
  }
  std::vector<std::pair<TenantId, PolicyPtr>> policies;
  std::vector<MarketViewsPtr> views;
  std::vector<bool> lagging;
  Handle handle;
};

} // namespace riskcluster::test
