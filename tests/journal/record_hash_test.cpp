// The link of the chain: a hash of everything in a record.

#include <functional>

#include <doctest/doctest.h>

#include "journal/journal.hpp"

using namespace riskcluster;

namespace {

JournalRecord record() {
  return {
      .shard = {1}, .epoch = {2}, .n = {3}, .entity = "acme/ann", .at_ms = 4, .previous_hash = {}, .payload = "bytes"};
}

} // namespace

TEST_CASE("the hash of a record changes with each of its fields") {
  const std::function<void(JournalRecord&)> changes[] = {
      [](JournalRecord& r) { r.shard.value = 9; },  [](JournalRecord& r) { r.epoch.value = 9; },
      [](JournalRecord& r) { r.n.value = 9; },      [](JournalRecord& r) { r.entity = "acme/anne"; },
      [](JournalRecord& r) { r.at_ms = 9; },        [](JournalRecord& r) { r.previous_hash.bytes[15] = 1; },
      [](JournalRecord& r) { r.payload = "byte"; }, [](JournalRecord& r) { r.payload += '\0'; },
  };
  CHECK(hash_of(record()) == hash_of(record()));
  for (const auto& change : changes) {
    auto other = record();
    change(other);
    CHECK(hash_of(other) != hash_of(record()));
  }
}

TEST_CASE("a text that moves from the entity to the payload is another record") {
  auto a = record(), b = record();
  a.entity = "ab";
  a.payload = "c";
  b.entity = "a";
  b.payload = "bc";
  CHECK(hash_of(a) != hash_of(b));
}
