#include "actors/journal_writer.hpp"

#include <chrono>

#include "actors/alerts.hpp"

namespace riskcluster {

namespace {

constexpr std::chrono::milliseconds trouble_tick{100};

} // namespace

JournalWriterState::Actor::behavior_type JournalWriterState::behavior(Journal* journal, egress_actor egress,
                                                                      alerts_actor alerts,
                                                                      std::chrono::milliseconds probe_every,
                                                                      RoadWatchPtr watch) {
  journal_ = journal;
  egress_ = std::move(egress);
  alerts_ = std::move(alerts);
  probe_every_ = probe_every;
  watch_ = std::move(watch);
  if (probe_every_.count() > 0) probe();
  return {
      [this](append_atom, const AppendPtr& request) {
        auto position = self_->make_response_promise<JournalPosition>();
        append(request, std::make_shared<Owed<JournalPosition>>(Owed<JournalPosition>{position}));
        return position;
      },
      [this](barrier_atom) {
        auto passed = self_->make_response_promise<bool>();
        after_all([owed = std::make_shared<Owed<bool>>(Owed<bool>{passed})] { owed->pay(true); });
        return passed;
      },
      [this](claim_atom, ShardId shard) {
        auto claimed = self_->make_response_promise<Epoch>();
        after_all([this, shard, owed = std::make_shared<Owed<Epoch>>(Owed<Epoch>{claimed})] {
          const auto epoch = journal_->claim(shard);
          epoch ? owed->pay(*epoch) : owed->fail(epoch.error());
        });
        return claimed;
      },
      [this](cut_atom, ShardId shard, SequenceNumber below) -> caf::result<SequenceNumber> {
        const auto base = journal_->cut(shard, below);
        if (!base) return to_caf(base.error());
        return base->n;
      },
      [this](commit_atom) {
        commit_sent_ = false;
        commit();
      },
      [this](tick_atom) { look(); },
  };
}

void JournalWriterState::append(const AppendPtr& append, std::shared_ptr<Owed<JournalPosition>> position) {
  ++unanswered_;
  journal_->append(append->shard, append->epoch, append->entries,
                   [this, append, position = std::move(position)](Result<Committed> result) {
                     --unanswered_;
                     watch_->appends.fetch_sub(1, std::memory_order_relaxed);
                     if (!result) return position->fail(result.error());
                     position->pay(JournalPosition{append->shard, append->epoch, result->first});
                     if (!egress_) return;
                     auto committed = std::make_shared<const CommittedEntries>(
                         CommittedEntries{append->shard, append->epoch, result->first, append->entries});
                     self_->send(egress_, commit_atom::value, CommittedPtr{std::move(committed)});
                   });
  if (++waiting_ >= appends_per_commit_max) return commit();
  if (commit_sent_) return;
  // Behind everything that is in the mailbox now: all of that goes with this commit.
  commit_sent_ = true;
  self_->send(journal_actor{self_}, commit_atom::value);
}

void JournalWriterState::after_all(std::function<void()> then) {
  // Behind an append whose outcome is not known yet, nobody may read the journal as if it were complete.
  after_all_.push_back(std::move(then));
  commit();
}

void JournalWriterState::commit() {
  if (waiting_ > 0) committed_ = true;
  waiting_ = 0;
  journal_->commit();
  watch();
  if (unanswered_ > 0) return;
  for (const auto& then : std::exchange(after_all_, {})) then();
}

void JournalWriterState::look() {
  if (probe_every_.count() > 0 && self_->clock().now() >= probe_at_) return probe();
  watching_ = false;
  commit();
}

/// A disk that refuses must be known before the next batch comes. Trouble that is known is looked after already.
void JournalWriterState::probe() {
  if (!std::exchange(committed_, false) && !in_trouble_) journal_->probe();
  probe_at_ = self_->clock().now() + probe_every_;
  self_->delayed_send(Actor{self_}, probe_every_, tick_atom::value);
  watch();
}

void JournalWriterState::watch() {
  const std::string trouble = journal_->trouble();
  if (journal_->lost()) return self_->quit(to_caf({Errc::unavailable, trouble}));
  if (trouble.empty()) {
    if (std::exchange(in_trouble_, false))
      raise_alert(self_, alerts_, "JOURNAL_RECOVERED", "journal", "appends are taken again");
    return;
  }
  if (!std::exchange(in_trouble_, true))
    raise_alert(self_, alerts_, "JOURNAL_TROUBLE", "journal", trouble + "; nothing is decided until it is over");
  if (std::exchange(watching_, true)) return;
  self_->delayed_send(Actor{self_}, trouble_tick, tick_atom::value);
}

} // namespace riskcluster
