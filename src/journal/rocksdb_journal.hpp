#pragma once

#include "journal/journal.hpp"

namespace riskcluster {

class Database;

/// When a commit counts as durable.
enum class SyncPolicy : std::uint8_t {
  each_commit, ///< when it is on the disk
  by_caller    ///< when the operating system has it; somebody calls Database::sync() now and then
};

/// The journal on the node's own disk. One WriteBatch for everything that waits.
///
/// When a write fails, what became of it is found out before anybody is answered. A second, reading look at the files
/// shows what a restart would find:
///   nothing of the write    it never reached the log whole: its appends are answered `unavailable`
///   something of it         it did, and its sync failed. A restart may bring it back, so that neither answer would be
///                           true yet: its appends wait until the database is resumed and the write erased, durably.
///                           Then they are answered `unavailable`. A process that ends before ends without an answer.
/// Until the database is resumed every append is answered `unavailable` at once. Each commit() that has answered tries
/// to resume, but not before resume_pause_min, nor for more than a fifth of the time.
class RocksdbJournal final : public Journal {
public:
  /// @param database must outlive this.
  RocksdbJournal(Database& database, SyncPolicy policy);
  ~RocksdbJournal() override;

  void append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) override;
  void commit() override;
  Result<Epoch> claim(ShardId shard) override;
  /// Unsynced: a power cut may bring back what was removed, all of a portion or nothing.
  Result<JournalEnd> cut(ShardId shard, SequenceNumber below) override;
  Result<JournalEnd> base(ShardId shard) const override;
  Result<std::vector<JournalRecord>> read(ShardId shard, SequenceNumber from, std::size_t count_max) const override;
  Result<std::vector<JournalRecord>> read_entity(ShardId shard, std::string_view entity, SequenceNumber from,
                                                 std::size_t count_max) const override;
  Result<JournalEnd> end(ShardId shard) const override;
  /// Writes a few bytes to the log, and to no family, as durable as a commit.
  void probe() override;
  std::string trouble() const override;
  bool lost() const override;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace riskcluster
