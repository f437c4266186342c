#include "journal/rocksdb_journal.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "failpoints/failpoints.hpp"
#include "journal/chain.hpp"
#include "journal/record_format.hpp"
#include "journal/rocksdb_records.hpp"
#include "storage/database.hpp"
#include "storage/keys.hpp"

namespace riskcluster {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds resume_pause_min{100};
/// Resuming writes what is in memory, in vain while the disk is full, and RocksDB then sleeps for a second: it may have
/// one fifth of the time.
constexpr int resume_pause_factor = 4;

struct RecordKeys {
  std::string journal;
  std::string entities;
};

RecordKeys keys_of(const JournalRecord& record) {
  return {shard_key(record.shard, record.n), shard_key(record.shard, record.entity, record.n)};
}

/// A write that failed: what would have to be there, and who waits to hear.
struct FailedCommit {
  std::vector<RecordKeys> keys;
  std::vector<CommitPlan::Answer> answers;
};

void refuse(std::vector<CommitPlan::Answer>& answers, const std::string& why) {
  for (auto& answer : answers)
    if (answer.result) answer.result = Error{Errc::unavailable, why};
}

} // namespace

struct RocksdbJournal::Impl {
  Impl(Database& db, SyncPolicy policy)
      : database{db},
        durability{policy == SyncPolicy::each_commit ? Durability::power : Durability::process},
        ends(db.shard_count()) {}

  Result<JournalEnd> end_of(ShardId shard) const;
  Result<std::optional<JournalEnd>> bound_of(ShardId shard) const;
  void write(CommitPlan plan);
  void fail(const CommitPlan& plan, std::vector<CommitPlan::Answer> answers, const std::string& why);
  void recover();
  bool erase(const FailedCommit& commit);
  bool gone_after_restart(const FailedCommit& commit) const;
  void set_trouble(std::string why);

  Database& database;
  const Durability durability;

  // The writer's own.
  std::vector<WaitingAppend> waiting;
  Claims claims{database.shard_count()};
  bool refused = false;                  ///< the last write failed, and the database is not resumed
  std::optional<FailedCommit> undecided; ///< at most the one write that failed
  Clock::time_point resume_at;

  mutable std::mutex mutex; ///< over what readers see, below
  /// Up to where everything is durable; read at first use. An error stays: a damaged end does not heal.
  mutable std::vector<std::optional<Result<JournalEnd>>> ends;
  std::string why_refused;
};

Result<JournalEnd> RocksdbJournal::Impl::end_of(ShardId shard) const {
  if (shard.value >= ends.size()) return invalid("journal: no shard " + std::to_string(shard.value));
  const std::scoped_lock lock{mutex};
  auto& end = ends[shard.value];
  if (end) return *end;
  auto found = read_end(database, shard);
  if (found || found.error().code == Errc::malformed) end = found;
  return found;
}

/// How far one may read: nothing when the end is damaged, because what stands before it can be read all the same.
Result<std::optional<JournalEnd>> RocksdbJournal::Impl::bound_of(ShardId shard) const {
  const auto end = end_of(shard);
  if (end) return std::optional{*end};
  if (end.error().code == Errc::malformed) return std::optional<JournalEnd>{};
  return end.error();
}

void RocksdbJournal::Impl::write(CommitPlan plan) {
  rocksdb::WriteBatch batch;
  for (std::size_t i = 0; i < plan.records.size(); ++i) {
    const JournalRecord& record = plan.records[i];
    const RecordKeys keys = keys_of(record);
    batch.Put(database.family(Family::journal), keys.journal, encode_record(record, plan.hashes[i]));
    batch.Put(database.family(Family::entities), keys.entities, "");
  }
  if (const auto written = database.write(batch, durability); !written) {
    fail(plan, std::move(plan.answers), written.error().message);
    return;
  }
  {
    const std::scoped_lock lock{mutex};
    for (const auto& [shard, end] : plan.ends) ends[shard.value] = end;
  }
  failpoint("append_done");
  answer_all(std::move(plan.answers));
}

void RocksdbJournal::Impl::fail(const CommitPlan& plan, std::vector<CommitPlan::Answer> answers,
                                const std::string& why) {
  refuse(answers, why);
  refused = true;
  set_trouble(why);
  FailedCommit failed{.keys = {}, .answers = std::move(answers)};
  for (const auto& record : plan.records) failed.keys.push_back(keys_of(record));
  resume_at = {}; // not before, but no later than the next commit
  undecided = std::move(failed);
  if (gone_after_restart(*undecided)) {
    answer_all(std::exchange(undecided, {})->answers);
  } else {
    recover();
  }
}

/// Unless it is too early: tries to take writes again, and answers what was undecided.
void RocksdbJournal::Impl::recover() {
  const auto begin = Clock::now();
  if (begin < resume_at) return;
  if (!database.resume() || (undecided && !erase(*undecided))) {
    const auto end = Clock::now();
    resume_at = end + std::max<Clock::duration>(resume_pause_min, resume_pause_factor * (end - begin));
    return;
  }
  refused = false;
  set_trouble({});
  if (undecided) answer_all(std::exchange(undecided, {})->answers);
}

/// Afterwards nothing of the write is there, nor will a restart bring it back.
bool RocksdbJournal::Impl::erase(const FailedCommit& commit) {
  auto *const journal = database.family(Family::journal), *const entities = database.family(Family::entities);
  rocksdb::WriteBatch batch;
  for (const auto& keys : commit.keys) {
    batch.Delete(journal, keys.journal);
    batch.Delete(entities, keys.entities);
  }
  if (!database.write(batch, Durability::power)) return false;
  // The old log may still hold the write, with the sequence numbers that these deletions got. Once both families are
  // flushed, no log older than this moment is read for them again.
  // One after the other: when the first of two requests fails, RocksDB keeps the second one queued, does that stale one
  // when it resumes, and waits for ever for what came after it.
  return database.rocks().Flush({}, journal).ok() && database.rocks().Flush({}, entities).ok();
}

/// Looks at the files as a restart would. Only "nothing of it is there" is certain: bytes that never reached the log
/// cannot come back, whereas bytes that did may be lost in a power cut.
bool RocksdbJournal::Impl::gone_after_restart(const FailedCommit& commit) const {
  const auto found = Database::open(
      database.folder(),
      {.create = false, .read_only = true, .shard_count = database.shard_count(), .env = database.env()});
  if (!found) return false;
  std::string value;
  return std::all_of(commit.keys.begin(), commit.keys.end(), [&](const RecordKeys& keys) {
    return (*found)->rocks().Get({}, (*found)->family(Family::journal), keys.journal, &value).IsNotFound();
  });
}

void RocksdbJournal::Impl::set_trouble(std::string why) {
  const std::scoped_lock lock{mutex};
  why_refused = std::move(why);
}

RocksdbJournal::RocksdbJournal(Database& database, SyncPolicy policy)
    : impl_{std::make_unique<Impl>(database, policy)} {}
RocksdbJournal::~RocksdbJournal() = default;

void RocksdbJournal::append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) {
  if (impl_->waiting.size() >= appends_per_commit_max) {
    done(Error{Errc::unavailable, "journal: too many appends wait for a commit"});
    return;
  }
  impl_->waiting.push_back({shard, epoch, std::move(entries), std::move(done)});
}

void RocksdbJournal::commit() {
  auto waiting = std::exchange(impl_->waiting, {}); // whoever appends from within an answer waits for the next commit
  if (!waiting.empty()) failpoint("before_append");
  CommitPlan plan = plan_commit(std::move(waiting),
                                [this](ShardId shard) { return impl_->claims.fenced(shard, impl_->end_of(shard)); });
  if (!impl_->refused && !plan.records.empty()) {
    impl_->write(std::move(plan));
    return;
  }
  if (impl_->refused) refuse(plan.answers, trouble());
  answer_all(std::move(plan.answers));
  if (impl_->refused) impl_->recover(); // after the answers: a disk that still refuses takes its second to say so
}

void RocksdbJournal::probe() {
  if (impl_->refused) return impl_->recover();
  rocksdb::WriteBatch nothing;
  nothing.PutLogData("probe");
  const auto written = impl_->database.write(nothing, impl_->durability);
  if (written) return;
  impl_->refused = true;
  impl_->set_trouble(written.error().message);
  impl_->resume_at = {};
  impl_->recover();
}

Result<Epoch> RocksdbJournal::claim(ShardId shard) { return impl_->claims.claim(shard, impl_->end_of(shard)); }

Result<JournalEnd> RocksdbJournal::cut(ShardId shard, SequenceNumber below) {
  const auto end = impl_->end_of(shard);
  if (!end) return end.error();
  if (impl_->refused) return Error{Errc::unavailable, trouble()};
  return cut_records(impl_->database, shard, std::min(below, end->n));
}

Result<JournalEnd> RocksdbJournal::base(ShardId shard) const {
  if (shard.value >= impl_->ends.size()) return invalid("journal: no shard " + std::to_string(shard.value));
  return read_base(impl_->database, shard);
}

Result<std::vector<JournalRecord>> RocksdbJournal::read(ShardId shard, SequenceNumber from,
                                                        std::size_t count_max) const {
  if (from.value == 0) return invalid("journal: n counts from 1");
  const auto bound = impl_->bound_of(shard);
  if (!bound) return bound.error();
  return read_records(impl_->database, shard, from, count_max, *bound);
}

Result<std::vector<JournalRecord>> RocksdbJournal::read_entity(ShardId shard, std::string_view entity,
                                                               SequenceNumber from, std::size_t count_max) const {
  if (from.value == 0) return invalid("journal: n counts from 1");
  const auto bound = impl_->bound_of(shard);
  if (!bound) return bound.error();
  return read_entity_records(impl_->database, shard, entity, from, count_max, *bound);
}

Result<JournalEnd> RocksdbJournal::end(ShardId shard) const { return impl_->end_of(shard); }

bool RocksdbJournal::lost() const { return impl_->database.lost(); }

std::string RocksdbJournal::trouble() const {
  const std::scoped_lock lock{impl_->mutex};
  return impl_->why_refused;
}

} // namespace riskcluster
