// A shard's records and its index, read from front to end.

#include "journal/chain.hpp"
#include "journal/rocksdb_records.hpp"
#include "journal/rocksdb_repair.hpp"
#include "node/surveyor.hpp"
#include "storage/database.hpp"
#include "storage/rocksdb_snapshots.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t records_at_once = 1'024;

std::string place(ShardId shard) { return "shard " + std::to_string(shard.value) + ": "; }

} // namespace

/// What RocksDB itself cannot read is a finding, but nothing that can be mended in place.
Result<bool> Surveyor::unreadable(Part part, const Result<bool>& done) {
  if (done || done.error().code != Errc::malformed) return done;
  found_.faults.add(part, done.error().message, false);
  return true;
}

Result<bool> Surveyor::read_base() {
  const auto base = riskcluster::read_base(database_, found_.shard);
  if (!base && base.error().code != Errc::malformed) return base.error();
  lost_ = !base;
  if (lost_)
    found_.faults.add(Part::journal, base.error().message, false);
  else
    found_.base = found_.end = *base;
  return true;
}

Result<bool> Surveyor::read_snapshots() {
  const auto take = [this](const std::string& entity, SequenceNumber n, const std::optional<std::string>& bytes) {
    take_snapshot(entity, n, bytes);
  };
  auto done = unreadable(Part::snapshot, for_each_snapshot(database_, found_.shard, take));
  if (found_.base.n.value > 0) begin_directory();
  return done;
}

Result<bool> Surveyor::read_records(const SurveyProgress& progress) {
  std::optional<JournalEnd> bound;
  if (auto end = read_end(database_, found_.shard)) bound = *end;
  std::size_t portion = records_at_once;
  for (;;) {
    const auto records = riskcluster::read_records(database_, found_.shard, {found_.end.n.value + 1}, portion, bound);
    if (!records && records.error().code != Errc::malformed) return records.error();
    if (!records && portion == 1) return broken(records.error());
    if (!records) { // somewhere in the portion: on to it one by one
      portion = 1;
      continue;
    }
    for (const auto& record : *records) {
      if (auto checked = check_index(record); !checked) return checked;
      fold(record);
      found_.end = {record.n, record.epoch, hash_of(record)};
      ++found_.records;
    }
    if (progress) progress(found_.shard, found_.records);
    if (records->size() < portion) return true;
  }
}

Result<bool> Surveyor::broken(const Error& why) {
  found_.breaks_at = SequenceNumber{found_.end.n.value + 1};
  const auto behind = count_records(database_, found_.shard, *found_.breaks_at);
  if (!behind && behind.error().code != Errc::malformed) return behind.error();
  if (behind) found_.behind_break = *behind;
  found_.faults.add(Part::journal, why.message, static_cast<bool>(behind));
  return true;
}

Result<bool> Surveyor::check_index(const JournalRecord& record) {
  if (!index_readable_) return true;
  const auto there = is_indexed(database_, record);
  if (!there) {
    index_readable_ = false;
    return unreadable(Part::index, there);
  }
  if (*there) return true;
  ++found_.index_missing;
  found_.faults.add(Part::index, journal_place(record.shard, record.n) + "the index of " + record.entity + " lacks it",
                    true);
  return true;
}

/// Counting is enough where all is well; only else each entry is looked up.
Result<bool> Surveyor::finish_index() {
  const auto size = index_size(database_, found_.shard, found_.end.n);
  if (!size) return size.error();
  if (size->behind == 0 && size->within == found_.records - found_.index_missing) return true;
  return for_each_surplus(database_, found_.shard, found_.end.n, [this](const std::string& entity, SequenceNumber n) {
    if (found_.breaks_at && n >= *found_.breaks_at) return; // it may name what stands behind the break
    ++found_.index_surplus;
    found_.faults.add(Part::index,
                      place(found_.shard) + "the index of " + entity + " has n " + std::to_string(n.value) +
                          ", which is not " + entity + "'s record",
                      true);
  });
}
Result<ShardSurvey> survey_shard(const Database& database, ShardId shard, const SurveyProgress& progress) {
  Surveyor surveyor{database, shard};
  auto done = surveyor.read_base();
  if (done && surveyor.lost()) return std::move(surveyor.found());
  if (done) done = surveyor.read_snapshots();
  if (done) done = surveyor.read_records(progress);
  if (done) done = surveyor.finish();
  if (!done) return done.error();
  return std::move(surveyor.found());
}

} // namespace riskcluster
