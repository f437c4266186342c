#pragma once

#include <vector>

#include "actors/owed.hpp"
#include "messages/actor_interfaces.hpp"

namespace riskcluster {

/// Which actor owns a shard; one message a shard for a fan-out.
class RouterState {
public:
  using Actor = router_actor;
  using Self = Actor::stateful_pointer<RouterState>;
  static constexpr const char* name = "signal_router";

  explicit RouterState(Self self) : self_{self} {}
  /// @param owners by shard; an empty handle: given up.
  Actor::behavior_type behavior(std::vector<shard_actor> owners);

private:
  struct FanOut {
    Owed<AnswersPtr> owed;
    std::size_t awaited = 0;
    std::vector<AnswerPtr> answers;
  };
  const shard_actor& owner_of(const std::string& entity) const;
  void fan_out(const SignalBatchPtr& batch, Owed<AnswersPtr> owed);
  template <class T, class Atom, class Word>
  void pass(ShardId shard, Owed<T> owed, Atom atom, Word&& word);

  Self self_;
  std::vector<shard_actor> owners_;
};

} // namespace riskcluster
