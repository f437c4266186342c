#pragma once
// A survey of one shard at work. Private to survey_*.cpp.

#include <deque>
#include <set>
#include <unordered_map>

#include "node/survey.hpp"
#include "placement/shard_directory.hpp"
#include "tenant/state.hpp"

namespace riskcluster {

/// What a snapshot claims, until the fold comes to its n.
template <class T>
struct Claim {
  SequenceNumber n;
  T is;
};

/// An entity as its records make it.
struct Folded {
  TenantState state;
  SequenceNumber from; ///< of the snapshot that it begins with, where its first records were cut
  bool understood = true;
};

/// Folds one shard record by record, and holds every snapshot against the fold at its n.
class Surveyor {
public:
  Surveyor(const Database& database, ShardId shard) : database_{database} { found_.shard = shard; }

  Result<bool> read_base();
  Result<bool> read_snapshots();
  Result<bool> read_records(const SurveyProgress& progress);
  /// After the last record.
  Result<bool> finish();
  ShardSurvey& found() { return found_; }
  /// Without a base that can be read nothing can be said of the rest.
  bool lost() const { return lost_; }

private:
  void take_snapshot(const std::string& entity, SequenceNumber n, const std::optional<std::string>& bytes);
  Result<bool> broken(const Error& why);
  Result<bool> check_index(const JournalRecord& record);
  void fold(const JournalRecord& record);
  void understand(Folded& entity, const JournalRecord& record);
  bool begin_with_snapshot(const std::string& entity, Folded& folded);
  void begin_directory();
  void add_sleepers();
  void compare(const std::string& entity, const Folded& folded, SequenceNumber before);
  void compare_directory(SequenceNumber before);
  void bad_snapshot(const std::string& entity, SequenceNumber n, const std::string& why);
  void lose(const std::string& entity, SequenceNumber n, const std::string& why);
  Result<bool> finish_index();
  Result<bool> unreadable(Part part, const Result<bool>& done);

  const Database& database_;
  ShardSurvey found_;
  bool index_readable_ = true;
  bool lost_ = false;
  std::unordered_map<std::string, std::deque<Claim<Hash128>>> claims_; ///< by entity, in order of n
  std::unordered_map<std::string, Claim<TenantState>> starts_;         ///< the oldest that the base does not outdate
  std::set<std::string> outdated_;                                     ///< entities with one that it does
  std::deque<Claim<ShardDirectory>> directory_claims_;
  std::unordered_map<std::string, Folded> entities_;
  ShardDirectory directory_;
  SequenceNumber directory_from_; ///< as Folded::from
  bool directory_understood_ = true;
};

} // namespace riskcluster
