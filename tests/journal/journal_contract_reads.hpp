#pragma once
// The journal's contract. What a reader sees.

#include <atomic>
#include <limits>
#include <thread>

#include "journal/journal_bench.hpp"

namespace riskcluster::test {

inline void reads_ranges(const MakeJournal& make) {
  const auto journal = make(1);
  CHECK(read_all(*journal, 0).empty());
  REQUIRE(commit_one(*journal, 0, 1, entries({"a", "b", "c", "d", "e"})));
  const auto text = [&](std::uint64_t from, std::size_t count_max) {
    return payloads(read_all(*journal, 0, from, count_max));
  };
  CHECK(text(1, 2) == "a b ");
  CHECK(text(3, 2) == "c d ");
  CHECK(text(5, 2) == "e ");
  CHECK(text(6, 2).empty());
  CHECK(text(1'000, 2).empty());
  CHECK(text(2, 0).empty());
  // No bound at all is a bound like another: nothing may wrap.
  CHECK(text(1, std::numeric_limits<std::size_t>::max()) == "a b c d e ");
  CHECK(text(4, std::numeric_limits<std::size_t>::max()) == "d e ");
  CHECK(text(std::numeric_limits<std::uint64_t>::max(), 10).empty());
  CHECK_FALSE(journal->read({0}, {0}, 10));
  CHECK_FALSE(journal->read({1}, {1}, 10));
}

inline void reads_one_entity(const MakeJournal& make) {
  const auto journal = make(2);
  const std::string zero{"a\0b", 3}; // no byte of a name is special
  REQUIRE(commit_one(*journal, 0, 1, {entry("1", "a/b"), entry("2", "a/bc"), entry("3", "a/b"), entry("4", "a")}));
  REQUIRE(commit_one(*journal, 0, 1, {entry("5", zero), entry("6", ""), entry("7", "a/b"), entry("8", "a")}));
  REQUIRE(commit_one(*journal, 1, 1, {entry("other shard", "a/b")}));
  const auto text = [&](std::string_view entity, std::uint64_t from = 1, std::size_t count_max = 100) {
    const auto found = journal->read_entity({0}, entity, {from}, count_max);
    REQUIRE(found);
    for (const auto& record : *found) CHECK(record.entity == entity);
    return payloads(*found);
  };
  CHECK(text("a/b") == "1 3 7 ");
  CHECK(text("a/bc") == "2 ");
  CHECK(text("a") == "4 8 ");
  CHECK(text(zero) == "5 ");
  CHECK(text("") == "6 ");
  CHECK(text("nobody").empty());
  CHECK(text("a/b", 2) == "3 7 ");
  CHECK(text("a/b", 3, 1) == "3 ");
  CHECK(text("a/b", 8).empty());
  CHECK(text("a/b", std::numeric_limits<std::uint64_t>::max()).empty());
  CHECK(text("a/b", 1, 0).empty());
  CHECK_FALSE(journal->read_entity({0}, "a/b", {0}, 1));
  CHECK_FALSE(journal->read_entity({2}, "a/b", {1}, 1));
}

inline void knows_its_end(const MakeJournal& make) {
  const auto journal = make(2);
  const auto empty = journal->end({0});
  REQUIRE(empty);
  CHECK(empty->n.value == 0);
  CHECK(empty->epoch.value == 0);
  CHECK(empty->hash == Hash128{});
  REQUIRE(commit_one(*journal, 0, 3, entries({"a", "b"})));
  const auto end = journal->end({0});
  REQUIRE(end);
  CHECK(end->n.value == 2);
  CHECK(end->epoch.value == 3);
  CHECK(end->hash == hash_of(read_all(*journal, 0).back()));
  CHECK(journal->end({1})->n.value == 0);
  CHECK_FALSE(journal->end({2}));
}

/// A second thread reads all the while: it sees a growing, unbroken chain, never half an append.
inline void can_be_read_while_written(const MakeJournal& make) {
  const auto journal = make(2);
  constexpr std::uint64_t appends = 100;
  std::atomic<bool> sound = true, done = false;
  std::atomic<std::uint64_t> rounds = 0;
  std::thread reader{[&] {
    std::uint64_t seen = 0;
    while (!done) {
      const auto end = journal->end({1});
      const auto records = journal->read({1}, {1}, 100'000);
      const auto own = journal->read_entity({1}, "acme/ann", {1}, 100'000);
      sound = sound && end && records && own && end->n.value >= seen && records->size() >= end->n.value &&
              own->size() >= records->size() && records->size() % 2 == 0;
      seen = records ? records->size() : 0;
      ++rounds;
    }
  }};
  for (std::uint64_t i = 0; i < appends; ++i) {
    journal->append({1}, {1}, shared({entry(std::to_string(i)), entry("-")}), [](const Result<Committed>&) {});
    journal->commit();
    if (i % 10 == 0) // at least one whole round of the reader's for every ten of ours
      for (const std::uint64_t before = rounds; rounds < before + 1;) std::this_thread::yield();
  }
  done = true;
  reader.join();
  CHECK(sound);
  CHECK(read_all(*journal, 1).size() == 2 * appends);
}

} // namespace riskcluster::test
