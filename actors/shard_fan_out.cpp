// The shard's other half: strategies' signals, new tenants, the directory, and the orderly end.

#include <set>

#include "actors/alerts.hpp"
#include "actors/candidate.hpp"
#include "actors/restore.hpp"
#include "actors/shard.hpp"
#include "messages/codec_directory.hpp"
#include "tenant/decide.hpp"

namespace riskcluster {

void ShardState::fan_out(const SignalBatchPtr& batch, Owed<AnswersPtr> owed) {
  auto made = std::make_shared<FanOut>();
  made->owed = std::move(owed);
  made->batch = batch;
  made->targets = directory_.subscribers(batch->strategy_id);
  if (made->targets.empty()) return made->owed.pay(std::make_shared<const std::vector<AnswerPtr>>());
  fan_outs_.push_back(std::move(made));
  expand();
}

void ShardState::expand() {
  // A loop, not a recursion: an answer may come at once, ten thousand times.
  if (std::exchange(expanding_, true)) return;
  while (!fan_outs_.empty() && fan_out_outstanding_ < with_->settings.fan_out_outstanding_max) {
    const FanOutPtr fan_out = fan_outs_.front();
    const TenantId& target = fan_out->targets[fan_out->next];
    auto own = std::make_shared<SignalBatch>(*fan_out->batch);
    own->company_id = target.company;
    own->user_id = target.user;
    ++fan_out->outstanding;
    ++fan_out_outstanding_;
    if (++fan_out->next == fan_out->targets.size()) fan_outs_.pop_front();
    pass(target, ForFanOut{fan_out, std::move(own)});
  }
  expanding_ = false;
}

void ShardState::answered(const FanOutPtr& fan_out, AnswerPtr answer) {
  fan_out->answers.push_back(std::move(answer));
  --fan_out->outstanding;
  --fan_out_outstanding_;
  if (fan_out->outstanding == 0 && fan_out->next == fan_out->targets.size())
    fan_out->owed.pay(std::make_shared<const std::vector<AnswerPtr>>(std::move(fan_out->answers)));
  expand();
}

void ShardState::open(const OpeningsPtr& openings, Owed<OpenedPtr> owed) {
  // One after the other: each must find in the directory whom the one before it opened.
  if (openings_ == openings_done_) return append_openings(openings, std::move(owed));
  if (openings_waiting_.size() >= with_->settings.openings_waiting_max)
    return owed.fail(Error{Errc::overloaded, "too many openings wait"});
  openings_waiting_.emplace_back(openings, std::move(owed));
}

void ShardState::openings_appended() {
  ++openings_done_;
  while (openings_ == openings_done_ && !openings_waiting_.empty()) {
    auto [openings, owed] = std::move(openings_waiting_.front());
    openings_waiting_.pop_front();
    append_openings(openings, std::move(owed));
  }
}

void ShardState::append_openings(const OpeningsPtr& openings, Owed<OpenedPtr> owed) {
  auto outcome = std::make_shared<OpeningOutcome>();
  auto fresh = std::make_shared<std::vector<TenantEvent>>();
  auto entries = std::make_shared<std::vector<JournalEntry>>();
  std::set<TenantId> here;
  for (const auto& event : openings->events) {
    const auto opened = opening_of(event);
    if (!opened) continue; // nothing else is sent here
    auto made = entries_of(opened->id.text(), {event});
    const auto* known = directory_.setup_of(opened->id);
    if (known && *known == hash64(made->front().payload)) {
      ++outcome->known;
    } else if (known || !here.insert(opened->id).second) {
      outcome->differing.push_back(opened->id);
    } else {
      entries->push_back(made->front());
      fresh->push_back(event);
    }
  }
  if (entries->empty()) return owed.pay(std::move(outcome));
  ++openings_;
  auto append = std::make_shared<const Append>(Append{shard_, epoch_, entries});
  auto waiting = std::make_shared<Owed<OpenedPtr>>(std::move(owed));
  with_->watch->appends.fetch_add(1, std::memory_order_relaxed);
  self_->request(with_->journal, caf::infinite, append_atom::value, AppendPtr{std::move(append)})
      .then(
          [=, this](JournalPosition) {
            for (std::size_t i = 0; i < fresh->size(); ++i) {
              const auto opened = opening_of((*fresh)[i]);
              directory_.add(opened->id, hash64((*entries)[i].payload), opened->strategies);
            }
            outcome->opened = fresh->size();
            put_in_force(*fresh, [=, this] {
              waiting->pay(outcome);
              openings_appended();
            });
          },
          [=, this](const caf::error& error) {
            waiting->fail(error);
            openings_appended();
          });
}

/// A company that was just opened has orders, too: none.
void ShardState::put_in_force(const std::vector<TenantEvent>& opened, const std::function<void()>& then) {
  auto left = std::make_shared<std::size_t>(1);
  const auto done = [left, then] {
    if (--*left == 0) then();
  };
  for (const auto& event : opened) {
    if (!std::holds_alternative<PolicyOpened>(event.fact) || !with_->supervisor) continue;
    TenantState state;
    apply(state, event, {});
    ++*left;
    self_->request(with_->supervisor, caf::infinite, policy_atom::value, state.id, policy_of(state))
        .then([done](bool) { done(); }, [done](const caf::error&) { done(); });
  }
  done();
}

void ShardState::keep_directory(std::uint64_t records_min, const std::function<void()>& then) {
  const auto done = [then] {
    if (then) then();
  };
  if (openings_ != openings_done_) return done();
  self_->request(with_->loader, caf::infinite, end_atom::value, shard_)
      .then(
          [=, this, openings = openings_](SequenceNumber n) {
            // An opening that began meanwhile may be in the journal below n, and not yet in the directory.
            if (openings != openings_ || n.value < directory_n_.value + records_min) return done();
            directory_n_ = n;
            self_->request(with_->snapshots, caf::infinite, save_atom::value, shard_, n, encode_directory(directory_))
                .then([done](bool) { done(); }, [done](const caf::error&) { done(); });
          },
          [done](const caf::error&) { done(); });
}

void ShardState::stop(Owed<bool> owed) {
  auto waiting = std::make_shared<Owed<bool>>(std::move(owed));
  if (!with_->settings.keep_snapshots) return waiting->pay(true);
  const auto finish = [this, waiting] { keep_directory(1, [waiting] { waiting->pay(true); }); };
  std::vector<std::string> awake;
  for (const auto& [entity, tenant] : tenants_)
    if (tenant.phase == Phase::awake) awake.push_back(entity);
  if (awake.empty()) return finish();
  auto left = std::make_shared<std::size_t>(awake.size());
  for (const auto& entity : awake)
    doze(entity, [left, finish] {
      if (--*left == 0) finish();
    });
}

} // namespace riskcluster
