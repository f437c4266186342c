#include "actors/portfolio.hpp"

#include <chrono>

#include "actors/alerts.hpp"
#include "journal/journal.hpp"
#include "tenant/decide.hpp"

namespace riskcluster {

PortfolioState::Actor::behavior_type PortfolioState::behavior(PortfolioIdentity identity, const LoadedPtr& loaded,
                                                              SurroundingsPtr with) {
  identity_ = identity;
  with_ = std::move(with);
  state_ = loaded->state;
  entity_ = state_->id.text();
  n_ = loaded->n;
  unsaved_ = loaded->unsaved;
  first_unsaved_ = self_->clock().now();
  return {
      [this](judge_atom, SignalBatchPtr& batch, Lane lane, SurroundingsPtr& around) {
        with_ = std::move(around);
        auto answer = self_->make_response_promise<AnswerPtr>();
        take(Batch{Owed<AnswerPtr>{answer}, std::move(batch), lane});
        return answer;
      },
      [this](update_atom, UpdatePtr& update, SurroundingsPtr& around) {
        with_ = std::move(around);
        auto outcome = self_->make_response_promise<UpdateOutcome>();
        take(Fact{Owed<UpdateOutcome>{outcome}, std::move(update)});
        return outcome;
      },
      [this](order_atom, CommandPtr& command, SurroundingsPtr& around) {
        with_ = std::move(around);
        auto answer = self_->make_response_promise<CommandAnswerPtr>();
        take(Order{Owed<CommandAnswerPtr>{answer}, std::move(command)});
        return answer;
      },
      [this](with_atom, SurroundingsPtr& around) { with_ = std::move(around); },
      [this](sleep_atom) {
        auto asleep = self_->make_response_promise<bool>();
        sleep(Owed<bool>{asleep});
        return asleep;
      },
  };
}

void PortfolioState::take(Batch item) {
  if (batches_.size() >= with_->settings.waiting_per_portfolio_max) {
    with_->watch->refused(Bound::portfolio);
    return item.owed.fail(Error{Errc::overloaded, "too many batches wait for " + entity_});
  }
  batches_.push_back(std::move(item));
  work();
}

void PortfolioState::take(Urgent item) {
  urgent_.push_back(std::move(item));
  work();
}

void PortfolioState::work() {
  // A loop: many items end without anybody else's answer, and none of them may deepen the stack.
  if (std::exchange(looping_, true)) return;
  while (!working_) {
    if (!urgent_.empty()) {
      Urgent item = std::move(urgent_.front());
      urgent_.erase(urgent_.begin());
      std::visit([this](auto& one) { begin(std::move(one)); }, item);
    } else if (!batches_.empty()) {
      Batch item = std::move(batches_.front());
      batches_.erase(batches_.begin());
      begin(std::move(item));
    } else {
      break;
    }
  }
  looping_ = false;
}

void PortfolioState::next() {
  working_ = false;
  keep_if_due();
  work();
}

TimeMs PortfolioState::clock_of(TimeMs told) const {
  using namespace std::chrono;
  const TimeMs wall = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  return std::max(with_->settings.batch_clock ? told : wall, state_->last_at_ms);
}

// ---- a batch

void PortfolioState::begin(Batch item) {
  working_ = true;
  batch_ = std::move(item);
  now_ = clock_of(batch_->batch->created_at_ms);
  auto merged = merged_anew(*state_, restrictions().above.company.get(), now_);
  if (!merged) return admit_batch();
  commit_facts(
      {std::move(*merged)}, [this](JournalPosition) { admit_batch(); }, [this](const Error& error) { fail(error); });
}

/// By the policies of this moment, whatever they were when the batch came.
Restrictions PortfolioState::restrictions() const {
  const Above above = with_->policies->above(state_->id.company);
  Standing standing = identity_.standing;
  const bool unknown =
      (with_->settings.policies_needed && !above.system) || (state_->limits_version > 0 && !above.company);
  if (standing == Standing::normal && unknown) standing = Standing::policy_unknown;
  if (standing == Standing::normal && with_->outputs_lag) standing = Standing::outputs_lag;
  return {standing, above};
}

void PortfolioState::admit_batch() {
  const SignalBatch& batch = *batch_->batch;
  const Admission admission = admit(*state_, origin_of(batch));
  switch (admission.kind) {
  case Admission::Kind::repeat:
    with_->watch->repeats.fetch_add(1, std::memory_order_relaxed);
    if (with_->watch->repeated) with_->watch->repeated(batch, {identity_.shard, identity_.epoch, admission.n});
    return with_answers({admission.n}, [this](std::vector<RiskAssessmentBatch> answers) {
      finish(std::make_shared<const RiskAssessmentBatch>(std::move(answers.front())));
    });
  case Admission::Kind::refused:
    return finish(
        std::make_shared<const RiskAssessmentBatch>(refuse(batch, admission.reason_code, admission.message, now_)));
  case Admission::Kind::fresh:
    return judge_fresh(repeated_signals(*state_, batch));
  }
}

void PortfolioState::judge_fresh(const std::vector<RepeatedSignal>& repeated) {
  if (repeated.empty()) return with_view([this](const MarketViewPtr& view) { judge({}, view); });
  std::vector<SequenceNumber> numbers;
  std::vector<SignalId> ids;
  for (const auto& signal : repeated) {
    numbers.push_back(signal.n);
    ids.push_back(signal.signal_id);
  }
  with_answers(std::move(numbers), [this, ids](const std::vector<RiskAssessmentBatch>& answers) {
    std::vector<PriorAnswer> prior = answers_to(ids, answers);
    with_view([this, prior](const MarketViewPtr& view) { judge(prior, view); });
  });
}

void PortfolioState::judge(std::vector<PriorAnswer> prior, const MarketViewPtr& view) {
  auto job = std::make_shared<const Job>(
      Job{state_, batch_->batch, view, now_, std::move(prior), restrictions(), batch_->lane});
  self_->request(with_->pool, caf::infinite, judge_atom::value, JobPtr{job})
      .then([this, job](const JudgedPtr& judged) { append(judged, job->restrictions); },
            [this](const caf::error& error) { give_up(from_caf(error)); });
}

/// Only a calculation that fails is a decision. A pool that is full, or gone, says nothing about the batch.
void PortfolioState::give_up(const Error& why) {
  if (why.code != Errc::failed) return fail(why);
  append(std::make_shared<const Judged>(seal(entity_, internal_error(*state_, *batch_->batch, now_, why.message))),
         restrictions());
}

void PortfolioState::append(const JudgedPtr& judged, const Restrictions& under) {
  // A halt that was ordered while this was judged holds for it, too: it is judged again.
  if (under.above != restrictions().above) return begin(std::move(*std::exchange(batch_, std::nullopt)));
  if (judged->events.empty()) return finish(judged->answer);
  commit(
      judged->entries, {judged, &judged->events},
      [this, judged](JournalPosition position) {
        judged->answer->journal_position = JournalPosition{position.shard, position.epoch, n_};
        finish(judged->answer);
      },
      [this](const Error& error) { fail(error); });
}

void PortfolioState::finish(AnswerPtr answer) {
  auto item = std::exchange(batch_, std::nullopt);
  item->owed.pay(std::move(answer));
  next();
}

void PortfolioState::fail(const Error& error) {
  // A record that was sound when it was written: its asker is told, and so must be whoever looks after the disk.
  if (error.code == Errc::malformed) raise_alert(self_, with_->alerts, "RECORD_UNREADABLE", entity_, error.message);
  auto item = std::exchange(batch_, std::nullopt);
  item->owed.fail(error);
  if (!stop_if_fenced(error)) next();
}

// ---- what all of them need

template <class Then>
void PortfolioState::with_answers(std::vector<SequenceNumber> numbers, Then then) {
  auto wanted = std::make_shared<const std::vector<SequenceNumber>>(std::move(numbers));
  self_->request(with_->loader, caf::infinite, read_atom::value, identity_.shard, NumbersPtr{std::move(wanted)})
      .then(
          [this, then](const RecordsPtr& records) {
            auto answers = recorded_answers(entity_, *records);
            answers ? then(std::move(*answers)) : fail(answers.error());
          },
          [this](const caf::error& error) { no_answers(from_caf(error)); });
}

/// What was decided before and is older than the journal must not be decided again, though nobody can say how.
void PortfolioState::no_answers(const Error& error) {
  if (error.code != Errc::not_found) return fail(error);
  finish(std::make_shared<const RiskAssessmentBatch>(
      refuse(*batch_->batch, "DUPLICATE_EXPIRED",
             "decided before, in whole or in part, and the answer is no longer kept: " + error.message, now_)));
}

bool PortfolioState::stop_if_fenced(const Error& error) {
  if (error.code != Errc::fenced) return false;
  // Another owner writes now: nothing of this state may be used or kept, and whoever waits is told.
  for (auto& item : urgent_) std::visit([&](auto& one) { one.owed.fail(error); }, item);
  for (auto& batch : batches_) batch.owed.fail(error);
  urgent_.clear();
  batches_.clear();
  self_->quit(to_caf(error));
  return true;
}

void PortfolioState::apply_all(const std::vector<TenantEvent>& events, SequenceNumber first) {
  auto state = std::make_shared<TenantState>(*state_);
  for (const auto& event : events) {
    apply(*state, event, first);
    n_ = first;
    ++first.value;
  }
  state_ = std::move(state);
  if (unsaved_ == 0) first_unsaved_ = self_->clock().now();
  unsaved_ += events.size();
}

} // namespace riskcluster
