#include "actors/portfolio.hpp"

#include <chrono>

#include "actors/alerts.hpp"
#include "actors/candidate.hpp"
#include "failpoints/failpoints.hpp"
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
      [this](sleep_atom) {
        auto asleep = self_->make_response_promise<bool>();
        sleep(Owed<bool>{asleep});
        return asleep;
      },
  };
}

void PortfolioState::take(Batch item) {
  if (batches_.size() >= with_->settings.waiting_per_portfolio_max)
    return item.answer.fail(Error{Errc::overloaded, "too many batches wait for " + entity_});
  batches_.push_back(std::move(item));
  work();
}

void PortfolioState::take(Fact item) {
  facts_.push_back(std::move(item));
  work();
}

void PortfolioState::work() {
  // A loop: many items end without anybody else's answer, and none of them may deepen the stack.
  if (std::exchange(looping_, true)) return;
  while (!working_) {
    if (!facts_.empty()) {
      Fact item = std::move(facts_.front());
      facts_.erase(facts_.begin());
      begin(std::move(item));
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
  const SignalBatch& batch = *batch_->batch;
  now_ = clock_of(batch.created_at_ms);
  const Admission admission = admit(*state_, {InputKind::batch, batch.batch_id.value, batch.source, batch.sequence});
  switch (admission.kind) {
  case Admission::Kind::repeat:
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
  Standing standing = identity_.standing;
  if (standing == Standing::normal && with_->outputs_lag) standing = Standing::outputs_lag;
  auto job =
      std::make_shared<const Job>(Job{state_, batch_->batch, view, now_, std::move(prior), standing, batch_->lane});
  self_->request(with_->pool, caf::infinite, judge_atom::value, JobPtr{std::move(job)})
      .then([this](const JudgedPtr& judged) { append(judged); },
            [this](const caf::error& error) { give_up(from_caf(error)); });
}

/// Only a calculation that fails is a decision. A pool that is full, or gone, says nothing about the batch.
void PortfolioState::give_up(const Error& why) {
  if (why.code != Errc::failed) return fail(why);
  append(std::make_shared<const Judged>(seal(entity_, internal_error(*state_, *batch_->batch, now_, why.message))));
}

void PortfolioState::append(const JudgedPtr& judged) {
  if (judged->events.empty()) return finish(judged->answer);
  auto request = std::make_shared<const Append>(Append{identity_.shard, identity_.epoch, judged->entries});
  self_->request(with_->journal, caf::infinite, append_atom::value, AppendPtr{std::move(request)})
      .then(
          [this, judged](JournalPosition position) {
            failpoint("before_apply");
            apply_all(judged->events, position.n);
            failpoint("before_publish");
            judged->answer->journal_position = JournalPosition{position.shard, position.epoch, n_};
            finish(judged->answer);
          },
          [this](const caf::error& error) { fail(from_caf(error)); });
}

void PortfolioState::finish(AnswerPtr answer) {
  auto item = std::exchange(batch_, std::nullopt);
  item->answer.pay(std::move(answer));
  next();
}

void PortfolioState::fail(const Error& error) {
  // A record that was sound when it was written: its asker is told, and so must be whoever looks after the disk.
  if (error.code == Errc::malformed) raise_alert(self_, with_->alerts, "RECORD_UNREADABLE", entity_, error.message);
  auto item = std::exchange(batch_, std::nullopt);
  item->answer.fail(error);
  if (!stop_if_fenced(error)) next();
}

// ---- a fact

void PortfolioState::begin(Fact item) {
  working_ = true;
  fact_ = std::move(item);
  now_ = clock_of(fact_->update->at_ms());
  with_view([this](const MarketViewPtr& view) { decide_fact(*view); });
}

void PortfolioState::decide_fact(const MarketView& view) {
  auto events = decide(*state_, fact_->update->command, view, now_);
  if (!events) return fail_fact(events.error());
  if (events->empty()) {
    auto item = std::exchange(fact_, std::nullopt);
    item->outcome.pay(UpdateOutcome::repeated);
    return next();
  }
  auto entries = entries_of(entity_, *events);
  auto request = std::make_shared<const Append>(Append{identity_.shard, identity_.epoch, std::move(entries)});
  self_->request(with_->journal, caf::infinite, append_atom::value, AppendPtr{std::move(request)})
      .then(
          [this, facts = std::move(*events)](JournalPosition position) {
            failpoint("before_apply");
            apply_all(facts, position.n);
            failpoint("before_publish");
            auto item = std::exchange(fact_, std::nullopt);
            item->outcome.pay(UpdateOutcome::applied);
            next();
          },
          [this](const caf::error& error) { fail_fact(from_caf(error)); });
}

void PortfolioState::fail_fact(const Error& error) {
  auto item = std::exchange(fact_, std::nullopt);
  item->outcome.fail(error);
  if (!stop_if_fenced(error)) next();
}

// ---- what both need

template <class Then>
void PortfolioState::with_view(Then then) {
  if (const auto view = with_->views->at(now_)) return then(view);
  self_->request(with_->market, caf::infinite, view_atom::value, now_)
      .then([then](const MarketViewPtr& view) { then(view); },
            [this](const caf::error& error) { batch_ ? fail(from_caf(error)) : fail_fact(from_caf(error)); });
}

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
  for (auto& fact : facts_) fact.outcome.fail(error);
  for (auto& batch : batches_) batch.answer.fail(error);
  facts_.clear();
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

// ---- between two lives

SnapshotPtr PortfolioState::snapshot() const {
  return std::make_shared<const SnapshotOrder>(SnapshotOrder{identity_.shard, entity_, n_, state_});
}

void PortfolioState::keep_if_due() {
  const auto& settings = with_->settings;
  if (!settings.keep_snapshots || saving_ || unsaved_ == 0) return;
  if (unsaved_ < settings.snapshot_events && self_->clock().now() - first_unsaved_ < settings.snapshot_after) return;
  saving_ = true;
  const auto covered = unsaved_;
  self_->request(with_->snapshots, caf::infinite, save_atom::value, snapshot())
      .then(
          [this, covered](bool) {
            saving_ = false;
            unsaved_ -= covered;
            first_unsaved_ = self_->clock().now();
          },
          [this](const caf::error&) { saving_ = false; }); // the journal has it all; the next event tries again
}

void PortfolioState::sleep(Owed<bool> asleep) {
  if (working_ || saving_) return asleep.pay(false);
  if (unsaved_ == 0 || !with_->settings.keep_snapshots) {
    asleep.pay(true);
    return self_->quit();
  }
  working_ = true; // whatever comes now waits, and is answered by whom wakes next
  const auto owed = std::make_shared<Owed<bool>>(std::move(asleep));
  self_->request(with_->snapshots, caf::infinite, save_atom::value, snapshot())
      .then(
          [this, owed](bool) {
            failpoint("in_passivation");
            owed->pay(true);
            self_->quit();
          },
          [this, owed](const caf::error&) {
            owed->pay(false);
            working_ = false;
            work();
          });
}

} // namespace riskcluster
