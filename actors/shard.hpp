#pragma once

#include <deque>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "actors/owed.hpp"
#include "actors/surroundings.hpp"
#include "actors/trouble.hpp"

namespace riskcluster {

/// One strategy signal on its way to a shard's subscribers, a bounded number of them at a time.
struct FanOut {
  Owed<AnswersPtr> owed;
  SignalBatchPtr batch;
  std::vector<TenantId> targets;
  std::size_t next = 0;        ///< target to be asked
  std::size_t outstanding = 0; ///< asked, not answered
  std::vector<AnswerPtr> answers;
};
using FanOutPtr = std::shared_ptr<FanOut>;

/// Wakes portfolios, lets them sleep, counts their deaths; holds what comes for them meanwhile.
class ShardState {
public:
  using Actor = shard_actor;
  using Self = Actor::stateful_pointer<ShardState>;
  using Clock = caf::actor_clock;
  static constexpr const char* name = "shard";

  explicit ShardState(Self self) : self_{self} {}
  ~ShardState();
  Actor::behavior_type behavior(ShardId shard, Epoch epoch, const DirectoryPtr& directory, SurroundingsPtr with);

private:
  struct ForSomebody {
    Owed<AnswerPtr> answer;
    SignalBatchPtr batch;
  };
  struct ForFanOut {
    FanOutPtr fan_out;
    SignalBatchPtr batch;
  };
  struct ForFact {
    Owed<UpdateOutcome> outcome;
    UpdatePtr update;
  };
  struct ForOrder {
    Owed<CommandAnswerPtr> answer;
    CommandPtr command;
  };
  using Item = std::variant<ForSomebody, ForFanOut, ForFact, ForOrder>;

  enum class Phase : std::uint8_t { waking, awake, dozing };
  struct Tenant {
    Phase phase = Phase::waking;
    portfolio_actor portfolio;
    Clock::time_point used{};
    std::vector<Item> waiting; ///< while it is not awake
  };

  // What comes in.
  void pass(const TenantId& tenant, Item item);
  void forward(Tenant& tenant, Item item);
  void fail(Item item, const Error& error);
  void overloaded(Item item, const std::string& entity);
  bool refused(const TenantId& tenant, const std::string& entity, Item& item);

  void tell_awake(SurroundingsPtr with);

  // Waking and sleeping.
  void wake(const std::string& entity);
  void load(const std::string& entity);
  void woken(const std::string& entity, const LoadedPtr& loaded);
  void not_woken(const std::string& entity, const Error& error);
  void doze(const std::string& entity, const std::function<void()>& then = {});
  void dozed(const std::string& entity, bool asleep);
  void count_death(const std::string& entity, const std::string& why);
  void portfolio_gone(const caf::down_msg& down);
  void look_after();

  // Fan-outs.
  void fan_out(const SignalBatchPtr& batch, Owed<AnswersPtr> owed);
  void expand();
  void answered(const FanOutPtr& fan_out, AnswerPtr answer);

  // Tenants and the directory.
  void open(const OpeningsPtr& openings, Owed<OpenedPtr> owed);
  void append_openings(const OpeningsPtr& openings, Owed<OpenedPtr> owed);
  void openings_appended();
  void put_in_force(const std::vector<TenantEvent>& opened, const std::function<void()>& then);
  void keep_directory(std::uint64_t records_min, const std::function<void()>& then = {});
  void stop(Owed<bool> owed);

  // The journal's front.
  void cut_if_due();
  void plan_cut(SequenceNumber planned);
  void cut(SequenceNumber below, SequenceNumber base);
  void cut_failed(const std::string& why);

  Self self_;
  ShardId shard_;
  Epoch epoch_;
  SurroundingsPtr with_;
  ShardDirectory directory_;
  SequenceNumber directory_n_;                     ///< what its last snapshot is complete to
  std::uint64_t openings_ = 0, openings_done_ = 0; ///< asked of the journal, and answered
  std::deque<std::pair<OpeningsPtr, Owed<OpenedPtr>>> openings_waiting_;
  std::unordered_map<std::string, Tenant> tenants_; ///< awake, or on the way
  std::unordered_map<caf::actor_id, std::string> names_;
  std::unordered_map<std::string, Trouble> troubles_; ///< of those that died at least once
  std::list<FanOutPtr> fan_outs_;                     ///< with targets that were not asked yet
  std::size_t fan_out_outstanding_ = 0;
  bool expanding_ = false;
  Clock::time_point cut_at_{}; ///< when it was last begun, or this
  bool cutting_ = false;
};

} // namespace riskcluster
