#include "node/repair.hpp"

#include <algorithm>
#include <ostream>

#include "journal/rocksdb_repair.hpp"
#include "node/moved_aside.hpp"
#include "node/survey.hpp"
#include "node/survey_progress.hpp"
#include "storage/database.hpp"
#include "storage/rocksdb_cursors.hpp"
#include "storage/rocksdb_snapshots.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t snapshots_named_max = 8; ///< of a shard

std::string quantity(std::uint64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

/// What is done, or would be, in words that suit both.
void tell_plan(std::ostream& out, const ShardSurvey& shard) {
  const std::string place = "  shard " + std::to_string(shard.shard.value) + ": ";
  if (shard.breaks_at)
    out << place << one_line(shard.faults.kept().front().message) << ": "
        << quantity(shard.behind_break, "record", "records") << " from n " << shard.breaks_at->value
        << " on: moved aside, then removed; the journal ends at n " << shard.end.n.value << '\n';
  if (shard.index_missing + shard.index_surplus > 0)
    out << place << "the index: made to agree with the records (" << shard.index_missing << " missing, "
        << shard.index_surplus << " too many)\n";
  for (std::size_t i = 0; i < std::min(shard.bad_snapshots.size(), snapshots_named_max); ++i)
    out << place << "the snapshot of " << one_line(shard.bad_snapshots[i].entity) << " at n "
        << shard.bad_snapshots[i].n.value << ": dropped; the records are enough\n";
  if (shard.bad_snapshots.size() > snapshots_named_max)
    out << place << shard.bad_snapshots.size() - snapshots_named_max << " more snapshots: dropped\n";
}

void tell_plan(std::ostream& out, const BadCursor& cursor) {
  if (!cursor.set_to) return;
  out << "  WARNING: " << one_line(cursor.message) << ": set back to n " << cursor.set_to->value
      << (cursor.set_to->value == 0 ? "; everything is published again, under the ids it had\n"
                                    : "; what was published from behind it is gone from the journal, and its ids "
                                      "will be given a second time\n");
}

void tell_left(std::ostream& out, const Survey& found) {
  const auto tell = [&](const Faults& faults) {
    for (const auto& fault : faults.kept_unmendable()) out << "  left as it is: " << one_line(fault.message) << '\n';
  };
  for (const auto& shard : found.shards) tell(shard.faults);
  tell(found.cursor_faults);
}

/// The first thing that RocksDB itself cannot read, because a table file is damaged.
std::optional<std::string> unreadable(const Survey& found) {
  for (const auto& shard : found.shards)
    for (const auto& fault : shard.faults.kept_unmendable())
      if (fault.part != Part::history) return fault.message;
  return std::nullopt;
}

class Repair {
public:
  Repair(const RepairOptions& options, std::ostream& out, std::ostream& messages)
      : options_{options}, out_{out}, messages_{messages} {}
  Result<RepairOutcome> run();

private:
  Result<bool> open();
  Result<bool> reopen_to_write();
  Result<Survey> look();
  Result<bool> apply(const Survey& found);
  Result<bool> mend(const ShardSurvey& shard);
  void tell_ends(const Survey& found);

  const RepairOptions& options_;
  std::ostream& out_;
  std::ostream& messages_;
  std::unique_ptr<Database> database_;
  std::optional<MovedAside> aside_;
  std::string log_damage_; ///< why it does not open without giving up the end of a log; empty: it does
};

Result<bool> Repair::open() {
  DatabaseOptions reading{.create = false, .read_only = true, .alone = true, .shard_count = 0};
  auto opened = Database::open(options_.data, reading);
  if (!opened && opened.error().code == Errc::malformed) {
    log_damage_ = opened.error().message;
    reading.salvage = true;
    opened = Database::open(options_.data, reading);
    if (!opened)
      return malformed(opened.error().message + "; it cannot be repaired in place: restore the folder from a copy");
  }
  if (!opened) return opened.error();
  database_ = std::move(*opened);
  return true;
}

Result<bool> Repair::reopen_to_write() {
  aside_.emplace(options_.data);
  if (!log_damage_.empty()) // RocksDB removes a log once it is read
    if (auto copied = aside_->copy_logs(); !copied) return copied;
  database_.reset();
  auto opened = Database::open(options_.data, {.create = false, .salvage = !log_damage_.empty(), .shard_count = 0});
  if (!opened) return opened.error();
  database_ = std::move(*opened);
  return true;
}

Result<Survey> Repair::look() {
  SurveyLine line{messages_, database_->shard_count(), options_.progress};
  auto found = survey(*database_, [&](ShardId shard, std::uint64_t records) { line(shard, records); });
  line.end();
  if (!found) return found.error();
  if (const auto what = unreadable(*found))
    return malformed(*what + ". It cannot be repaired in place: restore the folder from a copy");
  return found;
}

void Repair::tell_ends(const Survey& found) {
  if (log_damage_.empty()) return;
  out_ << "  " << one_line(log_damage_) << ": the log is read up to its first damage; what is left ends\n";
  for (const auto& shard : found.shards)
    out_ << "    shard " << shard.shard.value << " at n " << shard.end.n.value << '\n';
}

Result<bool> Repair::mend(const ShardSurvey& shard) {
  if (shard.breaks_at) {
    auto moved = aside_->copy_records(*database_, shard.shard, *shard.breaks_at);
    if (!moved) return moved;
    if (auto removed = remove_records(*database_, shard.shard, *shard.breaks_at); !removed) return removed;
  }
  if (shard.breaks_at || shard.index_missing + shard.index_surplus > 0)
    if (const auto mended = mend_index(*database_, shard.shard, shard.end.n); !mended) return mended.error();
  RocksdbSnapshots snapshots{*database_};
  for (const auto& bad : shard.bad_snapshots)
    if (auto dropped = snapshots.drop(shard.shard, bad.entity, bad.n); !dropped) return dropped;
  return true;
}

Result<bool> Repair::apply(const Survey& found) {
  for (const auto& shard : found.shards)
    if (auto mended = mend(shard); !mended) return mended;
  RocksdbCursors cursors{*database_};
  for (const auto& bad : found.bad_cursors)
    if (bad.set_to)
      if (auto put = cursors.put(bad.name, std::to_string(bad.set_to->value)); !put) return put;
  return database_->sync();
}

Result<RepairOutcome> Repair::run() {
  if (auto opened = open(); !opened) return opened.error();
  auto found = look();
  if (!found) return found.error();
  const bool any = found->faults() > found->unmendable() || !log_damage_.empty();
  const bool apply_now = options_.apply && any;
  if (any) out_ << (apply_now ? "This is done:\n" : "This would be done, with --apply:\n");
  if (apply_now) {
    if (auto opened = reopen_to_write(); !opened) return opened.error();
    found = look(); // again, now that nobody can come in between
    if (!found) return found.error();
  }
  tell_ends(*found);
  for (const auto& shard : found->shards) tell_plan(out_, shard);
  for (const auto& cursor : found->bad_cursors) tell_plan(out_, cursor);
  tell_left(out_, *found);
  if (!any) out_ << (found->faults() == 0 ? "All is sound: nothing is to be done.\n" : "Nothing can be done.\n");
  if (!apply_now)
    return found->unmendable() > 0 && !any ? RepairOutcome::left : any ? RepairOutcome::would : RepairOutcome::nothing;
  if (auto applied = apply(*found); !applied) return applied.error();
  const auto again = look();
  if (!again) return again.error();
  if (!aside_->folder().empty()) out_ << "What was taken away is in " << aside_->folder() << '\n';
  out_ << "Verified again: " << (again->faults() == 0 ? "all is sound." : "the rest is sound.") << '\n';
  return again->faults() == 0 ? RepairOutcome::done : RepairOutcome::left;
}

} // namespace

Result<RepairOutcome> repair(const RepairOptions& options, std::ostream& out, std::ostream& messages) {
  return Repair{options, out, messages}.run();
}

} // namespace riskcluster
