#include "journal/record_format.hpp"

#include <algorithm>
#include <concepts>

#include "core/check.hpp"

namespace riskcluster {

namespace {

template <std::unsigned_integral Number>
void put(std::string& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i)
    bytes += static_cast<char>(static_cast<std::uint8_t>(number >> 8 * i));
}

void put(std::string& bytes, const Hash128& hash) { bytes.append(hash.bytes.begin(), hash.bytes.end()); }

void put(std::string& bytes, const std::string& text) {
  check(text.size() <= record_text_bytes_max, "a record's entity and payload fit their size fields");
  put(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
}

/// Takes one after the other from the front; once something was missing, all is.
class Reader {
public:
  explicit Reader(std::string_view bytes) : rest_{bytes} {}

  template <std::unsigned_integral Number>
  Number number() {
    Number value = 0;
    const std::string_view bytes = take(sizeof value);
    for (std::size_t i = bytes.size(); i-- > 0;)
      value = static_cast<Number>(static_cast<std::uint64_t>(value) << 8U | static_cast<std::uint8_t>(bytes[i]));
    return value;
  }
  Hash128 hash() {
    Hash128 value;
    const std::string_view bytes = take(value.bytes.size());
    std::transform(bytes.begin(), bytes.end(), value.bytes.begin(),
                   [](char c) { return static_cast<std::uint8_t>(c); });
    return value;
  }
  std::string text() { return std::string{take(number<std::uint32_t>())}; }
  /// Everything was there, and nothing more.
  bool complete() const { return !missing_ && rest_.empty(); }

private:
  std::string_view take(std::size_t size) {
    missing_ = missing_ || rest_.size() < size;
    if (missing_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool missing_ = false;
};

} // namespace

std::string encode_record(const JournalRecord& record, const Hash128& hash) {
  std::string bytes;
  bytes.reserve(record_bytes_min + record.entity.size() + record.payload.size());
  put(bytes, record_format_version);
  put(bytes, record.shard.value);
  put(bytes, record.epoch.value);
  put(bytes, record.n.value);
  put(bytes, static_cast<std::uint64_t>(record.at_ms));
  put(bytes, record.previous_hash);
  put(bytes, record.entity);
  put(bytes, record.payload);
  put(bytes, hash);
  return bytes;
}

std::optional<StoredRecord> decode_record(std::string_view value) {
  Reader from{value};
  StoredRecord stored;
  const auto version = from.number<std::uint8_t>();
  stored.record.shard = {from.number<std::uint32_t>()};
  stored.record.epoch = {from.number<std::uint64_t>()};
  stored.record.n = {from.number<std::uint64_t>()};
  stored.record.at_ms = static_cast<TimeMs>(from.number<std::uint64_t>());
  stored.record.previous_hash = from.hash();
  stored.record.entity = from.text();
  stored.record.payload = from.text();
  stored.hash = from.hash();
  if (version != record_format_version || !from.complete() || stored.hash != hash_of(stored.record))
    return std::nullopt;
  return stored;
}

} // namespace riskcluster
