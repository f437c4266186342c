#include "storage/keys.hpp"

namespace riskcluster {

namespace {

template <class Number>
void put_big_endian(std::string& key, Number number) {
  for (int shift = 8 * (static_cast<int>(sizeof number) - 1); shift >= 0; shift -= 8)
    key += static_cast<char>(static_cast<unsigned char>(number >> static_cast<unsigned>(shift)));
}

constexpr std::size_t shard_bytes = sizeof ShardId::value, number_bytes = sizeof SequenceNumber::value;

} // namespace

void put_key(std::string& key, std::uint32_t number) { put_big_endian(key, number); }
void put_key(std::string& key, std::uint64_t number) { put_big_endian(key, number); }

void put_key(std::string& key, std::string_view text) {
  for (const char c : text) {
    key += c;
    if (c == '\0') key += '\xff';
  }
  key.append(2, '\0');
}

std::string shard_key(ShardId shard) {
  std::string key;
  put_key(key, shard.value);
  return key;
}

std::string shard_key(ShardId shard, SequenceNumber n) {
  std::string key = shard_key(shard);
  put_key(key, n.value);
  return key;
}

std::string shard_key(ShardId shard, std::string_view text) {
  std::string key = shard_key(shard);
  put_key(key, text);
  return key;
}

std::string shard_key(ShardId shard, std::string_view text, SequenceNumber n) {
  std::string key = shard_key(shard, text);
  put_key(key, n.value);
  return key;
}

std::uint64_t last_number_of(std::string_view key) {
  if (key.size() < number_bytes) return 0;
  std::uint64_t number = 0;
  for (const char c : key.substr(key.size() - number_bytes)) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

std::string text_of(std::string_view key) {
  std::string text;
  for (std::size_t i = shard_bytes; i + 1 < key.size(); ++i) {
    text += key[i];
    if (key[i] != '\0') continue;
    if (key[++i] == '\xff') continue;
    text.pop_back(); // the end
    return text;
  }
  return {};
}

} // namespace riskcluster
