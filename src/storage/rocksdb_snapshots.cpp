#include "storage/rocksdb_snapshots.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "failpoints/failpoints.hpp"
#include "storage/database.hpp"
#include "storage/keys.hpp"
#include "storage/rocksdb_status.hpp"
#include "storage/sealed.hpp"

namespace riskcluster {

namespace {

std::string place(ShardId shard, std::string_view entity, SequenceNumber n) {
  return "snapshot shard " + std::to_string(shard.value) + " " + std::string{entity} + " n " + std::to_string(n.value);
}

Hash128 context_of(ShardId shard, std::string_view entity, SequenceNumber n) {
  Hasher hasher;
  return hasher.add(shard.value).add(entity).add(n.value).digest();
}

using Iterator = std::unique_ptr<rocksdb::Iterator>;

/// At the newest of an entity; then Prev().
Iterator newest_of(const Database& database, const std::string& prefix) {
  Iterator at{database.rocks().NewIterator({}, database.family(Family::snapshots))};
  std::string last = prefix;
  put_key(last, ~std::uint64_t{0});
  at->SeekForPrev(last);
  return at;
}

bool belongs(const Iterator& at, const std::string& prefix) {
  return at->Valid() && at->key().starts_with(prefix) && at->key().size() == prefix.size() + sizeof(SequenceNumber);
}

} // namespace

Result<bool> RocksdbSnapshots::save(ShardId shard, std::string_view entity, const Snapshot& snapshot) {
  const std::string prefix = shard_key(shard, entity), key = shard_key(shard, entity, snapshot.n);
  auto* const family = database_.family(Family::snapshots);
  // One batch: a kill leaves either both of the old ones, or the new one and the newer of the two.
  rocksdb::WriteBatch batch;
  batch.Put(family, key, seal(snapshot.bytes, context_of(shard, entity, snapshot.n)));
  std::size_t kept = 1;
  const Iterator at = newest_of(database_, prefix);
  for (; belongs(at, prefix); at->Prev()) {
    if (at->key() == key) continue;
    if (++kept > snapshots_kept) batch.Delete(family, at->key());
  }
  // Old ones that cannot be read are no reason not to save a new one.
  if (!at->status().ok() && !at->status().IsCorruption())
    return error_of(at->status(), place(shard, entity, snapshot.n));
  failpoint("in_snapshot");
  return database_.write(batch, Durability::process);
}

Result<FoundSnapshots> RocksdbSnapshots::load(ShardId shard, std::string_view entity) const {
  const std::string prefix = shard_key(shard, entity);
  FoundSnapshots found;
  const Iterator at = newest_of(database_, prefix);
  for (; belongs(at, prefix); at->Prev()) {
    const SequenceNumber n{last_number_of(at->key().ToStringView())};
    auto bytes = unseal(at->value().ToStringView(), context_of(shard, entity, n));
    if (bytes) {
      found.sound.push_back({n, std::move(*bytes)});
    } else {
      found.corrupt.push_back(place(shard, entity, n) + ": its checksum is wrong");
    }
  }
  // A snapshot is a short cut: one that RocksDB cannot read is as good as none.
  if (at->status().IsCorruption()) {
    found.corrupt.push_back(error_of(at->status(), place(shard, entity, {})).message);
  } else if (!at->status().ok()) {
    return error_of(at->status(), place(shard, entity, {}));
  }
  return found;
}

Result<bool> RocksdbSnapshots::for_each_entity(ShardId shard,
                                               const std::function<bool(const std::string& entity)>& each) const {
  const std::string prefix = shard_key(shard);
  const Iterator at{database_.rocks().NewIterator({}, database_.family(Family::snapshots))};
  std::optional<std::string> last;
  for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
    std::string entity = text_of(at->key().ToStringView());
    if (entity == last) continue;
    if (!each(entity)) return true;
    last = std::move(entity);
  }
  if (!at->status().ok()) return error_of(at->status(), "snapshots of shard " + std::to_string(shard.value));
  return true;
}

Result<bool> RocksdbSnapshots::drop(ShardId shard, std::string_view entity, SequenceNumber n) {
  auto* const family = database_.family(Family::snapshots);
  const std::string key = shard_key(shard, entity, n);
  std::string value;
  const auto found = database_.rocks().Get({}, family, key, &value);
  if (found.IsNotFound()) return Error{Errc::not_found, place(shard, entity, n) + ": not there"};
  rocksdb::WriteBatch batch;
  batch.Delete(family, key); // one that cannot be read may go, too
  return database_.write(batch, Durability::process);
}

Result<bool> for_each_snapshot(const Database& database, ShardId shard, const EachSnapshot& each) {
  const std::string prefix = shard_key(shard);
  const Iterator at{database.rocks().NewIterator({}, database.family(Family::snapshots))};
  for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
    const std::string entity = text_of(at->key().ToStringView());
    const SequenceNumber n{last_number_of(at->key().ToStringView())};
    each(entity, n, unseal(at->value().ToStringView(), context_of(shard, entity, n)));
  }
  if (!at->status().ok()) return error_of(at->status(), "snapshots of shard " + std::to_string(shard.value));
  return true;
}

} // namespace riskcluster
