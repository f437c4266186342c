#include "journal/memory_journal.hpp"

#include <algorithm>

namespace riskcluster {

namespace {

/// Where a journal stands whose last record it is.
JournalEnd end_of(const JournalRecord& record) { return {record.n, record.epoch, hash_of(record)}; }

} // namespace

void MemoryJournal::append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) {
  if (waiting_.size() >= appends_per_commit_max) {
    done(Error{Errc::unavailable, "journal: too many appends wait for a commit"});
    return;
  }
  waiting_.push_back({shard, epoch, std::move(entries), std::move(done)});
}

void MemoryJournal::commit() {
  CommitPlan plan =
      plan_commit(std::exchange(waiting_, {}), [this](ShardId shard) { return claims_.fenced(shard, end(shard)); });
  {
    const std::scoped_lock lock{mutex_};
    for (auto& record : plan.records) {
      Shard& shard = shards_[record.shard.value];
      shard.by_entity[record.entity].push_back(record.n.value);
      shard.records.push_back(std::move(record));
    }
    for (const auto& [shard, end] : plan.ends) shards_[shard.value].end = end;
  }
  answer_all(std::move(plan.answers));
}

Result<Epoch> MemoryJournal::claim(ShardId shard) { return claims_.claim(shard, end(shard)); }

Result<JournalEnd> MemoryJournal::cut(ShardId shard, SequenceNumber below) {
  if (shard.value >= shards_.size()) return invalid("journal: no such shard");
  const std::scoped_lock lock{mutex_};
  Shard& in = shards_[shard.value];
  std::size_t count = 0;
  while (count < records_per_cut_max && count + 1 < in.records.size() && in.records[count].n < below) ++count;
  if (count == 0) return in.base;
  for (std::size_t i = 0; i < count; ++i) {
    auto& numbers = in.by_entity[in.records[i].entity];
    numbers.erase(numbers.begin());
    if (numbers.empty()) in.by_entity.erase(in.records[i].entity);
  }
  in.base = end_of(in.records[count - 1]);
  in.records.erase(in.records.begin(), in.records.begin() + static_cast<std::ptrdiff_t>(count));
  return in.base;
}

Result<JournalEnd> MemoryJournal::base(ShardId shard) const {
  if (shard.value >= shards_.size()) return invalid("journal: no such shard");
  const std::scoped_lock lock{mutex_};
  return shards_[shard.value].base;
}

Result<std::vector<JournalRecord>> MemoryJournal::read(ShardId shard, SequenceNumber from,
                                                       std::size_t count_max) const {
  if (shard.value >= shards_.size() || from.value == 0) return invalid("journal: no such shard, or n is 0");
  const std::scoped_lock lock{mutex_};
  const auto& [records, by_entity, base, end] = shards_[shard.value];
  if (from <= base.n) return was_cut(shard, from, base);
  std::vector<JournalRecord> found;
  if (from > end.n || count_max == 0) return found;
  const std::uint64_t first = from.value - base.n.value - 1;
  const std::uint64_t count = std::min<std::uint64_t>(records.size() - first, count_max); // no sum may wrap
  JournalEnd before = base;
  if (first > 0) before = end_of(records[first - 1]);
  found.reserve(count);
  for (std::uint64_t i = first; i < first + count; ++i) {
    if (auto error = breach(before, records[i])) return std::move(*error);
    before = end_of(records[i]);
    found.push_back(records[i]);
  }
  return found;
}

Result<std::vector<JournalRecord>> MemoryJournal::read_entity(ShardId shard, std::string_view entity,
                                                              SequenceNumber from, std::size_t count_max) const {
  if (shard.value >= shards_.size() || from.value == 0) return invalid("journal: no such shard, or n is 0");
  const std::scoped_lock lock{mutex_};
  const Shard& in = shards_[shard.value];
  if (from <= in.base.n) return was_cut(shard, from, in.base);
  std::vector<JournalRecord> found;
  const auto index = in.by_entity.find(std::string{entity});
  if (index == in.by_entity.end()) return found;
  const auto& numbers = index->second;
  for (auto n = std::lower_bound(numbers.begin(), numbers.end(), from.value);
       n != numbers.end() && found.size() < count_max; ++n)
    found.push_back(in.records[*n - in.base.n.value - 1]);
  return found;
}

Result<JournalEnd> MemoryJournal::end(ShardId shard) const {
  if (shard.value >= shards_.size()) return invalid("journal: no such shard");
  const std::scoped_lock lock{mutex_};
  return shards_[shard.value].end;
}

} // namespace riskcluster
