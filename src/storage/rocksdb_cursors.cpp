#include "storage/rocksdb_cursors.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "storage/database.hpp"
#include "storage/rocksdb_status.hpp"
#include "storage/sealed.hpp"

namespace riskcluster {

namespace {

std::string place(std::string_view name) { return "cursor " + std::string{name}; }

Result<std::string> checked(std::string_view name, std::string_view value) {
  auto bytes = unseal(value, hash128(name));
  if (!bytes) return malformed(place(name) + ": its checksum is wrong");
  return std::move(*bytes);
}

} // namespace

// Unsynced. It stands in the same log as the journal, behind what was committed before: a power cut takes it first.
Result<bool> RocksdbCursors::put(std::string_view name, std::string_view bytes) {
  rocksdb::WriteBatch batch;
  batch.Put(database_.family(Family::cursors), name, seal(bytes, hash128(name)));
  return database_.write(batch, Durability::process);
}

Result<std::optional<std::string>> RocksdbCursors::find(std::string_view name) const {
  std::string value;
  const auto status = database_.rocks().Get({}, database_.family(Family::cursors), name, &value);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return error_of(status, place(name));
  auto bytes = checked(name, value);
  if (!bytes) return bytes.error();
  return std::optional{std::move(*bytes)};
}

Result<std::vector<std::pair<std::string, std::string>>> RocksdbCursors::all(std::string_view prefix) const {
  std::vector<std::pair<std::string, std::string>> found;
  const std::unique_ptr<rocksdb::Iterator> at{database_.rocks().NewIterator({}, database_.family(Family::cursors))};
  for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
    auto bytes = checked(at->key().ToStringView(), at->value().ToStringView());
    if (!bytes) return bytes.error();
    found.emplace_back(at->key().ToString(), std::move(*bytes));
  }
  if (!at->status().ok()) return error_of(at->status(), place(prefix));
  return found;
}

Result<bool> for_each_cursor(const Database& database, const EachCursor& each) {
  const std::unique_ptr<rocksdb::Iterator> at{database.rocks().NewIterator({}, database.family(Family::cursors))};
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    const std::string name = at->key().ToString();
    each(name, unseal(at->value().ToStringView(), hash128(name)));
  }
  if (!at->status().ok()) return error_of(at->status(), "cursors");
  return true;
}

} // namespace riskcluster
