#include "actors/signal_router.hpp"

#include <algorithm>

#include "actors/candidate.hpp"
#include "placement/shard_of.hpp"

namespace riskcluster {

namespace {

Error given_up(ShardId shard) { return {Errc::fenced, "shard " + std::to_string(shard.value) + " has no owner here"}; }

} // namespace

RouterState::Actor::behavior_type RouterState::behavior(std::vector<shard_actor> owners) {
  owners_ = std::move(owners);
  const auto shard_of_tenant = [this](const TenantId& tenant) {
    return shard_of(tenant.text(), static_cast<std::uint32_t>(owners_.size()));
  };
  return {
      [=, this](judge_atom, const SignalBatchPtr& batch) {
        auto answer = self_->make_response_promise<AnswerPtr>();
        pass(shard_of_tenant(batch->tenant()), Owed<AnswerPtr>{answer}, judge_atom::value, batch);
        return answer;
      },
      [=, this](fan_out_atom, const SignalBatchPtr& batch) {
        auto answers = self_->make_response_promise<AnswersPtr>();
        fan_out(batch, Owed<AnswersPtr>{answers});
        return answers;
      },
      [=, this](update_atom, const UpdatePtr& update) {
        auto outcome = self_->make_response_promise<UpdateOutcome>();
        pass(shard_of_tenant(update->tenant), Owed<UpdateOutcome>{outcome}, update_atom::value, update);
        return outcome;
      },
      [=, this](order_atom, const CommandPtr& command) {
        auto answer = self_->make_response_promise<CommandAnswerPtr>();
        pass(shard_of_tenant(command->target), Owed<CommandAnswerPtr>{answer}, order_atom::value, command);
        return answer;
      },
      [=, this](open_atom, const OpeningsPtr& openings) {
        auto outcome = self_->make_response_promise<OpenedPtr>();
        pass(openings->shard, Owed<OpenedPtr>{outcome}, open_atom::value, openings);
        return outcome;
      },
      [=, this](owner_atom, ShardId shard, const shard_actor& owner) { owners_.at(shard.value) = owner; },
  };
}

template <class T, class Atom, class Word>
void RouterState::pass(ShardId shard, Owed<T> owed, Atom atom, Word&& word) {
  const auto& owner = owners_.at(shard.value);
  owner ? owed.pass(owner, atom, std::forward<Word>(word)) : owed.fail(given_up(shard));
}

void RouterState::fan_out(const SignalBatchPtr& batch, Owed<AnswersPtr> owed) {
  auto state = std::make_shared<FanOut>();
  state->owed = std::move(owed);
  state->awaited = owners_.size();
  const auto done = [state] {
    if (--state->awaited > 0) return;
    std::sort(state->answers.begin(), state->answers.end(), [](const AnswerPtr& a, const AnswerPtr& b) {
      return std::tie(a->company_id, a->user_id) < std::tie(b->company_id, b->user_id);
    });
    state->owed.pay(std::make_shared<const std::vector<AnswerPtr>>(std::move(state->answers)));
  };
  // A shard without an owner must not silently be left out: its subscribers would never hear of the signal.
  const auto missing = std::find(owners_.begin(), owners_.end(), shard_actor());
  if (missing != owners_.end())
    return state->owed.fail(given_up({static_cast<std::uint32_t>(missing - owners_.begin())}));
  for (const auto& owner : owners_)
    self_->request(owner, caf::infinite, fan_out_atom::value, batch)
        .then(
            [state, done](const AnswersPtr& answers) {
              state->answers.insert(state->answers.end(), answers->begin(), answers->end());
              done();
            },
            [state](const caf::error& error) { state->owed.fail(error); });
}

} // namespace riskcluster
