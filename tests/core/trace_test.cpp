// Traceparent headers. Where nothing else is named, the headers are those of the W3C's own suite for implementations,
// github.com/w3c/trace-context, test/test.py, with what it expects of each.

#include <random>
#include <set>

#include <doctest/doctest.h>

#include "core/trace.hpp"

using namespace riskcluster;

namespace {

constexpr std::string_view trace_id = "12345678901234567890123456789012";

Traceparent parsed(std::string_view header) {
  const auto found = parse_traceparent(header);
  REQUIRE(found);
  return *found;
}

} // namespace

TEST_CASE("the examples of the recommendation are read, and written as they were") {
  // Sections 3.1 and 3.2.2.5; "not sampled" and "sampled" are the recommendation's own words for the last two.
  for (const char* const header : {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                   "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
                                   "00-0af7651916cd43dd8448eb211c80319c-b9c7c989f97918e1-01",
                                   "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                   "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"})
    CHECK(parsed(header).text() == header);
  const auto sampled = parsed("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  CHECK(sampled.trace_id.hex() == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(sampled.parent_id == 0x00f067aa0ba902b7);
  CHECK(sampled.sampled);
  CHECK_FALSE(parsed("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00").sampled);
}

TEST_CASE("flags are bits: only the sampled one is read, and the unknown ones are not passed on") {
  // Section 3.2.2.3: flags "cannot be interpreted by a simple equality comparison"; 3.2.2.3.2: others are set to zero.
  const std::string start = "00-" + std::string{trace_id} + "-1234567890123456-";
  for (const auto* const flags : {"01", "03", "09", "ff"}) CHECK(parsed(start + flags).text() == start + "01");
  for (const auto* const flags : {"00", "02", "08", "fe"}) CHECK(parsed(start + flags).text() == start + "00");
}

TEST_CASE("of a higher version the known fields are read, and written as version 00") {
  for (const char* const header :
       {"cc-12345678901234567890123456789012-1234567890123456-01",
        "cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
        "01-12345678901234567890123456789012-1234567890123456-01-",
        "fe-12345678901234567890123456789012-1234567890123456-01"})
    CHECK(parsed(header).text() == "00-12345678901234567890123456789012-1234567890123456-01");
}

TEST_CASE("a header that breaks a rule is none: the trace starts anew") {
  const std::string_view refused[] = {
      "",
      "00",
      // 00 ends behind its flags; behind those of a higher version only a dash may follow.
      "00-12345678901234567890123456789012-1234567890123456-01.",
      "00-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
      "cc-12345678901234567890123456789012-1234567890123456-01.what-the-future-will-be-like",
      "cc-12345678901234567890123456789012-1234567890123456-0",
      // The version.
      "ff-12345678901234567890123456789012-1234567890123456-01",
      ".0-12345678901234567890123456789012-1234567890123456-01",
      "0.-12345678901234567890123456789012-1234567890123456-01",
      "000-12345678901234567890123456789012-1234567890123456-01",
      "0000-12345678901234567890123456789012-1234567890123456-01",
      "0-12345678901234567890123456789012-1234567890123456-01",
      "CC-12345678901234567890123456789012-1234567890123456-01",
      // The trace's id.
      "00-00000000000000000000000000000000-1234567890123456-01",
      "00-.2345678901234567890123456789012-1234567890123456-01",
      "00-1234567890123456789012345678901.-1234567890123456-01",
      "00-123456789012345678901234567890123-1234567890123456-01",
      "00-1234567890123456789012345678901-1234567890123456-01",
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
      // The parent's id.
      "00-12345678901234567890123456789012-0000000000000000-01",
      "00-12345678901234567890123456789012-.234567890123456-01",
      "00-12345678901234567890123456789012-123456789012345.-01",
      "00-12345678901234567890123456789012-12345678901234567-01",
      "00-12345678901234567890123456789012-123456789012345-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
      // The flags.
      "00-12345678901234567890123456789012-1234567890123456-.0",
      "00-12345678901234567890123456789012-1234567890123456-0.",
      "00-12345678901234567890123456789012-1234567890123456-001",
      "00-12345678901234567890123456789012-1234567890123456-1",
      // The dashes.
      "00.12345678901234567890123456789012-1234567890123456-01",
      "00-12345678901234567890123456789012.1234567890123456-01",
      "00-12345678901234567890123456789012-1234567890123456.01",
  };
  for (const auto header : refused) {
    CAPTURE(header);
    CHECK_FALSE(parse_traceparent(header));
  }
  CHECK_FALSE(parse_traceparent(std::string(100'000, '0')));
}

TEST_CASE("no random change of one byte of a header gives another trace's header unnoticed") {
  const std::uint64_t seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937_64 random{seed};
  const std::string header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  for (int i = 0; i < 20'000; ++i) {
    std::string changed = header;
    changed[random() % changed.size()] = static_cast<char>(random());
    const auto found = parse_traceparent(changed);
    CAPTURE(changed);
    // What is read is what stands there, but for the version and the flags that we do not know.
    if (found) CHECK(found->text().substr(2, 50) == changed.substr(2, 50));
  }
}

TEST_CASE("a child stays in its trace under a span of its own, the same one each time") {
  const auto parent = parsed("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  const auto child = child_of(parent, 17);
  CHECK(child.trace_id == parent.trace_id);
  CHECK(child.sampled);
  CHECK(child.parent_id != parent.parent_id);
  CHECK(child == child_of(parent, 17));
  CHECK(parse_traceparent(child.text()) == child);
  CHECK_FALSE(child_of(parsed("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"), 17).sampled);
}

TEST_CASE("spans of different parents, traces or numbers are different") {
  const auto one = root_trace(hash128("one")), two = root_trace(hash128("two"));
  std::set<std::uint64_t> ids;
  for (const auto& parent : {one, two, child_of(one, 1)})
    for (std::uint64_t span = 0; span < 1'000; ++span) ids.insert(child_of(parent, span).parent_id);
  CHECK(ids.size() == 3'000);
}

TEST_CASE("a root is the hash's trace, valid whatever the hash") {
  const auto root = root_trace(hash128("batch 17"));
  CHECK(root.trace_id == hash128("batch 17"));
  CHECK_FALSE(root.sampled);
  CHECK(root == root_trace(hash128("batch 17")));
  CHECK(parse_traceparent(root.text()) == root);
  CHECK(parse_traceparent(root_trace(Hash128{}).text())); // the one hash that is no trace's id
}
