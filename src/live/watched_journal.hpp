#pragma once
// The journal as the committer has it, and what it does counted and timed on the way.

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

#include "core/time.hpp"
#include "journal/journal.hpp"
#include "telemetry/metrics.hpp"

namespace riskcluster {

/// A commit that takes longer than this is no slow one: the disk hangs.
inline constexpr std::chrono::seconds commit_hangs_after{5};

class WatchedJournal final : public Journal {
public:
  /// Entries that are durable now, on the committer's thread, before anybody is answered.
  using Appended = std::function<void(ShardId, Epoch, const Committed&, const std::vector<JournalEntry>&)>;

  using Wanted = bool (*)();

  /// @param inner outlives this. @param wanted whether anybody listens to `appended`; asked with each append, so that
  /// it costs nothing while nobody does.
  WatchedJournal(Journal& inner, Metrics& metrics, Wanted wanted, Appended appended,
                 std::chrono::nanoseconds hangs_after = commit_hangs_after);

  void append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) override;
  void commit() override;
  Result<Epoch> claim(ShardId shard) override { return inner_.claim(shard); }
  Result<JournalEnd> cut(ShardId shard, SequenceNumber below) override { return inner_.cut(shard, below); }
  Result<JournalEnd> base(ShardId shard) const override { return inner_.base(shard); }
  Result<std::vector<JournalRecord>> read(ShardId shard, SequenceNumber from, std::size_t count_max) const override {
    return inner_.read(shard, from, count_max);
  }
  Result<std::vector<JournalRecord>> read_entity(ShardId shard, std::string_view entity, SequenceNumber from,
                                                 std::size_t count_max) const override {
    return inner_.read_entity(shard, entity, from, count_max);
  }
  Result<JournalEnd> end(ShardId shard) const override { return inner_.end(shard); }
  void probe() override;
  /// As inner says; and while a commit or a probe hangs, that it does.
  std::string trouble() const override;
  bool lost() const override { return inner_.lost(); }

  /// When the disk last took something, a probe included; 0: never. Any thread.
  TimeMs written_at() const { return written_at_.load(std::memory_order_relaxed); }

private:
  template <class Deed>
  std::chrono::nanoseconds timed(Deed deed);

  Journal& inner_;
  const Wanted wanted_;
  const Appended appended_;
  const std::chrono::nanoseconds hangs_after_;
  Histogram took_;
  Counter done_, refused_;
  std::size_t waiting_ = 0; ///< the committer's own
  std::atomic<std::uint64_t> appends_{0}, records_{0}, bytes_{0};
  std::atomic<std::chrono::steady_clock::rep> begun_{0}; ///< of what is under way on the disk; 0: nothing is
  std::atomic<TimeMs> written_at_{0};
};

} // namespace riskcluster
