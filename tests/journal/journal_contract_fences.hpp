#pragma once
// The journal's contract. Whose records get in: the newest owner's.

#include "journal/journal_bench.hpp"

namespace riskcluster::test {

inline void refuses_an_older_epoch(const MakeJournal& make) {
  const auto journal = make(1);
  REQUIRE(commit_one(*journal, 0, 3, entries({"a"})));
  REQUIRE(commit_one(*journal, 0, 4, entries({"b"})));
  for (const std::uint64_t epoch : {3U, 0U}) {
    const auto stale = commit_one(*journal, 0, epoch, entries({"stale", "too"}));
    REQUIRE_FALSE(stale);
    CHECK(stale.error().code == Errc::fenced);
  }
  CHECK(payloads(read_all(*journal, 0)) == "a b ");
  REQUIRE(commit_one(*journal, 0, 4, entries({"c"}))); // the owner is not disturbed
  CHECK(payloads(read_all(*journal, 0)) == "a b c ");
}

/// The newer owner need not be durable yet to be the owner.
inline void fences_behind_what_waits(const MakeJournal& make) {
  const auto journal = make(2);
  Appends appends{*journal};
  appends.add(0, 1, entries({"a"}));
  appends.add(0, 2, entries({"claimed"}));
  appends.add(0, 1, entries({"stale"}));
  appends.add(1, 1, entries({"other shard"}));
  appends.add(0, 2, entries({"b"}));
  journal->commit();
  REQUIRE_FALSE(appends.answer(2));
  CHECK(appends.answer(2).error().code == Errc::fenced);
  CHECK(appends.answer(3));
  REQUIRE(appends.answer(4));
  CHECK(appends.answer(4)->first.value == 3);
  CHECK(payloads(read_all(*journal, 0)) == "a claimed b ");
}

/// A claim holds from when it is made, for what waits, too; a record tells of it only later.
inline void fences_whoever_came_before_a_claim(const MakeJournal& make) {
  const auto journal = make(2);
  CHECK(journal->claim({0})->value == 2); // whoever wrote without a claim wrote as 1
  REQUIRE(commit_one(*journal, 0, 2, entries({"a"})));
  Appends appends{*journal};
  appends.add(0, 2, entries({"waits at the claim"}));
  appends.add(1, 1, entries({"other shard"}));
  CHECK(journal->claim({0})->value == 3);
  CHECK(journal->end({0})->epoch.value == 2);
  CHECK(journal->claim({0})->value == 4);
  appends.add(0, 3, entries({"claimed again since"}));
  appends.add(0, 4, entries({"b"}));
  journal->commit();
  CHECK(appends.answer(0).error().code == Errc::fenced);
  CHECK(appends.answer(1));
  CHECK(appends.answer(2).error().code == Errc::fenced);
  REQUIRE(appends.answer(3));
  CHECK(appends.answer(3)->first.value == 2);
  CHECK(journal->end({0})->epoch.value == 4);
  CHECK(payloads(read_all(*journal, 0)) == "a b ");
  CHECK(journal->claim({2}).error().code == Errc::invalid_argument);
}

} // namespace riskcluster::test
