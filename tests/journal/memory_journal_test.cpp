// The journal of a process's own memory.

#include <doctest/doctest.h>

#include "journal/journal_contract.hpp"
#include "journal/memory_journal.hpp"

using namespace riskcluster;

TEST_CASE("the journal in memory keeps the contract of a journal") {
  test::journal_contract({.make = [](std::uint32_t shards) { return std::make_unique<MemoryJournal>(shards); }});
}

TEST_CASE("an append from within an answer is kept in its turn") {
  MemoryJournal journal{1};
  int answers = 0;
  journal.append({0}, {1}, test::entries({"a"}), [&](const Result<Committed>& outer) {
    REQUIRE(outer);
    journal.append({0}, {1}, test::entries({"b"}), [&](const Result<Committed>& inner) {
      REQUIRE(inner);
      CHECK(inner->first.value == 2);
      ++answers;
    });
    ++answers;
  });
  CHECK(answers == 2);
  const auto records = journal.read({0}, {1}, 10);
  REQUIRE(records);
  CHECK(records->size() == 2);
}
