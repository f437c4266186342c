// Dead letters: one contract for memory and disk.

#include <doctest/doctest.h>

#include "storage/database_fixture.hpp"
#include "storage/memory_dead_letters.hpp"
#include "storage/rocksdb_dead_letters.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

DeadLetter letter(int i) {
  return {.at_ms = 1'000 + i,
          .reason_code = "MALFORMED",
          .reason = "why " + std::to_string(i),
          .source = "nats",
          .subject = "trading.signals.acme.ann",
          .message_id = "m" + std::to_string(i),
          .bytes = 9'999,
          .first_bytes = std::string("\0\xff\n", 3) + std::to_string(i)};
}

std::unique_ptr<RocksdbDeadLetters> opened(Database& database, std::size_t kept_max) {
  auto letters = RocksdbDeadLetters::open(database, kept_max);
  REQUIRE(letters);
  return std::move(*letters);
}

/// @param letters keeps three.
void check_contract(DeadLetters& letters) {
  CHECK(letters.count() == 0);
  CHECK(letters.newest(10)->empty());
  for (int i = 1; i <= 5; ++i) CHECK(*letters.keep({letter(i)}) == static_cast<std::uint64_t>(i));
  CHECK(letters.count() == 5);
  const auto all = *letters.newest(10);
  REQUIRE(all.size() == 3); // the two oldest went
  for (int i = 0; i < 3; ++i) {
    DeadLetter expected = letter(5 - i);
    expected.number = static_cast<std::uint64_t>(5 - i);
    CHECK(all[static_cast<std::size_t>(i)] == expected);
  }
  CHECK(letters.newest(1)->front().number == 5);
  // Many at a time, more than are kept.
  CHECK(*letters.keep({letter(6), letter(7), letter(8), letter(9)}) == 9);
  CHECK(letters.newest(10)->size() == 3);
  CHECK(letters.newest(10)->back().number == 7);
}

} // namespace

TEST_CASE("dead letters in memory keep the newest, numbered on") {
  MemoryDeadLetters letters{3};
  check_contract(letters);
}

TEST_CASE("dead letters on disk keep the newest, numbered on, and go on after a restart") {
  const TemporaryFolder folder;
  {
    const auto database = open_database(folder.path());
    const auto letters = opened(*database, 3);
    check_contract(*letters);
  }
  const auto database = open_database(folder.path());
  const auto letters = opened(*database, 2); // the bound was lowered
  CHECK(letters->count() == 9);
  CHECK(*letters->keep({letter(10)}) == 10);
  const auto kept = *letters->newest(10);
  REQUIRE(kept.size() == 2);
  CHECK(kept.front().number == 10);
  CHECK(kept.back().number == 9);
}

TEST_CASE("a dead letter that is damaged is left out, the others are there") {
  const TemporaryFolder folder;
  const auto database = open_database(folder.path());
  const auto letters = opened(*database, 9);
  for (int i = 1; i <= 3; ++i) REQUIRE(letters->keep({letter(i)}));
  const std::string second{"\0\0\0\0\0\0\0\2", 8};
  const auto value = value_at(*database, Family::deadletters, second);
  REQUIRE(value);
  for (std::size_t at = 0; at < value->size(); ++at) {
    put_value(*database, Family::deadletters, second, with_flipped(*value, at, 0x10));
    const auto kept = *letters->newest(9);
    REQUIRE(kept.size() == 2);
    REQUIRE(kept.front().number == 3);
    REQUIRE(kept.back().number == 1);
  }
}
