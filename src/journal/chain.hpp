#pragma once
// How one record follows another, and what a commit makes of the appends that wait: the rules that every journal
// shares, whatever it writes to.

#include <functional>
#include <map>
#include <optional>

#include "journal/journal.hpp"

namespace riskcluster {

/// "journal shard 3 n 17: ", to begin an error's message with.
std::string journal_place(ShardId shard, SequenceNumber n);

/// What a reader from below the base gets.
Error was_cut(ShardId shard, SequenceNumber from, const JournalEnd& base);

/// A gap, a wrong hash of the record before or a falling epoch; nothing when `next` follows.
/// @param before the end of the shard in front of `next`; all 0 when `next` is the first.
std::optional<Error> breach(const JournalEnd& before, const JournalRecord& next);

/// An append that waits for the next commit.
struct WaitingAppend {
  ShardId shard;
  Epoch epoch;
  JournalEntries entries;
  Journal::Done done;
};

/// What one commit writes, and what it answers once that is durable.
struct CommitPlan {
  struct Answer {
    Result<Committed> result;
    Journal::Done done;
  };
  std::vector<JournalRecord> records; ///< of all shards; each shard's in order of n
  std::vector<Hash128> hashes;        ///< of `records`
  std::map<ShardId, JournalEnd> ends; ///< of the shards that grow, behind `records`
  std::vector<Answer> answers;        ///< in order of the appends; those that were refused among them
};

/// An append that is refused uses no n; one of an older epoch than an append before it in the same commit is fenced.
/// @param end_of the end of a shard, asked once for each; an error refuses every append to that shard.
CommitPlan plan_commit(std::vector<WaitingAppend> waiting, const std::function<Result<JournalEnd>(ShardId)>& end_of);

/// The fences of a process: epochs that were claimed, and perhaps not written yet.
class Claims {
public:
  explicit Claims(std::uint32_t shard_count) : epochs_(shard_count) {}
  /// Behind the end: the first claim of an empty shard is 2, so that it fences writers of 1.
  Result<Epoch> claim(ShardId shard, const Result<JournalEnd>& end);
  /// The end as writers must see it.
  Result<JournalEnd> fenced(ShardId shard, Result<JournalEnd> end) const;

private:
  std::vector<Epoch> epochs_;
};

/// Calls every `done` once, in order.
void answer_all(std::vector<CommitPlan::Answer> answers);

} // namespace riskcluster
