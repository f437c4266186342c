#pragma once

#include "journal/memory_journal.hpp"

namespace riskcluster::test {

/// A journal in memory that counts its commits, and whose disk can be slow, full or damaged.
class TestJournal final : public Journal {
public:
  explicit TestJournal(std::uint32_t shard_count) : memory_{shard_count} {}

  void append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) override {
    waiting_.push_back({shard, epoch, std::move(entries), std::move(done)});
  }
  void commit() override {
    if (holds) return;
    auto waiting = std::exchange(waiting_, {});
    if (!waiting.empty()) portions.push_back(waiting.size());
    for (auto& append : waiting) {
      if (!refuses.empty()) {
        append.done(Error{Errc::unavailable, refuses});
        continue;
      }
      memory_.append(append.shard, append.epoch, std::move(append.entries), std::move(append.done));
    }
    memory_.commit();
  }
  Result<Epoch> claim(ShardId shard) override { return memory_.claim(shard); }
  Result<JournalEnd> cut(ShardId shard, SequenceNumber below) override { return memory_.cut(shard, below); }
  Result<JournalEnd> base(ShardId shard) const override { return memory_.base(shard); }
  Result<std::vector<JournalRecord>> read(ShardId shard, SequenceNumber from, std::size_t count_max) const override {
    ++reads;
    if (damaged == shard) return malformed("journal shard " + std::to_string(shard.value) + " n 1: a wrong hash");
    return memory_.read(shard, from, count_max);
  }
  Result<std::vector<JournalRecord>> read_entity(ShardId shard, std::string_view entity, SequenceNumber from,
                                                 std::size_t count_max) const override {
    if (entity == throws_for) throw std::runtime_error{"the disk's driver threw"};
    entity_reads.push_back(from);
    if (entity == unreadable) return malformed("a record of " + std::string{entity} + " cannot be read");
    return memory_.read_entity(shard, entity, from, count_max);
  }
  Result<JournalEnd> end(ShardId shard) const override { return memory_.end(shard); }
  void probe() override {
    ++probes;
    refuses = probe_finds;
  }
  std::string trouble() const override { return refuses; }

  bool holds = false;      ///< what becomes of appends is not known yet
  std::string refuses;     ///< why nothing can be written
  std::string probe_finds; ///< the same, seen by the next probe
  std::size_t probes = 0;
  std::optional<ShardId> damaged;     ///< whose records do not hang together
  std::string throws_for, unreadable; ///< entities
  std::vector<std::size_t> portions;  ///< appends of each commit that had any
  mutable std::size_t reads = 0;
  mutable std::vector<SequenceNumber> entity_reads; ///< where each began

private:
  MemoryJournal memory_;
  std::vector<WaitingAppend> waiting_;
};

} // namespace riskcluster::test
