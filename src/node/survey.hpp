#pragma once
// A look at everything a data folder holds, that changes none of it: what `riskd verify` prints and `riskd repair`
// works from.

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "journal/journal.hpp"

namespace riskcluster {

class Database;

/// What a fault is in, the gravest first.
enum class Part : std::uint8_t {
  journal,  ///< a record is damaged, missing or out of order: what follows it cannot be trusted
  history,  ///< a sound record that cannot be understood, or does not belong where it is
  index,    ///< says other records than there are
  snapshot, ///< damaged, or not what the records make
  cursor    ///< damaged, or ahead of the journal
};
inline constexpr std::size_t part_count = 5;
const char* name(Part part);

struct Fault {
  Part part;
  std::string message; ///< names the place
};

/// Counts all, keeps the first few of each part.
class Faults {
public:
  /// @param mendable `riskd repair` can do something about it.
  void add(Part part, std::string message, bool mendable);
  std::uint64_t count() const { return count_; }
  std::uint64_t unmendable() const { return unmendable_; }
  /// The gravest first; within a part in the order in which they were found.
  const std::vector<Fault>& kept() const { return kept_; }
  const std::vector<Fault>& kept_unmendable() const { return kept_unmendable_; }

private:
  static constexpr std::size_t kept_max = 4; ///< of each part
  std::uint64_t count_ = 0, unmendable_ = 0;
  std::array<std::size_t, part_count> counts_{}, unmendable_counts_{};
  std::vector<Fault> kept_, kept_unmendable_;
};

struct SnapshotPlace {
  std::string entity;
  SequenceNumber n;
};

struct ShardSurvey {
  ShardId shard;
  JournalEnd base;                         ///< what was cut off the front
  JournalEnd end;                          ///< of what is sound
  std::optional<SequenceNumber> breaks_at; ///< the first record that is not
  std::uint64_t records = 0;               ///< sound ones
  std::uint64_t behind_break = 0;          ///< from breaks_at on, in whatever state
  std::uint64_t entities = 0;
  std::uint64_t snapshots = 0; ///< directories' among them
  std::uint64_t index_missing = 0, index_surplus = 0;
  std::vector<SnapshotPlace> bad_snapshots;
  Faults faults;
};

/// A cursor that cannot stay as it is.
struct BadCursor {
  std::string name;
  std::string message;
  std::optional<SequenceNumber> set_to; ///< nothing: it must stay, because nobody knows better
};

struct Survey {
  std::vector<ShardSurvey> shards;
  std::uint64_t cursors = 0;
  std::vector<BadCursor> bad_cursors;
  Faults cursor_faults; ///< of those that belong to no shard; the others are the shard's

  std::uint64_t records() const;
  std::uint64_t faults() const;
  std::uint64_t unmendable() const;
};

/// Hears now and then how many records were read.
using SurveyProgress = std::function<void(ShardId shard, std::uint64_t records)>;

/// Memory: the states of one shard's tenants at a time. Errors: unavailable, the disk cannot be read.
Result<Survey> survey(const Database& database, const SurveyProgress& progress);

/// For survey(): one shard but its cursors; then the cursors, given where each shard's sound records end.
Result<ShardSurvey> survey_shard(const Database& database, ShardId shard, const SurveyProgress& progress);
Result<bool> survey_cursors(const Database& database, Survey& found);

/// For a terminal: keys of a damaged disk must neither end a line nor steer anything.
std::string one_line(std::string text);

} // namespace riskcluster
