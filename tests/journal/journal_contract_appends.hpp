#pragma once
// The journal's contract. How records get in: their order, their chain, and when whoever appended hears of it.

#include "journal/journal_bench.hpp"

namespace riskcluster::test {

inline void keeps_order(const MakeJournal& make) {
  const auto journal = make(2);
  const auto first = commit_one(*journal, 0, 1, entries({"a", "b"}));
  const auto second = commit_one(*journal, 0, 1, entries({"c"}));
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->first.value == 1);
  CHECK(first->last.value == 2);
  CHECK(second->first.value == 3);
  CHECK(second->last.value == 3);
  const auto records = read_all(*journal, 0);
  REQUIRE(records.size() == 3);
  for (std::size_t i = 0; i < records.size(); ++i) CHECK(records[i].n.value == i + 1);
  CHECK(payloads(records) == "a b c ");
}

inline void keeps_every_field(const MakeJournal& make) {
  const auto journal = make(3);
  const std::string bytes{"\0\n\xff payload \0", 12};
  REQUIRE(commit_one(*journal, 2, 7, {{.entity = "acme/ann", .at_ms = 1'700'000'000'001, .payload = bytes}}));
  REQUIRE(commit_one(*journal, 2, 7, {{.entity = "", .at_ms = -1, .payload = ""}}));
  const auto records = read_all(*journal, 2);
  REQUIRE(records.size() == 2);
  CHECK(records[0].shard.value == 2);
  CHECK(records[0].epoch.value == 7);
  CHECK(records[0].entity == "acme/ann");
  CHECK(records[0].at_ms == 1'700'000'000'001);
  CHECK(records[0].payload == bytes);
  CHECK(records[1].entity.empty());
  CHECK(records[1].at_ms == -1);
  CHECK(records[1].payload.empty());
}

inline void keeps_shards_apart(const MakeJournal& make) {
  const auto journal = make(3);
  REQUIRE(commit_one(*journal, 0, 5, entries({"a"})));
  const auto other = commit_one(*journal, 1, 1, entries({"x"})); // an older epoch, but of another shard
  REQUIRE(other);
  CHECK(other->first.value == 1);
  CHECK(payloads(read_all(*journal, 0)) == "a ");
  CHECK(payloads(read_all(*journal, 1)) == "x ");
  CHECK(read_all(*journal, 2).empty());
}

inline void chains_its_records(const MakeJournal& make) {
  const auto journal = make(1);
  REQUIRE(commit_one(*journal, 0, 1, entries({"a", "b"})));
  REQUIRE(commit_one(*journal, 0, 1, entries({"c"})));
  REQUIRE(commit_one(*journal, 0, 4, entries({"d"}))); // the chain runs on over a take-over
  const auto records = read_all(*journal, 0);
  REQUIRE(records.size() == 4);
  CHECK(records[0].previous_hash == Hash128{});
  for (std::size_t i = 1; i < records.size(); ++i) CHECK(records[i].previous_hash == hash_of(records[i - 1]));
}

inline void appends_all_or_nothing(const MakeJournal& make) {
  const auto journal = make(1);
  REQUIRE(commit_one(*journal, 0, 2, entries({"a"})));
  CHECK(commit_one(*journal, 0, 2, {}).error().code == Errc::invalid_argument);
  CHECK(commit_one(*journal, 1, 2, entries({"x", "y"})).error().code == Errc::invalid_argument);
  CHECK(commit_one(*journal, 0, 1, entries({"x", "y"})).error().code == Errc::fenced);
  CHECK(read_all(*journal, 0).size() == 1);
  const auto next = commit_one(*journal, 0, 2, entries({"b"})); // a refusal uses no n
  REQUIRE(next);
  CHECK(next->first.value == 2);
}

inline void numbers_behind_a_refused_one(const MakeJournal& make) {
  const auto journal = make(1);
  Appends appends{*journal};
  appends.add(0, 2, entries({"a"}));
  appends.add(0, 1, entries({"stale", "stale"}));
  appends.add(0, 2, {});
  appends.add(7, 2, entries({"no such shard"}));
  appends.add(0, 2, entries({"b"}));
  journal->commit();
  CHECK(appends.order() == std::vector<std::size_t>{0, 1, 2, 3, 4});
  REQUIRE(appends.answer(4));
  CHECK(appends.answer(4)->first.value == 2);
  const auto records = read_all(*journal, 0); // checks the chain
  CHECK(payloads(records) == "a b ");
}

inline void answers_in_commit(const MakeJournal& make) {
  const auto journal = make(1);
  Appends appends{*journal};
  appends.add(0, 1, entries({"a"}));
  CHECK(appends.answered() == 0);
  CHECK(read_all(*journal, 0).empty());
  CHECK(journal->end({0})->n.value == 0);
  journal->commit();
  CHECK(appends.answered() == 1);
  journal->commit(); // nothing waits
  CHECK(appends.answered() == 1);
  CHECK(payloads(read_all(*journal, 0)) == "a ");
}

/// Many appends of several shards in one commit.
inline void answers_each_append_once_and_in_order(const MakeJournal& make) {
  const auto journal = make(2);
  constexpr std::uint32_t count = 200;
  Appends appends{*journal};
  for (std::uint32_t i = 0; i < count; ++i) appends.add(i % 2, 1, {entry(std::to_string(i)), entry("-")});
  journal->commit();
  REQUIRE(appends.order().size() == count);
  for (std::uint32_t i = 0; i < count; ++i) {
    CHECK(appends.order()[i] == i);
    REQUIRE(appends.answer(i));
    CHECK(appends.answer(i)->first.value == 2 * (i / 2) + 1);
  }
  const auto records = read_all(*journal, 1);
  REQUIRE(records.size() == count);
  for (std::uint32_t i = 0; i < count / 2; ++i) CHECK(records[2 * i].payload == std::to_string(2 * i + 1));
}

inline void bounds_what_waits(const MakeJournal& make) {
  const auto journal = make(1);
  Appends appends{*journal};
  for (std::size_t i = 0; i < appends_per_commit_max; ++i) appends.add(0, 1, entries({"a"}));
  CHECK(appends.answered() == 0);
  appends.add(0, 1, entries({"one too many"})); // answered at once
  REQUIRE(appends.answered() == 1);
  CHECK(appends.answer(appends_per_commit_max).error().code == Errc::unavailable);
  journal->commit();
  CHECK(read_all(*journal, 0).size() == appends_per_commit_max);
  REQUIRE(commit_one(*journal, 0, 1, entries({"there is room again"})));
}

/// What was answered can be read at once, by the answered one too.
inline void shows_what_it_answered(const MakeJournal& make) {
  const auto journal = make(1);
  std::size_t seen = 0;
  std::uint64_t end = 0;
  journal->append({0}, {1}, shared(entries({"a", "b"})), [&](const Result<Committed>& result) {
    REQUIRE(result);
    seen = read_all(*journal, 0, result->first.value).size();
    end = journal->end({0})->n.value;
  });
  journal->commit();
  CHECK(seen == 2);
  CHECK(end == 2);
}

inline void appends_from_within_an_answer(const MakeJournal& make) {
  const auto journal = make(1);
  std::vector<std::uint64_t> answered;
  journal->append({0}, {1}, shared(entries({"a"})), [&](const Result<Committed>& outer) {
    REQUIRE(outer);
    answered.push_back(outer->first.value);
    journal->append({0}, {1}, shared(entries({"c"})), [&](const Result<Committed>& inner) {
      REQUIRE(inner);
      answered.push_back(inner->first.value);
    });
  });
  journal->append({0}, {1}, shared(entries({"b"})), [&](const Result<Committed>& other) {
    REQUIRE(other);
    answered.push_back(other->first.value);
  });
  journal->commit();
  CHECK(answered == std::vector<std::uint64_t>{1, 2});
  journal->commit();
  CHECK(answered == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(payloads(read_all(*journal, 0)) == "a b c ");
}

} // namespace riskcluster::test
