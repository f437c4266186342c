// What is counted of the journal, who hears of it, and that a disk that hangs is seen from outside.

#include "live/watched_journal.hpp"

#include <future>

#include <doctest/doctest.h>

#include "journal/journal_bench.hpp"
#include "journal/memory_journal.hpp"
#include "telemetry/exposition.hpp"

using namespace riskcluster;

namespace {

bool nobody() { return false; }
bool somebody() { return true; }

/// A journal whose disk hangs until it is let go.
struct HangingJournal final : Journal {
  void append(ShardId, Epoch, JournalEntries, Done) override {}
  void commit() override {
    begun.set_value();
    released.wait();
  }
  Result<Epoch> claim(ShardId) override { return Epoch{1}; }
  Result<JournalEnd> cut(ShardId, SequenceNumber) override { return JournalEnd{}; }
  Result<JournalEnd> base(ShardId) const override { return JournalEnd{}; }
  Result<std::vector<JournalRecord>> read(ShardId, SequenceNumber, std::size_t) const override {
    return std::vector<JournalRecord>{};
  }
  Result<std::vector<JournalRecord>> read_entity(ShardId, std::string_view, SequenceNumber,
                                                 std::size_t) const override {
    return std::vector<JournalRecord>{};
  }
  Result<JournalEnd> end(ShardId) const override { return JournalEnd{}; }

  std::promise<void> begun, release;
  std::shared_future<void> released = release.get_future().share();
};

} // namespace

TEST_CASE("appends, records, bytes and commits are counted, and a commit without an append is none") {
  Metrics metrics;
  MemoryJournal memory{2};
  WatchedJournal journal{memory, metrics, nobody, [](const auto&...) { FAIL("nobody listens"); }};
  CHECK(journal.written_at() == 0);
  journal.commit();
  journal.append({0}, {1}, test::shared(test::entries({"abc", "d"})), [](const Result<Committed>&) {});
  journal.append({1}, {1}, test::shared(test::entries({"efghi"})), [](const Result<Committed>&) {});
  journal.commit();
  const auto text = test::parse_exposition(metrics.text());
  CHECK(text.value("riskd_journal_appends_total") == 2);
  CHECK(text.value("riskd_journal_records_total") == 3);
  CHECK(text.value("riskd_journal_payload_bytes_total") == 9);
  CHECK(text.value("riskd_journal_commits_total", {{"outcome", "done"}}) == 1);
  CHECK(text.value("riskd_journal_commits_total", {{"outcome", "refused"}}) == 0);
  CHECK(text.value("riskd_journal_commit_seconds_count") == 1);
  CHECK(text.value("riskd_journal_writable") == 1);
  CHECK(journal.written_at() > 0);
  CHECK(journal.end({0})->n.value == 2);
}

TEST_CASE("whoever follows hears of an append when it is durable and before its asker does, with its place") {
  Metrics metrics;
  MemoryJournal memory{2};
  std::vector<std::string> heard;
  WatchedJournal journal{
      memory, metrics, somebody,
      [&](ShardId shard, Epoch epoch, const Committed& place, const std::vector<JournalEntry>& entries) {
        heard.push_back(std::to_string(shard.value) + " " + std::to_string(epoch.value) + " " +
                        std::to_string(place.first.value) + " " + entries.front().payload);
      }};
  REQUIRE(test::commit_one(journal, 1, 3, test::entries({"a"})));
  journal.append({1}, {3}, test::shared(test::entries({"b", "c"})),
                 [&](const Result<Committed>& result) { heard.emplace_back(result ? "answered" : "refused"); });
  journal.append({1}, {2}, test::shared(test::entries({"fenced"})),
                 [&](const Result<Committed>& result) { heard.emplace_back(result ? "answered" : "refused"); });
  journal.commit();
  CHECK(heard == std::vector<std::string>{"1 3 1 a", "1 3 2 b", "answered", "refused"});
}

TEST_CASE("while a commit hangs the journal is in trouble, and no longer") {
  Metrics metrics;
  HangingJournal hanging;
  WatchedJournal journal{hanging, metrics, nobody, {}, std::chrono::nanoseconds{0}};
  CHECK(journal.trouble().empty());
  const auto commit = std::async(std::launch::async, [&] { journal.commit(); });
  hanging.begun.get_future().wait();
  CHECK(journal.trouble().find("has not answered") != std::string::npos);
  CHECK(test::parse_exposition(metrics.text()).value("riskd_journal_writable") == 0);
  hanging.release.set_value();
  commit.wait();
  CHECK(journal.trouble().empty());
}
