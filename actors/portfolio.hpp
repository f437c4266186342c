#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "actors/candidate.hpp"
#include "actors/owed.hpp"
#include "actors/surroundings.hpp"
#include "failpoints/failpoints.hpp"

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
    Owed<AnswerPtr> owed;
    SignalBatchPtr batch;
    Lane lane = Lane::interactive;
  };
  struct Fact {
    Owed<UpdateOutcome> owed;
    UpdatePtr update;
  };
  struct Order {
    Owed<CommandAnswerPtr> owed;
    CommandPtr command;
  };
  using Urgent = std::variant<Fact, Order>;

  // What waits, and whose turn it is: facts and orders first.
  void take(Batch item);
  void take(Urgent item);
  void work();
  void begin(Batch item);
  void begin(Fact item);
  void begin(Order item);
  void next();

  // The way of a batch; each step ends in the next one, in finish() or in fail().
  void admit_batch();
  Restrictions restrictions() const;
  void judge_fresh(const std::vector<RepeatedSignal>& repeated);
  void judge(std::vector<PriorAnswer> prior, const MarketViewPtr& view);
  void give_up(const Error& why);
  void append(const JudgedPtr& judged, const Restrictions& under);
  void finish(AnswerPtr answer);
  void fail(const Error& error);

  // The way of a fact.
  void decide_fact(const MarketView& view);
  void finish_fact(UpdateOutcome outcome);
  void fail_fact(const Error& error);

  // The way of an order.
  void put_in_force(CommandAnswer answer);
  void fail_order(const Error& error);

  // What they all need.
  /// Journal, then apply, then `then` with the place of the first event. @param fail with an Error.
  template <class Then, class Fail>
  void commit(JournalEntries entries, const std::shared_ptr<const std::vector<TenantEvent>>& events, Then then,
              Fail fail);
  template <class Then, class Fail>
  void commit_facts(std::vector<TenantEvent> facts, Then then, Fail fail);
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
  std::optional<Order> order_;
  std::vector<Urgent> urgent_;
  std::vector<Batch> batches_;
};

template <class Then, class Fail>
void PortfolioState::commit(JournalEntries entries, const std::shared_ptr<const std::vector<TenantEvent>>& events,
                            Then then, Fail fail) {
  with_->watch->appends.fetch_add(1, std::memory_order_relaxed);
  auto request = std::make_shared<const Append>(Append{identity_.shard, identity_.epoch, std::move(entries)});
  self_->request(with_->journal, caf::infinite, append_atom::value, AppendPtr{std::move(request)})
      .then(
          [this, events, then](JournalPosition position) {
            failpoint("before_apply");
            apply_all(*events, position.n);
            failpoint("before_publish");
            then(position);
          },
          [fail](const caf::error& error) { fail(from_caf(error)); });
}

template <class Then, class Fail>
void PortfolioState::commit_facts(std::vector<TenantEvent> facts, Then then, Fail fail) {
  auto entries = entries_of(entity_, facts);
  commit(std::move(entries), std::make_shared<const std::vector<TenantEvent>>(std::move(facts)), then, fail);
}

template <class Then>
void PortfolioState::with_view(Then then) {
  if (const auto view = with_->views->at(now_)) return then(view);
  self_->request(with_->market, caf::infinite, view_atom::value, now_)
      .then([then](const MarketViewPtr& view) { then(view); },
            [this](const caf::error& error) { batch_ ? fail(from_caf(error)) : fail_fact(from_caf(error)); });
}

} // namespace riskcluster
