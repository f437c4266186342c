#pragma once
// What every journal must keep, whatever it writes to.

#include <atomic>
#include <limits>
#include <thread>

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

/// Every rule, each on a journal of its own.
inline void journal_contract(const MakeJournal& make) {
  SUBCASE("n counts from 1 without a gap, in the order of the appends") { keeps_order(make); }
  SUBCASE("a record is read back field by field") { keeps_every_field(make); }
  SUBCASE("shards know nothing of each other") { keeps_shards_apart(make); }
  SUBCASE("each record carries the hash of the one before") { chains_its_records(make); }
  SUBCASE("a writer of an older epoch is fenced") { refuses_an_older_epoch(make); }
  SUBCASE("a newer epoch that still waits fences what comes behind it") { fences_behind_what_waits(make); }
  SUBCASE("a claim fences whoever came before it") { fences_whoever_came_before_a_claim(make); }
  SUBCASE("an append is kept whole or not at all") { appends_all_or_nothing(make); }
  SUBCASE("an append behind a refused one of the same commit has the right n") { numbers_behind_a_refused_one(make); }
  SUBCASE("a read gives the records from n on, at most as many as asked") { reads_ranges(make); }
  SUBCASE("an entity's records are read without its neighbours'") { reads_one_entity(make); }
  SUBCASE("the end is the last record's n, epoch and hash") { knows_its_end(make); }
  SUBCASE("an append is answered by the commit, and not to be seen before") { answers_in_commit(make); }
  SUBCASE("one commit takes appends of several shards and answers each once, in order") {
    answers_each_append_once_and_in_order(make);
  }
  SUBCASE("what waits is bounded") { bounds_what_waits(make); }
  SUBCASE("what was answered can be read") { shows_what_it_answered(make); }
  SUBCASE("an append from within an answer waits for the next commit") { appends_from_within_an_answer(make); }
  SUBCASE("a second thread may read while the first one writes") { can_be_read_while_written(make); }
  SUBCASE("what is cut off the front is gone, and the chain of the rest holds") { cuts_from_the_front(make); }
  SUBCASE("a cut never takes the last record") { keeps_the_last_record(make); }
  SUBCASE("a cut removes a bounded portion") { cuts_in_portions(make); }
  SUBCASE("a second thread may read while the first one cuts") { can_be_read_while_cut(make); }
}

} // namespace riskcluster::test
