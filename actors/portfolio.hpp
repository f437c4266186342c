#pragma once

#include <optional>
#include <vector>

#include "actors/owed.hpp"
#include "actors/surroundings.hpp"

namespace riskcluster {

/// Who a portfolio is, and in which epoch it may write.
struct PortfolioIdentity {
  ShardId shard;
  Epoch epoch;
  Standing standing = Standing::normal;
};

/// One item at a time: judge → append → durable → apply → answer → next. What is not durable is not state.
class PortfolioState {
public:
  using Actor = portfolio_actor;
  using Self = Actor::stateful_pointer<PortfolioState>;
  static constexpr const char* name = "portfolio";

  explicit PortfolioState(Self self) : self_{self} {}
  Actor::behavior_type behavior(PortfolioIdentity identity, const LoadedPtr& loaded, SurroundingsPtr with);

private:
  struct Batch {
    Owed<AnswerPtr> answer;
    SignalBatchPtr batch;
    Lane lane = Lane::interactive;
  };
  struct Fact {
    Owed<UpdateOutcome> outcome;
    UpdatePtr update;
  };

  // What waits, and whose turn it is: facts first.
  void take(Batch item);
  void take(Fact item);
  void work();
  void begin(Batch item);
  void begin(Fact item);
  void next();

  // The way of a batch; each step ends in the next one, in finish() or in fail().
  void judge_fresh(const std::vector<RepeatedSignal>& repeated);
  void judge(std::vector<PriorAnswer> prior, const MarketViewPtr& view);
  void give_up(const Error& why);
  void append(const JudgedPtr& judged);
  void finish(AnswerPtr answer);
  void fail(const Error& error);

  // The way of a fact.
  void decide_fact(const MarketView& view);
  void fail_fact(const Error& error);

  // What both need.
  template <class Then>
  void with_view(Then then);
  template <class Then>
  void with_answers(std::vector<SequenceNumber> numbers, Then then);
  void no_answers(const Error& error);
  bool stop_if_fenced(const Error& error);
  void apply_all(const std::vector<TenantEvent>& events, SequenceNumber first);
  TimeMs clock_of(TimeMs told) const;

  // Between two lives.
  void keep_if_due();
  SnapshotPtr snapshot() const;
  void sleep(Owed<bool> asleep);

  Self self_;
  PortfolioIdentity identity_;
  SurroundingsPtr with_;
  StatePtr state_;
  std::string entity_;
  SequenceNumber n_;          ///< of the last event
  std::uint64_t unsaved_ = 0; ///< events since the last snapshot
  caf::actor_clock::time_point first_unsaved_{};
  bool saving_ = false;
  bool working_ = false;
  bool looping_ = false; ///< work() is on the stack
  TimeMs now_ = 0;       ///< of the item at hand, read once
  std::optional<Batch> batch_;
  std::optional<Fact> fact_;
  std::vector<Fact> facts_;
  std::vector<Batch> batches_;
};

} // namespace riskcluster
