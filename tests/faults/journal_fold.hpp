#pragma once
// A journal read from its first record by somebody who trusts nothing but its bytes: the states that its events make,
// held against the snapshots, and what it says to the outside, written down for comparison.

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "storage/snapshots.hpp"
#include "tenant/state.hpp"

namespace riskcluster::faults {

class JournalFold {
public:
  /// @param dump gets a line for each decision, output and fact, or is nullptr. Outlives this, as the snapshots do.
  JournalFold(const Snapshots& snapshots, std::FILE* dump) : snapshots_{snapshots}, dump_{dump} {}

  /// Before the first record of a shard: which of its states were kept.
  void begin_shard(ShardId shard);
  /// The next record of the shard.
  void add(const JournalRecord& record);
  /// Behind the last one.
  void end_shard(ShardId shard, SequenceNumber end);

  const std::vector<std::string>& faults() const { return faults_; }
  std::uint64_t snapshots() const { return checked_; } ///< that have the state hash of the fold at their n
  std::uint64_t decisions() const { return decisions_; }
  std::uint64_t facts() const { return facts_; }

private:
  void dump(const JournalRecord& record, const TenantEvent& event);
  void dump_outputs(const JournalRecord& record);
  void dump_decision(const JournalRecord& record, const BatchDecided& decided);
  void check_directory(ShardId shard, SequenceNumber end);
  void fault(const JournalRecord& record, const std::string& what);

  const Snapshots& snapshots_;
  std::FILE* dump_;
  std::map<std::string, TenantState> states_;
  std::map<std::string, std::uint64_t> opened_at_;               ///< of this shard: n
  std::map<std::string, std::map<std::uint64_t, Hash128>> kept_; ///< entity -> n -> state hash; of this shard
  std::vector<std::string> faults_;
  std::uint64_t checked_ = 0, decisions_ = 0, facts_ = 0;
};

} // namespace riskcluster::faults
