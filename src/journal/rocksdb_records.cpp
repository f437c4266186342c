#include "journal/rocksdb_records.hpp"

#include <algorithm>
#include <limits>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "journal/chain.hpp"
#include "journal/journal_base.hpp"
#include "journal/record_format.hpp"
#include "storage/database.hpp"
#include "storage/keys.hpp"
#include "storage/rocksdb_status.hpp"

namespace riskcluster {

namespace {

/// Before the result is known to be that long.
constexpr std::size_t reserve_max = 1'024;
constexpr SequenceNumber n_max{std::numeric_limits<std::uint64_t>::max()};

Error unreadable(const rocksdb::Status& status, ShardId shard, SequenceNumber n) {
  Error error = error_of(status, "");
  error.message = journal_place(shard, n) + "cannot be read" + error.message;
  return error;
}

/// What stands at (shard, n), if it is what was written there.
Result<StoredRecord> checked(std::string_view value, ShardId shard, SequenceNumber n) {
  auto stored = decode_record(value);
  if (!stored) return malformed(journal_place(shard, n) + "its bytes are damaged");
  if (stored->record.shard != shard || stored->record.n != n)
    return malformed(journal_place(shard, n) + "another record stands in its place");
  return std::move(*stored);
}

/// The base as an iterator sees it, so that it fits the records that the iterator sees. Moves it.
Result<JournalEnd> base_at(rocksdb::Iterator& at, ShardId shard) {
  const std::string key = shard_key(shard);
  at.Seek(key);
  if (!at.status().ok()) return unreadable(at.status(), shard, {});
  if (!at.Valid() || at.key() != key) return JournalEnd{};
  const auto base = decode_base(at.value().ToStringView(), shard);
  if (!base) return malformed(journal_place(shard, {}) + "the base is damaged");
  return *base;
}

/// What is read through it was there at one moment, whatever is cut meanwhile.
class Moment {
public:
  explicit Moment(rocksdb::DB& db) : db_{db} { options_.snapshot = db.GetSnapshot(); }
  ~Moment() { db_.ReleaseSnapshot(options_.snapshot); }
  Moment(const Moment&) = delete;
  Moment& operator=(const Moment&) = delete;
  const rocksdb::ReadOptions& options() const { return options_; }

private:
  rocksdb::DB& db_;
  rocksdb::ReadOptions options_;
};

} // namespace

Result<JournalEnd> read_base(const Database& database, ShardId shard) {
  const std::unique_ptr<rocksdb::Iterator> at{database.rocks().NewIterator({}, database.family(Family::journal))};
  return base_at(*at, shard);
}

Result<JournalEnd> cut_records(Database& database, ShardId shard, SequenceNumber below) {
  auto base = read_base(database, shard);
  if (!base || below.value <= base->n.value + 1) return base;
  const SequenceNumber first{base->n.value + 1};
  const auto count = std::min<std::uint64_t>(records_per_cut_max, below.value - first.value);
  const auto records = read_records(database, shard, first, count, std::nullopt);
  if (!records) return records.error();
  if (records->empty()) return base;
  const JournalRecord& last = records->back();
  base = JournalEnd{last.n, last.epoch, hash_of(last)};
  auto* const journal = database.family(Family::journal);
  rocksdb::WriteBatch batch;
  batch.Put(journal, shard_key(shard), encode_base(*base, shard));
  batch.DeleteRange(journal, shard_key(shard, first), shard_key(shard, SequenceNumber{last.n.value + 1}));
  for (const auto& record : *records)
    batch.Delete(database.family(Family::entities), shard_key(shard, record.entity, record.n));
  if (const auto written = database.write(batch, Durability::process); !written) return written.error();
  return base;
}

Result<JournalEnd> read_end(const Database& database, ShardId shard) {
  const std::unique_ptr<rocksdb::Iterator> at{database.rocks().NewIterator({}, database.family(Family::journal))};
  at->SeekForPrev(shard_key(shard, n_max));
  if (!at->status().ok()) return error_of(at->status(), "journal shard " + std::to_string(shard.value) + " at its end");
  if (!at->Valid() || !at->key().starts_with(shard_key(shard))) return JournalEnd{};
  if (at->key() == shard_key(shard)) return base_at(*at, shard);
  const auto last = checked(at->value().ToStringView(), shard, {last_number_of(at->key().ToStringView())});
  if (!last) return last.error();
  return JournalEnd{last->record.n, last->record.epoch, last->hash};
}

Result<std::vector<JournalRecord>> read_records(const Database& database, ShardId shard, SequenceNumber from,
                                                std::size_t count_max, const std::optional<JournalEnd>& end) {
  std::vector<JournalRecord> found;
  if (count_max == 0 || (end && from > end->n)) return found;
  found.reserve(std::min(count_max, reserve_max));
  const SequenceNumber last = end ? end->n : n_max;
  const std::string prefix = shard_key(shard);
  const std::unique_ptr<rocksdb::Iterator> at{database.rocks().NewIterator({}, database.family(Family::journal))};
  const auto base = base_at(*at, shard);
  if (!base) return base.error();
  if (from <= base->n) return was_cut(shard, from, *base);
  // The record before is read, too, because the first one's link is to it; at the base it is known.
  std::optional<JournalEnd> before;
  if (from.value == base->n.value + 1) before = *base;
  SequenceNumber expected{before ? from.value : from.value - 1};
  for (at->Seek(shard_key(shard, expected)); found.size() < count_max && expected <= last; at->Next()) {
    if (!at->Valid() || !at->key().starts_with(prefix)) break;
    if (last_number_of(at->key().ToStringView()) != expected.value)
      return malformed(journal_place(shard, expected) + "a gap");
    auto stored = checked(at->value().ToStringView(), shard, expected);
    if (!stored) return stored.error();
    if (before)
      if (auto error = breach(*before, stored->record)) return std::move(*error);
    before = JournalEnd{expected, stored->record.epoch, stored->hash};
    if (expected >= from) found.push_back(std::move(stored->record));
    ++expected.value;
  }
  if (!at->status().ok()) return unreadable(at->status(), shard, expected);
  if (end && found.size() < count_max && expected <= last) return malformed(journal_place(shard, expected) + "a gap");
  return found;
}

Result<std::vector<JournalRecord>> read_entity_records(const Database& database, ShardId shard, std::string_view entity,
                                                       SequenceNumber from, std::size_t count_max,
                                                       const std::optional<JournalEnd>& end) {
  std::vector<JournalRecord> found;
  const std::string prefix = shard_key(shard, entity);
  const Moment moment{database.rocks()};
  const std::unique_ptr<rocksdb::Iterator> records{
      database.rocks().NewIterator(moment.options(), database.family(Family::journal))};
  const auto base = base_at(*records, shard);
  if (!base) return base.error();
  if (from <= base->n) return was_cut(shard, from, *base);
  const std::unique_ptr<rocksdb::Iterator> at{
      database.rocks().NewIterator(moment.options(), database.family(Family::entities))};
  std::string value;
  for (at->Seek(shard_key(shard, entity, from)); found.size() < count_max && at->Valid(); at->Next()) {
    const SequenceNumber n{last_number_of(at->key().ToStringView())};
    if (!at->key().starts_with(prefix) || (end && n > end->n)) break;
    const auto status =
        database.rocks().Get(moment.options(), database.family(Family::journal), shard_key(shard, n), &value);
    if (status.IsNotFound())
      return malformed(journal_place(shard, n) + "a gap, says the index of " + std::string{entity});
    if (!status.ok()) return unreadable(status, shard, n);
    auto stored = checked(value, shard, n);
    if (!stored) return stored.error();
    if (stored->record.entity != entity)
      return malformed(journal_place(shard, n) + "not of " + std::string{entity} + ", as the index says");
    found.push_back(std::move(stored->record));
  }
  if (!at->status().ok()) return error_of(at->status(), "journal shard " + std::to_string(shard.value) + ", its index");
  return found;
}

} // namespace riskcluster
