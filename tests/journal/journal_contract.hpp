#pragma once
// What every journal must keep, whatever it writes to. An implementation goes through it with a maker of empty journals
// and, where it answers later, a way to wait for the answers.

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "journal/journal.hpp"

namespace riskcluster::test {

struct JournalUnderTest {
  /// An empty journal of the shards 0 … count - 1.
  std::function<std::unique_ptr<Journal>(std::uint32_t shard_count)> make;
  /// Returns when every append so far has been answered.
  std::function<void(Journal&)> settle = [](Journal&) {};
};

inline JournalEntry entry(const std::string& payload) {
  return {.entity = "acme/ann", .at_ms = 1'700'000'000'000, .payload = payload};
}

inline std::vector<JournalEntry> entries(std::initializer_list<const char*> payloads) {
  std::vector<JournalEntry> made;
  for (const auto* const payload : payloads) made.push_back(entry(payload));
  return made;
}

/// One journal, its answers counted.
class JournalBench {
public:
  JournalBench(const JournalUnderTest& under_test, std::uint32_t shard_count)
      : under_test_{under_test}, journal_{under_test.make(shard_count)} {}

  /// The one answer to an append.
  Result<Committed> append(std::uint32_t shard, std::uint64_t epoch, std::vector<JournalEntry> made) {
    int answers = 0;
    std::optional<Result<Committed>> answer;
    journal_->append({shard}, {epoch}, std::move(made), [&](Result<Committed> result) {
      ++answers;
      answer = std::move(result);
    });
    under_test_.settle(*journal_);
    REQUIRE(answers == 1);
    return *answer;
  }

  std::vector<JournalRecord> read(std::uint32_t shard, std::uint64_t from = 1, std::size_t count_max = 1'000) const {
    auto found = journal_->read({shard}, {from}, count_max);
    REQUIRE(found);
    return *found;
  }

  std::string payloads(std::uint32_t shard, std::uint64_t from = 1, std::size_t count_max = 1'000) const {
    std::string text;
    for (const auto& record : read(shard, from, count_max)) text += record.payload + " ";
    return text;
  }

  Journal& journal() { return *journal_; }

private:
  const JournalUnderTest& under_test_;
  std::unique_ptr<Journal> journal_;
};

inline void keeps_order(const JournalUnderTest& under_test) {
  JournalBench bench{under_test, 2};
  const auto first = bench.append(0, 1, entries({"a", "b"}));
  const auto second = bench.append(0, 1, entries({"c"}));
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->first.value == 1);
  CHECK(first->last.value == 2);
  CHECK(second->first.value == 3);
  CHECK(second->last.value == 3);
  const auto records = bench.read(0);
  REQUIRE(records.size() == 3);
  for (std::size_t i = 0; i < records.size(); ++i) CHECK(records[i].n.value == i + 1);
  CHECK(bench.payloads(0) == "a b c ");
}

inline void keeps_every_field(const JournalUnderTest& under_test) {
  JournalBench bench{under_test, 3};
  const std::string bytes{"\0\n\xff payload \0", 12};
  REQUIRE(bench.append(2, 7, {{.entity = "acme/ann", .at_ms = 1'700'000'000'001, .payload = bytes}}));
  REQUIRE(bench.append(2, 7, {{.entity = "", .at_ms = -1, .payload = ""}}));
  const auto records = bench.read(2);
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

inline void keeps_shards_apart(const JournalUnderTest& under_test) {
  JournalBench bench{under_test, 3};
  REQUIRE(bench.append(0, 5, entries({"a"})));
  const auto other = bench.append(1, 1, entries({"x"})); // an older epoch, but of another shard
  REQUIRE(other);
  CHECK(other->first.value == 1);
  CHECK(bench.payloads(0) == "a ");
  CHECK(bench.payloads(1) == "x ");
  CHECK(bench.read(2).empty());
}

inline void chains_its_records(const JournalUnderTest& under_test) {
  JournalBench bench{under_test, 1};
  REQUIRE(bench.append(0, 1, entries({"a", "b"})));
  REQUIRE(bench.append(0, 1, entries({"c"})));
  REQUIRE(bench.append(0, 4, entries({"d"}))); // the chain runs on over a take-over
  const auto records = bench.read(0);
  REQUIRE(records.size() == 4);
  CHECK(records[0].previous_hash == Hash128{});
  for (std::size_t i = 1; i < records.size(); ++i) CHECK(records[i].previous_hash == hash_of(records[i - 1]));
}

inline void refuses_an_older_epoch(const JournalUnderTest& under_test) {
  JournalBench bench{under_test, 1};
  REQUIRE(bench.append(0, 3, entries({"a"})));
  REQUIRE(bench.append(0, 4, entries({"b"})));
  for (const std::uint64_t epoch : {3U, 0U}) {
    const auto stale = bench.append(0, epoch, entries({"stale", "too"}));
    REQUIRE_FALSE(stale);
    CHECK(stale.error().code == Errc::fenced);
  }
  CHECK(bench.payloads(0) == "a b ");
  REQUIRE(bench.append(0, 4, entries({"c"}))); // the owner is not disturbed
  CHECK(bench.payloads(0) == "a b c ");
}

inline void appends_all_or_nothing(const JournalUnderTest& under_test) {
  JournalBench bench{under_test, 1};
  REQUIRE(bench.append(0, 2, entries({"a"})));
  const auto before = bench.read(0);
  CHECK(bench.append(0, 2, {}).error().code == Errc::invalid_argument);
  CHECK(bench.append(1, 2, entries({"x", "y"})).error().code == Errc::invalid_argument);
  CHECK(bench.append(0, 1, entries({"x", "y"})).error().code == Errc::fenced);
  CHECK(bench.read(0).size() == before.size());
  const auto next = bench.append(0, 2, entries({"b"})); // a refusal uses no n
  REQUIRE(next);
  CHECK(next->first.value == 2);
}

inline void reads_ranges(const JournalUnderTest& under_test) {
  JournalBench bench{under_test, 1};
  CHECK(bench.read(0).empty());
  REQUIRE(bench.append(0, 1, entries({"a", "b", "c", "d", "e"})));
  CHECK(bench.payloads(0, 1, 2) == "a b ");
  CHECK(bench.payloads(0, 3, 2) == "c d ");
  CHECK(bench.payloads(0, 5, 2) == "e ");
  CHECK(bench.payloads(0, 6, 2).empty());
  CHECK(bench.payloads(0, 1'000, 2).empty());
  CHECK(bench.payloads(0, 2, 0).empty());
  // No bound at all is a bound like another: nothing may wrap.
  CHECK(bench.payloads(0, 1, std::numeric_limits<std::size_t>::max()) == "a b c d e ");
  CHECK(bench.payloads(0, 4, std::numeric_limits<std::size_t>::max()) == "d e ");
  CHECK(bench.payloads(0, std::numeric_limits<std::uint64_t>::max(), 10).empty());
  CHECK_FALSE(bench.journal().read({0}, {0}, 10));
  CHECK_FALSE(bench.journal().read({1}, {1}, 10));
}

/// Many appends at once, asked for before any answer is awaited.
inline void answers_each_append_once_and_in_order(const JournalUnderTest& under_test) {
  const auto journal = under_test.make(2);
  constexpr std::uint32_t appends = 200;
  std::vector<int> answers(appends, 0);
  std::vector<std::uint64_t> first[2];
  for (std::uint32_t i = 0; i < appends; ++i)
    journal->append({i % 2}, {1}, {entry(std::to_string(i)), entry("-")}, [&, i](const Result<Committed>& result) {
      ++answers[i];
      if (result) first[i % 2].push_back(result->first.value);
    });
  under_test.settle(*journal);
  for (const int count : answers) CHECK(count == 1);
  for (const auto& shard : first) {
    REQUIRE(shard.size() == appends / 2);
    for (std::size_t i = 0; i < shard.size(); ++i) CHECK(shard[i] == 2 * i + 1);
  }
  const auto records = journal->read({1}, {1}, appends);
  REQUIRE(records);
  REQUIRE(records->size() == appends);
  for (std::uint32_t i = 0; i < appends / 2; ++i) CHECK((*records)[2 * i].payload == std::to_string(2 * i + 1));
}

/// What was answered can be read at once, by the answered one too.
inline void shows_what_it_answered(const JournalUnderTest& under_test) {
  const auto journal = under_test.make(1);
  std::size_t seen = 0;
  journal->append({0}, {1}, entries({"a", "b"}), [&](const Result<Committed>& result) {
    REQUIRE(result);
    const auto records = journal->read({0}, result->first, 10);
    REQUIRE(records);
    seen = records->size();
  });
  under_test.settle(*journal);
  CHECK(seen == 2);
}

/// Every rule, each on a journal of its own.
inline void journal_contract(const JournalUnderTest& under_test) {
  SUBCASE("n counts from 1 without a gap, in the order of the appends") { keeps_order(under_test); }
  SUBCASE("a record is read back field by field") { keeps_every_field(under_test); }
  SUBCASE("shards know nothing of each other") { keeps_shards_apart(under_test); }
  SUBCASE("each record carries the hash of the one before") { chains_its_records(under_test); }
  SUBCASE("a writer of an older epoch is fenced") { refuses_an_older_epoch(under_test); }
  SUBCASE("an append is kept whole or not at all") { appends_all_or_nothing(under_test); }
  SUBCASE("a read gives the records from n on, at most as many as asked") { reads_ranges(under_test); }
  SUBCASE("each append is answered once, in order") { answers_each_append_once_and_in_order(under_test); }
  SUBCASE("what was answered can be read") { shows_what_it_answered(under_test); }
}

} // namespace riskcluster::test
