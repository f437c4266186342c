#include "core/hash.hpp"

#include <xxhash.h>

namespace riskcluster {

namespace {

Hash128 canonical(XXH128_hash_t hash) noexcept {
  XXH128_canonical_t out;
  XXH128_canonicalFromHash(&out, hash);
  Hash128 result;
  for (std::size_t i = 0; i < result.bytes.size(); ++i) result.bytes[i] = out.digest[i];
  return result;
}

} // namespace

std::string Hash128::hex() const {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(32);
  for (const auto byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::uint64_t Hash128::low64() const noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

std::uint64_t hash64(std::string_view text) noexcept { return XXH64(text.data(), text.size(), 0); }

Hash128 hash128(std::string_view bytes) noexcept { return canonical(XXH3_128bits(bytes.data(), bytes.size())); }

struct Hasher::State {
  XXH3_state_t* xxh = XXH3_createState();
  ~State() { XXH3_freeState(xxh); }
};

Hasher::Hasher() : state_{std::make_unique<State>()} { XXH3_128bits_reset(state_->xxh); }
Hasher::~Hasher() = default;

Hasher& Hasher::bytes(const void* data, std::size_t size) {
  if (size > 0) XXH3_128bits_update(state_->xxh, data, size);
  return *this;
}

Hash128 Hasher::digest() const { return canonical(XXH3_128bits_digest(state_->xxh)); }

} // namespace riskcluster
