#include "storage/rocksdb_dead_letters.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "storage/database.hpp"
#include "storage/rocksdb_status.hpp"
#include "storage/sealed.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t number_bytes = 8;

std::string number_text(std::uint64_t number) {
  std::string text(number_bytes, '\0');
  for (std::size_t i = number_bytes; i-- > 0; number >>= 8) text[i] = static_cast<char>(number & 0xff);
  return text;
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  for (const char byte : text.substr(0, number_bytes)) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

/// Its parts one after the other, each text behind its length: nobody but this file reads it.
std::string encode(const DeadLetter& letter) {
  std::string bytes = number_text(static_cast<std::uint64_t>(letter.at_ms)) + number_text(letter.bytes);
  for (const auto* text :
       {&letter.reason_code, &letter.reason, &letter.source, &letter.subject, &letter.message_id, &letter.first_bytes})
    bytes.append(number_text(text->size())).append(*text);
  return bytes;
}

bool decode(std::string_view bytes, DeadLetter& letter) {
  if (bytes.size() < 2 * number_bytes) return false;
  letter.at_ms = static_cast<TimeMs>(number_in(bytes));
  letter.bytes = number_in(bytes.substr(number_bytes));
  bytes.remove_prefix(2 * number_bytes);
  for (auto* text : {&letter.reason_code, &letter.reason, &letter.source, &letter.subject, &letter.message_id,
                     &letter.first_bytes}) {
    if (bytes.size() < number_bytes) return false;
    const auto size = number_in(bytes);
    bytes.remove_prefix(number_bytes);
    if (bytes.size() < size) return false;
    text->assign(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return bytes.empty();
}

} // namespace

Result<std::unique_ptr<RocksdbDeadLetters>> RocksdbDeadLetters::open(Database& database, std::size_t kept_max) {
  std::unique_ptr<RocksdbDeadLetters> made{new RocksdbDeadLetters{database, kept_max}};
  const std::unique_ptr<rocksdb::Iterator> at{database.rocks().NewIterator({}, database.family(Family::deadletters))};
  at->SeekToFirst();
  if (at->Valid()) made->first_ = number_in(at->key().ToStringView());
  at->SeekToLast();
  if (at->Valid()) made->count_ = number_in(at->key().ToStringView());
  if (!at->status().ok()) return error_of(at->status(), "dead letters");
  return made;
}

Result<std::uint64_t> RocksdbDeadLetters::keep(std::vector<DeadLetter> letters) {
  const std::scoped_lock lock{mutex_};
  std::uint64_t number = count_;
  rocksdb::WriteBatch batch;
  for (const auto& letter : letters) {
    const std::string key = number_text(++number);
    batch.Put(database_.family(Family::deadletters), key, seal(encode(letter), hash128(key)));
  }
  std::uint64_t first = first_;
  // As many as came, unless the bound was lowered.
  for (; number - first >= kept_max_; ++first) batch.Delete(database_.family(Family::deadletters), number_text(first));
  if (const auto written = database_.write(batch, Durability::process); !written) return written.error();
  first_ = first;
  count_ = number;
  return number;
}

Result<std::vector<DeadLetter>> RocksdbDeadLetters::newest(std::size_t count) const {
  std::vector<DeadLetter> letters;
  const std::unique_ptr<rocksdb::Iterator> at{database_.rocks().NewIterator({}, database_.family(Family::deadletters))};
  for (at->SeekToLast(); at->Valid() && letters.size() < count; at->Prev()) {
    const std::string key = at->key().ToString();
    const auto bytes = unseal(at->value().ToStringView(), hash128(key));
    DeadLetter letter{.number = number_in(key)};
    if (bytes && decode(*bytes, letter)) letters.push_back(std::move(letter));
  }
  if (!at->status().ok()) return error_of(at->status(), "dead letters");
  return letters;
}

std::uint64_t RocksdbDeadLetters::count() const {
  const std::scoped_lock lock{mutex_};
  return count_;
}

} // namespace riskcluster
