#pragma once
// What every destination must keep.

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include <doctest/doctest.h>

#include "transport/destination.hpp"
#include "transport/waiting.hpp"

namespace riskcluster::test {

/// A destination and what reads it.
class DestinationStage {
public:
  virtual ~DestinationStage() = default;
  virtual Destination& destination() = 0;
  /// From now on nothing arrives, until mend().
  virtual void break_down() = 0;
  virtual void mend() = 0;
  /// Ids and bytes, in the order of arrival; repeats may be in it.
  virtual std::vector<std::pair<std::string, std::string>> arrived() = 0;
};

using MakeDestination = std::function<std::unique_ptr<DestinationStage>()>;

inline Publication output(std::uint32_t shard, int n, const std::string& bytes = {}) {
  const auto id = std::to_string(shard) + "-" + std::to_string(n) + "-0";
  return {.id = id,
          .channel = "approved",
          .tenant = {CompanyId{"acme"}, UserId{"ann" + std::to_string(shard)}},
          .bytes = bytes.empty() ? "bytes of " + id : bytes};
}

inline std::vector<Publication> portion(std::uint32_t shard, int first, int count) {
  std::vector<Publication> all;
  for (int n = first; n < first + count; ++n) all.push_back(output(shard, n));
  return all;
}

/// Publishes and waits for the answer.
inline bool publish(Destination& destination, std::uint32_t shard, std::vector<Publication> publications) {
  struct Answer {
    std::atomic<int> calls{0};
    std::atomic<bool> arrived{false};
  };
  const auto answer = std::make_shared<Answer>();
  destination.publish({shard}, std::move(publications), [answer](bool arrived) {
    answer->arrived = arrived;
    ++answer->calls;
  });
  REQUIRE(eventually([&] { return answer->calls > 0; }));
  CHECK(answer->calls == 1);
  return answer->arrived;
}

/// The ids of one shard as a reader sees them that knows repeats by id.
inline std::vector<std::string> first_seen(const std::vector<std::pair<std::string, std::string>>& arrived,
                                           std::uint32_t shard) {
  std::vector<std::string> seen;
  for (const auto& [id, bytes] : arrived)
    if (id.starts_with(std::to_string(shard) + "-") && std::find(seen.begin(), seen.end(), id) == seen.end())
      seen.push_back(id);
  return seen;
}

inline std::vector<std::string> ids_of(const std::vector<Publication>& publications) {
  std::vector<std::string> ids;
  for (const auto& publication : publications) ids.push_back(publication.id);
  return ids;
}

inline void destination_contract(const MakeDestination& make) {
  const auto stage = make();
  auto& destination = stage->destination();
  SUBCASE("what is published arrives in order, byte for byte") {
    const std::string bytes{"\0\xff\r\n{}", 6};
    REQUIRE(publish(destination, 3, {output(3, 1, bytes), output(3, 2)}));
    REQUIRE(publish(destination, 3, portion(3, 3, 30)));
    const auto arrived = stage->arrived();
    REQUIRE(arrived.size() == 32);
    CHECK(arrived[0] == std::pair<std::string, std::string>{"3-1-0", bytes});
    CHECK(arrived[1].second == "bytes of 3-2-0");
    CHECK(first_seen(arrived, 3) == ids_of(portion(3, 1, 32)));
  }
  SUBCASE("shards do not wait for each other's answers, and each keeps its order") {
    constexpr std::uint32_t shards = 16;
    std::atomic<std::uint32_t> done{0};
    for (std::uint32_t shard = 0; shard < shards; ++shard)
      destination.publish({shard}, portion(shard, 1, 20), [&done](bool arrived) { done += arrived ? 1U : 1'000U; });
    REQUIRE(eventually([&] { return done >= shards; }));
    REQUIRE(done == shards);
    const auto arrived = stage->arrived();
    for (std::uint32_t shard = 0; shard < shards; ++shard)
      CHECK(first_seen(arrived, shard) == ids_of(portion(shard, 1, 20)));
  }
  SUBCASE("an empty portion has arrived") { CHECK(publish(destination, 0, {})); }
  SUBCASE("what does not arrive is said, and arrives when it is published again") {
    REQUIRE(publish(destination, 0, portion(0, 1, 3)));
    stage->break_down();
    CHECK_FALSE(publish(destination, 0, portion(0, 4, 3)));
    stage->mend();
    REQUIRE(eventually([&] { return publish(destination, 0, portion(0, 4, 3)); }));
    REQUIRE(publish(destination, 0, portion(0, 7, 1)));
    CHECK(first_seen(stage->arrived(), 0) == ids_of(portion(0, 1, 7)));
  }
}

} // namespace riskcluster::test
