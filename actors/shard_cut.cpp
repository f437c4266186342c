#include "actors/alerts.hpp"
#include "actors/shard.hpp"

namespace riskcluster {

/// Not where a file's clock rules: a replay keeps everything.
void ShardState::cut_if_due() {
  const auto& settings = with_->settings;
  const auto now = self_->clock().now();
  if (!settings.keep_snapshots || settings.batch_clock || cutting_ || now - cut_at_ < settings.cut_every) return;
  cut_at_ = now;
  cutting_ = true;
  plan_cut({});
}

/// @param planned what was cut already in this turn: a plan looks at a bounded portion.
void ShardState::plan_cut(SequenceNumber planned) {
  self_->request(with_->snapshots, caf::infinite, cut_atom::value, shard_)
      .then(
          [this, planned](const CutPlanPtr& plan) {
            if (plan->below > planned) return cut(plan->below, {});
            for (const auto& complaint : plan->complaints) cut_failed(complaint);
            cutting_ = false;
          },
          [this](const caf::error& error) { cut_failed(from_caf(error).message); });
}

void ShardState::cut(SequenceNumber below, SequenceNumber base) {
  self_->request(with_->journal, caf::infinite, cut_atom::value, shard_, below)
      .then(
          [=, this](SequenceNumber now) {
            const bool more = now.value + 1 < below.value && now > base;
            more ? cut(below, now) : plan_cut(below);
          },
          [this](const caf::error& error) { cut_failed(from_caf(error).message); });
}

void ShardState::cut_failed(const std::string& why) {
  cutting_ = false;
  raise_alert(self_, with_->alerts, "JOURNAL_NOT_CUT", "shard " + std::to_string(shard_.value), why);
}

} // namespace riskcluster
