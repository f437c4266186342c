#include "storage/sealed.hpp"

namespace riskcluster {

namespace {

constexpr char version = 1;

Hash128 seal_of(std::string_view bytes, const Hash128& context) {
  Hasher hasher;
  hasher.bytes(context.bytes.data(), context.bytes.size()).add(bytes);
  return hasher.digest();
}

} // namespace

std::string seal(std::string_view bytes, const Hash128& context) {
  const Hash128 hash = seal_of(bytes, context);
  std::string sealed;
  sealed.reserve(1 + bytes.size() + hash.bytes.size());
  sealed += version;
  sealed += bytes;
  sealed.append(hash.bytes.begin(), hash.bytes.end());
  return sealed;
}

std::optional<std::string> unseal(std::string_view sealed, const Hash128& context) {
  constexpr std::size_t hash_bytes = std::tuple_size_v<decltype(Hash128::bytes)>;
  if (sealed.size() < 1 + hash_bytes || sealed.front() != version) return std::nullopt;
  const std::string_view bytes = sealed.substr(1, sealed.size() - 1 - hash_bytes);
  const std::string_view end = sealed.substr(1 + bytes.size());
  const Hash128 hash = seal_of(bytes, context);
  if (!std::equal(end.begin(), end.end(), hash.bytes.begin(),
                  [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }))
    return std::nullopt;
  return std::string{bytes};
}

} // namespace riskcluster
