// damage: does to a stopped data folder what a disk may do to it.
//
//   damage FOLDER flip-record SHARD N         one bit of the record's value
//   damage FOLDER drop-records SHARD N COUNT  N and those behind it, as if they had never been written
//   damage FOLDER flip-snapshots SHARD ENTITY one bit of each of its snapshots
//   damage FOLDER flush                       everything into table files, so that these can be damaged from outside

#include <cstdio>
#include <string>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "storage/database.hpp"
#include "storage/keys.hpp"

namespace riskcluster::faults {

namespace {

using Words = std::vector<std::string>;

int fail(const std::string& why) {
  std::fprintf(stderr, "damage: %s\n", why.c_str());
  return 1;
}

std::string flipped(const rocksdb::Slice& value) {
  std::string bytes = value.ToString();
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
  return bytes;
}

/// Changes each key that begins so. @returns how many.
template <class Change>
int change(Database& database, Family family, const std::string& prefix, Change&& change_one) {
  rocksdb::WriteBatch batch;
  const std::unique_ptr<rocksdb::Iterator> at{database.rocks().NewIterator({}, database.family(family))};
  for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next())
    change_one(batch, database.family(family), *at);
  const int count = static_cast<int>(batch.Count());
  return database.write(batch, Durability::power) ? count : 0;
}

void flip(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family, const rocksdb::Iterator& at) {
  batch.Put(family, at.key(), flipped(at.value()));
}

void drop(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family, const rocksdb::Iterator& at) {
  batch.Delete(family, at.key());
}

int flush(Database& database) {
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  for (std::size_t i = 0; i < family_count; ++i) families.push_back(database.family(static_cast<Family>(i)));
  for (auto* const family : families)
    if (!database.rocks().Flush({}, family).ok()) return 0;
  return 1;
}

int damage(Database& database, const Words& words) {
  const std::string& what = words[0];
  if (what == "flush") return flush(database);
  if (words.size() < 3) return 0;
  const ShardId shard{static_cast<std::uint32_t>(std::stoul(words[1]))};
  if (what == "flip-snapshots") return change(database, Family::snapshots, shard_key(shard, words[2]), flip);
  const std::uint64_t n = std::stoull(words[2]);
  if (what == "flip-record") return change(database, Family::journal, shard_key(shard, SequenceNumber{n}), flip);
  if (what != "drop-records" || words.size() < 4) return 0;
  int dropped = 0;
  for (std::uint64_t i = 0; i < std::stoull(words[3]); ++i)
    dropped += change(database, Family::journal, shard_key(shard, SequenceNumber{n + i}), drop);
  return dropped;
}

} // namespace

} // namespace riskcluster::faults

int main(int argc, char** argv) {
  using namespace riskcluster;
  if (argc < 3) return faults::fail("FOLDER flip-record | drop-records | flip-snapshots | flush …");
  const auto database = Database::open(argv[1], {.create = false, .shard_count = 0});
  if (!database) return faults::fail(database.error().message);
  const int count = faults::damage(**database, faults::Words(argv + 2, argv + argc));
  return count > 0 ? 0 : faults::fail("nothing was there to be damaged");
}
