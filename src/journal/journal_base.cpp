#include "journal/journal_base.hpp"

#include <algorithm>

#include "storage/keys.hpp"
#include "storage/sealed.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t number_bytes = 8;
constexpr std::size_t base_bytes = 2 * number_bytes + sizeof(Hash128);

void put(std::string& bytes, std::uint64_t number) {
  for (std::size_t i = 0; i < number_bytes; ++i) bytes += static_cast<char>(static_cast<std::uint8_t>(number >> 8 * i));
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = number_bytes; i-- > 0;) number = number << 8U | static_cast<std::uint8_t>(bytes[at + i]);
  return number;
}

Hash128 context_of(ShardId shard) { return hash128(shard_key(shard)); }

} // namespace

std::string encode_base(const JournalEnd& base, ShardId shard) {
  std::string bytes;
  put(bytes, base.n.value);
  put(bytes, base.epoch.value);
  bytes.append(base.hash.bytes.begin(), base.hash.bytes.end());
  return seal(bytes, context_of(shard));
}

std::optional<JournalEnd> decode_base(std::string_view bytes, ShardId shard) {
  const auto plain = unseal(bytes, context_of(shard));
  if (!plain || plain->size() != base_bytes) return std::nullopt;
  JournalEnd base{{number_at(*plain, 0)}, {number_at(*plain, number_bytes)}, {}};
  std::transform(plain->begin() + 2 * number_bytes, plain->end(), base.hash.bytes.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return base;
}

} // namespace riskcluster
