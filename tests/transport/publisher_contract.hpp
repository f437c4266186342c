#pragma once
// What every publisher must keep.

#include <functional>
#include <memory>

#include <doctest/doctest.h>

#include "transport/publisher.hpp"
#include "transport/waiting.hpp"

namespace riskcluster::test {

/// A publisher that holds so many messages, and its other side.
class PublisherStage {
public:
  virtual ~PublisherStage() = default;
  virtual Publisher& publisher() = 0;
  /// From now on nothing leaves the publisher, until release().
  virtual void hold() = 0;
  virtual void release() = 0;
  virtual std::vector<Message> arrived() = 0;
};

using MakePublisher = std::function<std::unique_ptr<PublisherStage>(std::size_t messages_max)>;

inline Message note(const std::string& bytes, Headers headers = {}) {
  return {"risk.deadletter", std::move(headers), bytes};
}

inline void publisher_contract(const MakePublisher& make) {
  SUBCASE("what is published arrives as it was, in order") {
    const auto stage = make(100);
    std::vector<Message> expected{note(std::string{"\0\xff\r\n", 4}, {{"Content-Type", "x; y=\"z\""}}), note("")};
    for (int i = 0; i < 50; ++i) expected.push_back(note(std::to_string(i)));
    for (const auto& message : expected) REQUIRE(stage->publisher().publish(message));
    REQUIRE(eventually([&] { return stage->arrived().size() == expected.size(); }));
    CHECK(stage->arrived() == expected);
    CHECK(stage->publisher().dropped() == 0);
  }
  SUBCASE("what cannot be sent is refused and counted, and the next one is sent") {
    const auto stage = make(100);
    const Message bad[] = {{"", {}, "x"},
                           {"a b", {}, "x"},
                           {"a.*", {}, "x"},
                           {"a.>", {}, "x"},
                           {"a..b", {}, "x"},
                           {"a\r\nPUB b 0", {}, "x"},
                           note("x", {{"A", "1\r\nB: 2"}}),
                           note("x", {{"A\r\nB", "1"}}),
                           note("x", {{"", "1"}})};
    for (const auto& message : bad) CHECK_FALSE(stage->publisher().publish(message));
    CHECK(stage->publisher().dropped() == std::size(bad));
    REQUIRE(stage->publisher().publish(note("good")));
    REQUIRE(eventually([&] { return !stage->arrived().empty(); }));
    CHECK(stage->arrived() == std::vector{note("good")});
  }
  SUBCASE("beyond its bound it refuses and counts, and keeps what it had") {
    constexpr std::size_t messages_max = 20;
    const auto stage = make(messages_max);
    stage->hold();
    for (std::size_t i = 0; i < messages_max; ++i) CHECK(stage->publisher().publish(note(std::to_string(i))));
    for (int i = 0; i < 5; ++i) CHECK_FALSE(stage->publisher().publish(note("too many")));
    CHECK(stage->publisher().dropped() == 5);
    stage->release();
    REQUIRE(eventually([&] { return stage->arrived().size() >= messages_max; }));
    const auto arrived = stage->arrived();
    REQUIRE(arrived.size() == messages_max);
    for (std::size_t i = 0; i < messages_max; ++i) CHECK(arrived[i].bytes == std::to_string(i));
  }
}

} // namespace riskcluster::test
