#include "journal/chain.hpp"

#include <algorithm>

namespace riskcluster {

std::string journal_place(ShardId shard, SequenceNumber n) {
  return "journal shard " + std::to_string(shard.value) + " n " + std::to_string(n.value) + ": ";
}

Error was_cut(ShardId shard, SequenceNumber from, const JournalEnd& base) {
  return {Errc::not_found,
          journal_place(shard, from) + "was cut, the journal begins behind n " + std::to_string(base.n.value)};
}

std::optional<Error> breach(const JournalEnd& before, const JournalRecord& next) {
  const SequenceNumber expected{before.n.value + 1};
  if (next.n != expected) return malformed(journal_place(next.shard, expected) + "a gap");
  if (next.previous_hash != before.hash)
    return malformed(journal_place(next.shard, next.n) + "the hash of the record before is wrong");
  if (next.epoch < before.epoch) return malformed(journal_place(next.shard, next.n) + "the epoch falls");
  return std::nullopt;
}

namespace {

/// Puts the records of one append behind `end` and moves it.
Committed extend(JournalEnd& end, const WaitingAppend& append, CommitPlan& plan) {
  const SequenceNumber first{end.n.value + 1};
  end.epoch = append.epoch;
  for (const auto& entry : *append.entries) {
    plan.records.push_back({.shard = append.shard,
                            .epoch = append.epoch,
                            .n = {end.n.value + 1},
                            .entity = entry.entity,
                            .at_ms = entry.at_ms,
                            .previous_hash = end.hash,
                            .payload = entry.payload});
    end.n = plan.records.back().n;
    end.hash = plan.hashes.emplace_back(hash_of(plan.records.back()));
  }
  return {first, end.n};
}

} // namespace

CommitPlan plan_commit(std::vector<WaitingAppend> waiting, const std::function<Result<JournalEnd>(ShardId)>& end_of) {
  CommitPlan plan;
  std::map<ShardId, Result<JournalEnd>> ends;
  const auto take = [&](const WaitingAppend& append) -> Result<Committed> {
    if (!append.entries || append.entries->empty()) return invalid("journal: nothing to append");
    auto found = ends.find(append.shard);
    if (found == ends.end()) found = ends.emplace(append.shard, end_of(append.shard)).first;
    Result<JournalEnd>& end = found->second;
    if (!end) return end.error();
    if (append.epoch < end->epoch)
      return Error{Errc::fenced, journal_place(append.shard, end->n) + "a newer epoch owns the shard"};
    const Committed committed = extend(*end, append, plan);
    plan.ends[append.shard] = *end;
    return committed;
  };
  plan.answers.reserve(waiting.size());
  for (auto& append : waiting) {
    auto result = take(append);
    plan.answers.push_back({std::move(result), std::move(append.done)});
  }
  return plan;
}

Result<Epoch> Claims::claim(ShardId shard, const Result<JournalEnd>& end) {
  if (!end) return end.error();
  Epoch& claimed = epochs_[shard.value];
  claimed = {std::max({claimed.value, end->epoch.value, std::uint64_t{1}}) + 1};
  return claimed;
}

Result<JournalEnd> Claims::fenced(ShardId shard, Result<JournalEnd> end) const {
  if (end) end->epoch = std::max(end->epoch, epochs_[shard.value]);
  return end;
}

void answer_all(std::vector<CommitPlan::Answer> answers) {
  for (auto& answer : answers) answer.done(std::move(answer.result));
}

} // namespace riskcluster
