// The portfolio's other half: facts and orders, and what happens between two lives.

#include "actors/portfolio.hpp"

#include "tenant/decide.hpp"

namespace riskcluster {

// ---- a fact

void PortfolioState::begin(Fact item) {
  working_ = true;
  fact_ = std::move(item);
  now_ = clock_of(fact_->update->at_ms());
  with_view([this](const MarketViewPtr& view) { decide_fact(*view); });
}

void PortfolioState::decide_fact(const MarketView& view) {
  auto events = decide(*state_, fact_->update->command, view, now_, fact_->update->trace);
  if (!events) return fail_fact(events.error());
  if (events->empty()) return finish_fact(UpdateOutcome::repeated);
  commit_facts(
      std::move(*events), [this](JournalPosition) { finish_fact(UpdateOutcome::applied); },
      [this](const Error& error) { fail_fact(error); });
}

void PortfolioState::finish_fact(UpdateOutcome outcome) {
  auto item = std::exchange(fact_, std::nullopt);
  item->owed.pay(outcome);
  next();
}

void PortfolioState::fail_fact(const Error& error) {
  auto item = std::exchange(fact_, std::nullopt);
  item->owed.fail(error);
  if (!stop_if_fenced(error)) next();
}

// ---- an order

void PortfolioState::begin(Order item) {
  working_ = true;
  order_ = std::move(item);
  now_ = clock_of(order_->command->at_ms);
  const Above above = with_->policies->above(state_->id.company);
  auto verdict = decide(*state_, *order_->command, above.company.get(), now_);
  if (verdict.events.empty()) return put_in_force(std::move(verdict.answer));
  commit_facts(
      std::move(verdict.events),
      [this, answer = std::move(verdict.answer)](JournalPosition position) {
        CommandAnswer done = answer;
        done.journal_position = position;
        put_in_force(std::move(done));
      },
      [this](const Error& error) { fail_order(error); });
}

/// What a company or the system orders is in force when every shard has it; also when it was ordered before, and
/// whoever did it died on the way here.
void PortfolioState::put_in_force(CommandAnswer answer) {
  const auto finish = [this, answer = std::make_shared<const CommandAnswer>(std::move(answer))] {
    auto item = std::exchange(order_, std::nullopt);
    item->owed.pay(answer);
    next();
  };
  if (!is_policy(state_->id) || !with_->supervisor) return finish();
  self_->request(with_->supervisor, caf::infinite, policy_atom::value, state_->id, policy_of(*state_))
      .then([finish](bool) { finish(); }, [this](const caf::error& error) { fail_order(from_caf(error)); });
}

void PortfolioState::fail_order(const Error& error) {
  auto item = std::exchange(order_, std::nullopt);
  item->owed.fail(error);
  if (!stop_if_fenced(error)) next();
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
