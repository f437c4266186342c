#pragma once
// One hash for content, chains and placement: XXH3-128 and XXH64, the same on every machine.

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/ids.hpp"

namespace riskcluster {

/// 128 bits, canonical (big-endian) bytes.
struct Hash128 {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Hash128&) const = default;
  std::string hex() const;
  /// The first 8 bytes as a number.
  std::uint64_t low64() const noexcept;
};

std::uint64_t hash64(std::string_view text) noexcept;
Hash128 hash128(std::string_view bytes) noexcept;

/// Feeds values one after the other. Strings and lists carry their length, so that no two different sequences of
/// values give the same bytes. Doubles go in as their bits; -0 counts as 0.
class Hasher {
public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& bytes(const void* data, std::size_t size);

  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T> Hasher& add(T value) {
    if constexpr (std::is_floating_point_v<T>) {
      if (value == T{0}) value = T{0};
    }
    return bytes(&value, sizeof value);
  }
  Hasher& add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    return bytes(text.data(), text.size());
  }
  Hasher& add(const std::string& text) { return add(std::string_view{text}); }
  template <class Tag>
  Hasher& add(const Id<Tag>& id) {
    return add(std::string_view{id.value});
  }
  template <class T>
  Hasher& add(const std::optional<T>& value) {
    add(value.has_value());
    return value ? add(*value) : *this;
  }
  template <class T>
  Hasher& add(const std::vector<T>& values) {
    add(static_cast<std::uint64_t>(values.size()));
    for (const auto& value : values) add(value);
    return *this;
  }
  Hash128 digest() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace riskcluster
