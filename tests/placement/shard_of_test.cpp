// Placement is XXH64 modulo the count of shards; numbers from the published XXH64 values by long division.

#include <map>

#include <doctest/doctest.h>

#include "placement/shard_of.hpp"

using namespace riskcluster;

TEST_CASE("an entity's shard is its XXH64 modulo the count") {
  CHECK(shard_of("", 16).value == 9);    // ef46db3751d8e999
  CHECK(shard_of("a", 16).value == 11);  // d24ec4f1a98c6e5b
  CHECK(shard_of("abc", 16).value == 9); // 44bc2cf5ad770999
  CHECK(shard_of("a", 256).value == 0x5b);
  CHECK(shard_of("a", 65536).value == 0x6e5b);
  CHECK(shard_of("a", 10).value == 5); // python3 -c "print(0xd24ec4f1a98c6e5b % 10)"
}

TEST_CASE("one shard holds everyone") {
  for (const char* const entity : {"", "acme/ann", "acme/", "_system/"}) CHECK(shard_of(entity, 1).value == 0);
}

TEST_CASE("tenants spread evenly over the default shards") {
  std::map<std::uint32_t, int> tenants;
  for (int i = 0; i < 16'000; ++i) ++tenants[shard_of("company/user-" + std::to_string(i), shard_count_default).value];
  CHECK(tenants.size() == 16);
  // Binomial: mean 1000, deviation √(16000·15)/16 = 30.6; five deviations.
  for (const auto& [shard, count] : tenants) {
    const auto shown_shard = shard;
    CAPTURE(shown_shard);
    CHECK(count > 847);
    CHECK(count < 1153);
  }
}
