#include "journal/memory_journal.hpp"

#include <algorithm>

namespace riskcluster {

namespace {

std::string place(ShardId shard, SequenceNumber n) {
  return "journal shard " + std::to_string(shard.value) + " n " + std::to_string(n.value) + ": ";
}

} // namespace

void MemoryJournal::append(ShardId shard, Epoch epoch, std::vector<JournalEntry> entries, Done done) {
  if (shard.value >= shards_.size() || entries.empty()) {
    done(invalid("journal: no such shard, or nothing to append"));
    return;
  }
  Shard& to = shards_[shard.value];
  if (!to.records.empty() && epoch < to.records.back().epoch) {
    done(Error{Errc::fenced, place(shard, to.records.back().n) + "a newer epoch owns the shard"});
    return;
  }
  const SequenceNumber first{to.records.size() + 1};
  for (auto& entry : entries) {
    JournalRecord record{.shard = shard,
                         .epoch = epoch,
                         .n = {to.records.size() + 1},
                         .entity = std::move(entry.entity),
                         .at_ms = entry.at_ms,
                         .previous_hash = to.last_hash,
                         .payload = std::move(entry.payload)};
    to.last_hash = hash_of(record);
    to.records.push_back(std::move(record));
  }
  done(Committed{first, {to.records.size()}});
}

Result<std::vector<JournalRecord>> MemoryJournal::read(ShardId shard, SequenceNumber from,
                                                       std::size_t count_max) const {
  if (shard.value >= shards_.size() || from.value == 0) return invalid("journal: no such shard, or n is 0");
  const auto& records = shards_[shard.value].records;
  std::vector<JournalRecord> found;
  if (from.value > records.size()) return found;
  const std::uint64_t begin = from.value - 1;
  const std::uint64_t end = begin + std::min<std::uint64_t>(records.size() - begin, count_max); // no sum may wrap
  for (std::uint64_t i = begin; i < end; ++i) {
    const auto& record = records[i];
    const Hash128 expected = i == 0 ? Hash128{} : hash_of(records[i - 1]);
    if (record.n.value != i + 1) return malformed(place(shard, {i + 1}) + "a gap");
    if (record.previous_hash != expected)
      return malformed(place(shard, record.n) + "the hash of the record before is wrong");
    if (i > 0 && record.epoch < records[i - 1].epoch) return malformed(place(shard, record.n) + "the epoch falls");
    found.push_back(record);
  }
  return found;
}

} // namespace riskcluster
