#pragma once
// What every keeper of snapshots must keep.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "storage/snapshots.hpp"

namespace riskcluster::test {

using MakeSnapshots = std::function<std::unique_ptr<Snapshots>()>;

inline std::string sound_of(const Snapshots& snapshots, std::uint32_t shard, std::string_view entity) {
  const auto found = snapshots.load({shard}, entity);
  REQUIRE(found);
  CHECK(found->corrupt.empty());
  std::string text;
  for (const auto& snapshot : found->sound) text += std::to_string(snapshot.n.value) + ":" + snapshot.bytes + " ";
  return text;
}

inline void save(Snapshots& snapshots, std::uint32_t shard, std::string_view entity, std::uint64_t n,
                 const std::string& bytes) {
  REQUIRE(snapshots.save({shard}, entity, {{n}, bytes}));
}

inline std::vector<std::string> entities_of(const Snapshots& snapshots, std::uint32_t shard, std::size_t count_max) {
  std::vector<std::string> entities;
  REQUIRE(snapshots.for_each_entity({shard}, [&](const std::string& entity) {
    entities.push_back(entity);
    return entities.size() < count_max;
  }));
  return entities;
}

inline void snapshots_contract(const MakeSnapshots& make) {
  const auto snapshots = make();
  SUBCASE("the two newest are kept, newest first") {
    for (const std::uint64_t n : {5U, 255U, 256U, 70'000U}) save(*snapshots, 1, "a/b", n, "at " + std::to_string(n));
    CHECK(sound_of(*snapshots, 1, "a/b") == "70000:at 70000 256:at 256 ");
  }
  SUBCASE("one with the n of a kept one replaces it") {
    save(*snapshots, 1, "a/b", 5, "old");
    save(*snapshots, 1, "a/b", 7, "first");
    save(*snapshots, 1, "a/b", 7, "second");
    CHECK(sound_of(*snapshots, 1, "a/b") == "7:second 5:old ");
    save(*snapshots, 1, "a/b", 5, "older, again");
    CHECK(sound_of(*snapshots, 1, "a/b") == "7:second 5:older, again ");
  }
  SUBCASE("the one just saved is kept, though two newer ones were there") {
    save(*snapshots, 1, "a/b", 8, "x");
    save(*snapshots, 1, "a/b", 9, "y");
    save(*snapshots, 1, "a/b", 3, "z");
    CHECK(sound_of(*snapshots, 1, "a/b") == "9:y 3:z ");
  }
  SUBCASE("an entity that has none is no error") {
    CHECK(sound_of(*snapshots, 1, "a/b").empty());
    CHECK(entities_of(*snapshots, 1, 10).empty());
  }
  SUBCASE("bytes are kept as they are") {
    const std::string bytes{"\0\xff\n\0", 4};
    save(*snapshots, 0, "a/b", 1, bytes);
    save(*snapshots, 0, "a/b", 2, "");
    const auto found = snapshots->load({0}, "a/b");
    REQUIRE(found);
    CHECK(found->sound == std::vector<Snapshot>{{{2}, ""}, {{1}, bytes}});
  }
  SUBCASE("entities and shards know nothing of each other") {
    const std::string zero{"a/b\0", 4}, zeros{"a/b\0\0", 5};
    for (const auto& entity : {std::string{"a/b"}, std::string{"a/bc"}, std::string{"a"}, zero, zeros, std::string{}})
      for (const std::uint64_t n : {1U, 2U, 3U}) save(*snapshots, 1, entity, n, entity);
    save(*snapshots, 2, "a/b", 9, "other shard");
    save(*snapshots, 257, "a/b", 9, "other shard");
    for (const auto& entity : {std::string{"a/b"}, std::string{"a/bc"}, std::string{"a"}, zero, zeros, std::string{}})
      CHECK(sound_of(*snapshots, 1, entity) == "3:" + entity + " 2:" + entity + " ");
    CHECK(sound_of(*snapshots, 2, "a/b") == "9:other shard ");
    CHECK(sound_of(*snapshots, 1, "a/").empty());
    CHECK(entities_of(*snapshots, 1, 10) == std::vector<std::string>{"", "a", "a/b", zero, zeros, "a/bc"});
    CHECK(entities_of(*snapshots, 1, 2) == std::vector<std::string>{"", "a"});
    CHECK(entities_of(*snapshots, 2, 10) == std::vector<std::string>{"a/b"});
  }
  SUBCASE("one can be dropped") {
    save(*snapshots, 1, "a/b", 5, "x");
    save(*snapshots, 1, "a/b", 6, "y");
    REQUIRE(snapshots->drop({1}, "a/b", {6}));
    CHECK(sound_of(*snapshots, 1, "a/b") == "5:x ");
    CHECK(snapshots->drop({1}, "a/b", {6}).error().code == Errc::not_found);
    CHECK(snapshots->drop({2}, "a/b", {5}).error().code == Errc::not_found);
    REQUIRE(snapshots->drop({1}, "a/b", {5}));
    CHECK(entities_of(*snapshots, 1, 10).empty());
  }
}

} // namespace riskcluster::test
