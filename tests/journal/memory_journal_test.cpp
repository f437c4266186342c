// The journal of a process's own memory.

#include <doctest/doctest.h>

#include "journal/journal_contract.hpp"
#include "journal/memory_journal.hpp"

using namespace riskcluster;

TEST_CASE("the journal in memory keeps the contract of a journal") {
  test::journal_contract([](std::uint32_t shards) { return std::make_unique<MemoryJournal>(shards); });
}
