#pragma once
// The journal's contract. What is removed from the front.

#include <atomic>
#include <limits>
#include <thread>

#include "journal/journal_bench.hpp"

namespace riskcluster::test {

inline void cuts_from_the_front(const MakeJournal& make) {
  const auto journal = make(2);
  CHECK(journal->base({0})->n.value == 0);
  CHECK(journal->cut({0}, {5})->n.value == 0); // nothing is there
  REQUIRE(commit_one(*journal, 0, 1, {entry("1", "x"), entry("2", "y"), entry("3", "x"), entry("4", "x")}));
  REQUIRE(commit_one(*journal, 0, 4, {entry("5", "y"), entry("6", "x")}));
  REQUIRE(commit_one(*journal, 1, 1, entries({"other shard"})));
  const auto records = read_all(*journal, 0);
  const auto before = *journal->end({0});
  const auto base = journal->cut({0}, {4});
  REQUIRE(base);
  CHECK(base->n.value == 3);
  CHECK(base->epoch.value == 1);
  CHECK(base->hash == hash_of(records[2]));
  CHECK(journal->base({0})->hash == base->hash);
  CHECK(payloads(read_all(*journal, 0, 4)) == "4 5 6 "); // and checks the link of 4 to what was removed
  CHECK(payloads(read_all(*journal, 0, 5)) == "5 6 ");
  CHECK(payloads(*journal->read_entity({0}, "x", {4}, 10)) == "4 6 ");
  for (const std::uint64_t from : {1U, 3U}) {
    for (const auto& refused : {journal->read({0}, {from}, 10), journal->read_entity({0}, "x", {from}, 10)}) {
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == Errc::not_found);
      CHECK(refused.error().message.find("begins behind n 3") != std::string::npos);
    }
  }
  CHECK(journal->end({0})->n == before.n);
  CHECK(journal->end({0})->hash == before.hash);
  CHECK(payloads(read_all(*journal, 1)) == "other shard ");
  CHECK(journal->base({1})->n.value == 0);
  CHECK(journal->cut({0}, {2})->n.value == 3); // never back
  REQUIRE(commit_one(*journal, 0, 4, {entry("7", "y")}));
  CHECK(payloads(read_all(*journal, 0, 4)) == "4 5 6 7 ");
  CHECK(payloads(*journal->read_entity({0}, "y", {4}, 10)) == "5 7 ");
  CHECK(journal->cut({2}, {1}).error().code == Errc::invalid_argument);
  CHECK(journal->base({2}).error().code == Errc::invalid_argument);
}

inline void keeps_the_last_record(const MakeJournal& make) {
  const auto journal = make(1);
  REQUIRE(commit_one(*journal, 0, 3, entries({"1", "2", "3"})));
  CHECK(journal->cut({0}, {std::numeric_limits<std::uint64_t>::max()})->n.value == 2);
  CHECK(payloads(read_all(*journal, 0, 3)) == "3 ");
  CHECK(journal->end({0})->n.value == 3);
  CHECK(commit_one(*journal, 0, 2, entries({"stale"})).error().code == Errc::fenced);
  REQUIRE(commit_one(*journal, 0, 3, entries({"4"})));
  CHECK(payloads(read_all(*journal, 0, 3)) == "3 4 ");
}

/// Commits wait while a portion is removed.
inline void cuts_in_portions(const MakeJournal& make) {
  const auto journal = make(1);
  const std::uint64_t count = 2 * records_per_cut_max + 10;
  for (std::uint64_t n = 1; n <= count; ++n) REQUIRE(commit_one(*journal, 0, 1, {entry(std::to_string(n))}));
  CHECK(journal->cut({0}, {count - 5})->n.value == records_per_cut_max);
  CHECK(journal->cut({0}, {count - 5})->n.value == 2 * records_per_cut_max);
  CHECK(journal->cut({0}, {count - 5})->n.value == count - 6);
  CHECK(read_all(*journal, 0, count - 5).size() == 6);
}

/// A reader sees a journal before a cut or behind it, never one in between.
inline void can_be_read_while_cut(const MakeJournal& make) {
  const auto journal = make(1);
  const std::uint64_t count = 20 * records_per_cut_max;
  for (std::uint64_t n = 1; n <= count; n += 16)
    REQUIRE(commit_one(*journal, 0, 1, std::vector<JournalEntry>(16, entry("r"))));
  std::atomic<bool> done{false}, sound{true};
  std::thread reader{[&] {
    while (!done) {
      const std::uint64_t from = journal->base({0})->n.value + 1;
      for (const auto& found : {journal->read({0}, {from}, 40), journal->read_entity({0}, "acme/ann", {from}, 40)})
        if (!(found ? found->size() == 40 && found->front().n.value == from : found.error().code == Errc::not_found))
          sound = false;
    }
  }};
  for (std::uint64_t below = 1; below < count - 100; below += 50) REQUIRE(journal->cut({0}, {below}));
  done = true;
  reader.join();
  CHECK(sound);
}

} // namespace riskcluster::test
