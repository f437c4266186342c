#include "journal/rocksdb_repair.hpp"

#include <fstream>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <fcntl.h>
#include <unistd.h>

#include "core/check.hpp"
#include "journal/chain.hpp"
#include "journal/record_format.hpp"
#include "journal/rocksdb_records.hpp"
#include "storage/database.hpp"
#include "storage/keys.hpp"
#include "storage/rocksdb_status.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t records_at_once = 1'024;

using Iterator = std::unique_ptr<rocksdb::Iterator>;

std::string index_place(ShardId shard) { return "index of journal shard " + std::to_string(shard.value); }

/// Each entry of a shard's index, by entity, then n.
template <class Each>
Result<bool> for_each_entry(const Database& database, ShardId shard, Each each) {
  const std::string prefix = shard_key(shard);
  const Iterator at{database.rocks().NewIterator({}, database.family(Family::entities))};
  for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
    auto done = each(at->key().ToStringView());
    if (!done) return done;
  }
  if (!at->status().ok()) return error_of(at->status(), index_place(shard));
  return true;
}

/// Each key and value of a shard's records from n on, as they are.
template <class Each>
Result<bool> for_each_raw(const Database& database, ShardId shard, SequenceNumber from, Each each) {
  const std::string prefix = shard_key(shard);
  const Iterator at{database.rocks().NewIterator({}, database.family(Family::journal))};
  for (at->Seek(shard_key(shard, from)); at->Valid() && at->key().starts_with(prefix); at->Next())
    each(at->key().ToStringView(), at->value().ToStringView());
  if (!at->status().ok()) return error_of(at->status(), "journal shard " + std::to_string(shard.value));
  return true;
}

/// An entry, as read back from its own key, names a record that is there and of that entity.
Result<bool> names_a_record(const Database& database, ShardId shard, SequenceNumber last, std::string_view key) {
  const SequenceNumber n{last_number_of(key)};
  const std::string entity = text_of(key);
  if (n > last || key != shard_key(shard, entity, n)) return false;
  std::string value;
  const auto status = database.rocks().Get({}, database.family(Family::journal), shard_key(shard, n), &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return error_of(status, journal_place(shard, n));
  const auto stored = decode_record(value);
  return stored && stored->record.entity == entity;
}

template <class Each>
Result<bool> for_each_surplus_key(const Database& database, ShardId shard, SequenceNumber last, Each each) {
  return for_each_entry(database, shard, [&](std::string_view key) -> Result<bool> {
    const auto names = names_a_record(database, shard, last, key);
    if (!names) return names.error();
    return *names ? Result<bool>{true} : each(key);
  });
}

/// Portions of a batch, so that none grows with the damage.
class Portions {
public:
  explicit Portions(Database& database) : database_{database} {}
  rocksdb::WriteBatch& batch() { return batch_; }
  Result<bool> write_if_full() { return batch_.Count() < records_at_once ? Result<bool>{true} : write(); }
  Result<bool> write() {
    auto written = database_.write(batch_, Durability::process);
    batch_.Clear();
    return written;
  }

private:
  Database& database_;
  rocksdb::WriteBatch batch_;
};

Result<std::uint64_t> add_missing(Database& database, ShardId shard, SequenceNumber last, Portions& portions) {
  const auto base = read_base(database, shard);
  if (!base) return base.error();
  std::uint64_t added = 0;
  for (SequenceNumber next{base->n.value + 1}; next <= last;) {
    const auto records = read_records(database, shard, next, records_at_once, std::nullopt);
    if (!records) return records.error();
    for (const auto& record : *records) {
      if (record.n > last) break;
      const auto there = is_indexed(database, record);
      if (!there) return there.error();
      if (*there) continue;
      ++added;
      portions.batch().Put(database.family(Family::entities), shard_key(shard, record.entity, record.n), "");
    }
    if (records->empty()) break;
    next = {records->back().n.value + 1};
    if (auto written = portions.write_if_full(); !written) return written.error();
  }
  return added;
}

void put_size(std::ofstream& file, std::size_t size) {
  check(size <= record_text_bytes_max, "what is moved aside fits its size field");
  for (unsigned shift = 0; shift < 32; shift += 8)
    file.put(static_cast<char>(static_cast<std::uint8_t>(size >> shift)));
}

bool sync_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  return ::close(file) == 0 && synced;
}

} // namespace

Result<bool> is_indexed(const Database& database, const JournalRecord& record) {
  std::string value;
  const auto status = database.rocks().Get({}, database.family(Family::entities),
                                           shard_key(record.shard, record.entity, record.n), &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return error_of(status, index_place(record.shard));
  return true;
}

Result<IndexSize> index_size(const Database& database, ShardId shard, SequenceNumber last) {
  IndexSize size;
  auto counted = for_each_entry(database, shard, [&](std::string_view key) -> Result<bool> {
    ++(last_number_of(key) <= last.value ? size.within : size.behind);
    return true;
  });
  if (!counted) return counted.error();
  return size;
}

Result<bool> for_each_surplus(const Database& database, ShardId shard, SequenceNumber last,
                              const std::function<void(const std::string& entity, SequenceNumber n)>& each) {
  return for_each_surplus_key(database, shard, last, [&](std::string_view key) -> Result<bool> {
    each(text_of(key), {last_number_of(key)});
    return true;
  });
}

Result<IndexMended> mend_index(Database& database, ShardId shard, SequenceNumber last) {
  IndexMended mended;
  Portions portions{database};
  const auto added = add_missing(database, shard, last, portions);
  if (!added) return added.error();
  mended.added = *added;
  auto removed = for_each_surplus_key(database, shard, last, [&](std::string_view key) {
    ++mended.removed;
    portions.batch().Delete(database.family(Family::entities), key);
    return portions.write_if_full();
  });
  if (removed) removed = portions.write();
  if (removed) removed = database.sync();
  if (!removed) return removed.error();
  return mended;
}

Result<std::uint64_t> count_records(const Database& database, ShardId shard, SequenceNumber from) {
  std::uint64_t count = 0;
  auto counted = for_each_raw(database, shard, from, [&](std::string_view, std::string_view) { ++count; });
  if (!counted) return counted.error();
  return count;
}

Result<std::uint64_t> copy_records(const Database& database, ShardId shard, SequenceNumber from,
                                   const std::string& path) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << moved_records_heading;
  std::uint64_t count = 0;
  auto copied = for_each_raw(database, shard, from, [&](std::string_view key, std::string_view value) {
    put_size(file, key.size());
    put_size(file, value.size());
    file << key << value;
    ++count;
  });
  if (!copied) return copied.error();
  file.close();
  if (!file || !sync_file(path)) return Error{Errc::unavailable, path + " cannot be written"};
  return count;
}

Result<bool> remove_records(Database& database, ShardId shard, SequenceNumber from) {
  rocksdb::WriteBatch batch;
  batch.DeleteRange(database.family(Family::journal), shard_key(shard, from), shard_key({shard.value + 1}));
  return database.write(batch, Durability::power);
}

} // namespace riskcluster
