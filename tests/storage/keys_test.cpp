// Keys: as bytes in the order of what they name.

#include <random>
#include <tuple>

#include <doctest/doctest.h>

#include "storage/keys.hpp"

using namespace riskcluster;

TEST_CASE("keys are ordered as shard, text and n are, and give them back") {
  const std::uint64_t seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937_64 random{seed};
  using Named = std::tuple<std::uint32_t, std::string, std::uint64_t>;
  const auto any = [&] {
    static constexpr std::uint64_t numbers[] = {0, 1, 255, 256, 0xffff'ffff, ~std::uint64_t{0}};
    std::string text;
    for (auto size = random() % 4; size > 0; --size)
      text += "\0\x01"
              "a\xff"[random() % 4];
    return Named{static_cast<std::uint32_t>(numbers[random() % 5]), text, numbers[random() % 6]};
  };
  const auto key = [](const Named& named) {
    const auto& [shard, text, n] = named;
    return shard_key({shard}, text, {n});
  };
  for (int i = 0; i < 20'000; ++i) {
    const Named a = any(), b = any();
    // std::string compares its chars as unsigned bytes, and so does RocksDB.
    CHECK((key(a) < key(b)) == (a < b));
    CHECK((key(a) == key(b)) == (a == b));
    CHECK(text_of(key(a)) == std::get<1>(a));
    CHECK(last_number_of(key(a)) == std::get<2>(a));
    // No text's keys lie among another's.
    const std::string prefix = shard_key({std::get<0>(a)}, std::get<1>(a));
    CHECK(key(b).starts_with(prefix) == (std::get<0>(a) == std::get<0>(b) && std::get<1>(a) == std::get<1>(b)));
  }
}

TEST_CASE("what is no key gives nothing back") {
  CHECK(last_number_of("1234567") == 0);
  CHECK(text_of("").empty());
  CHECK(text_of(std::string{"\0\0\0\1abc", 7}).empty());
  CHECK(text_of(std::string{"\0\0\0\1abc\0", 8}).empty());
}
