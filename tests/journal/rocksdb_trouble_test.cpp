// A disk that fails: what was answered is true, then and after a restart, and the journal comes back with the disk.

#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "journal/journal_bench.hpp"
#include "journal/rocksdb_journal.hpp"
#include "storage/database_fixture.hpp"
#include "storage/faulty_disk.hpp"
#include "storage/rocksdb_cursors.hpp"

using namespace riskcluster;
using test::Fault;

namespace {

/// A journal on a disk that fails on demand, and the files that a kill would leave.
struct Bench {
  test::TemporaryFolder folder;
  test::FaultyDisk disk;
  std::unique_ptr<Database> database = test::open_database(folder.path(), {.shard_count = 2, .env = disk.env()});
  std::unique_ptr<RocksdbJournal> journal = std::make_unique<RocksdbJournal>(*database, SyncPolicy::each_commit);

  std::string after_kill(std::uint32_t shard = 0) const {
    test::copy_as_killed(*database, folder.path("killed"));
    const auto copy = test::open_database(folder.path("killed"), {.create = false, .shard_count = 2});
    const RocksdbJournal again{*copy, SyncPolicy::each_commit};
    return test::payloads(test::read_all(again, shard));
  }
  std::string payloads() const { return test::payloads(test::read_all(*journal, 0)); }

  /// The pause between two attempts to resume goes by.
  template <class Condition>
  static bool eventually(Condition&& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }
  bool takes_again(const char* payload) const {
    return eventually([&] { return bool{test::commit_one(*journal, 0, 1, test::entries({payload}))}; });
  }
};

Errc refused(RocksdbJournal& journal, const char* payload) {
  const auto answer = test::commit_one(journal, 0, 1, test::entries({payload}));
  REQUIRE_FALSE(answer);
  return answer.error().code;
}

} // namespace

TEST_CASE("on a full disk appends are refused at once, reading goes on, and with room all is as before") {
  Bench bench;
  REQUIRE(test::commit_one(*bench.journal, 0, 1, test::entries({"a"})));
  CHECK(bench.journal->trouble().empty());
  bench.disk.set(Fault::full);
  CHECK(refused(*bench.journal, "lost 1") == Errc::unavailable);
  CHECK(refused(*bench.journal, "lost 2") == Errc::unavailable);
  CHECK(bench.journal->trouble().find("full") != std::string::npos);
  CHECK(bench.payloads() == "a ");
  CHECK(bench.after_kill() == "a ");
  bench.disk.set(Fault::none);
  REQUIRE(bench.takes_again("b"));
  CHECK(bench.journal->trouble().empty());
  CHECK(bench.payloads() == "a b ");
  CHECK(bench.after_kill() == "a b ");
}

TEST_CASE("a disk that is full from the first write on comes back, too") {
  Bench bench;
  bench.disk.set(Fault::full);
  CHECK(refused(*bench.journal, "lost") == Errc::unavailable);
  bench.disk.set(Fault::none);
  REQUIRE(bench.takes_again("a"));
  CHECK(bench.after_kill() == "a ");
}

TEST_CASE("a disk that fails right after everything was flushed comes back, too") {
  Bench bench;
  REQUIRE(test::commit_one(*bench.journal, 0, 1, test::entries({"a"})));
  for (std::size_t i = 0; i < family_count; ++i)
    REQUIRE(bench.database->rocks().Flush({}, bench.database->family(static_cast<Family>(i))).ok());
  std::string answered = "a ";
  for (const Fault fault : {Fault::full, Fault::log_sync_once, Fault::log_sync_and_full}) {
    bench.disk.set(fault);
    bench.journal->append({0}, {1}, test::shared(test::entries({"lost"})),
                          [](const Result<Committed>& result) { CHECK_FALSE(result); });
    bench.journal->commit();
    bench.disk.set(Fault::none);
    const bool came_back = bench.takes_again("b");
    if (!came_back && bench.journal->lost()) {
      MESSAGE("RocksDB did not come back; what was answered must hold for the next process all the same");
      CHECK(bench.after_kill().starts_with(answered));
      return;
    }
    REQUIRE(came_back);
    answered += "b ";
  }
  CHECK(bench.payloads() == "a b b b ");
  CHECK(bench.after_kill() == "a b b b ");
}

TEST_CASE("a write whose sync failed is taken back for good before it is answered") {
  Bench bench;
  REQUIRE(test::commit_one(*bench.journal, 0, 1, test::entries({"a"})));
  bench.disk.set(Fault::log_sync_once);
  CHECK(refused(*bench.journal, "not synced") == Errc::unavailable);
  CHECK(bench.payloads() == "a ");
  CHECK(bench.after_kill() == "a ");
  REQUIRE(test::commit_one(*bench.journal, 0, 1, test::entries({"b"})));
  CHECK(bench.after_kill() == "a b ");
}

TEST_CASE("while a restart could bring a failed write back it is not answered") {
  Bench bench;
  REQUIRE(test::commit_one(*bench.journal, 0, 1, test::entries({"a"})));
  bench.disk.set(Fault::log_sync_and_full);
  test::Appends appends{*bench.journal};
  appends.add(0, 1, test::entries({"in the log"}));
  appends.add(1, 1, test::entries({"too"}));
  bench.journal->commit();
  CHECK(appends.answered() == 0);
  CHECK(bench.after_kill() == "a in the log "); // so that "unavailable" would have been untrue
  CHECK(bench.payloads() == "a ");
  appends.add(0, 1, test::entries({"later"})); // never touched the disk: answered at once
  bench.journal->commit();
  CHECK(appends.order() == std::vector<std::size_t>{2});
  CHECK(appends.answer(2).error().code == Errc::unavailable);
  bench.disk.set(Fault::none);
  REQUIRE(Bench::eventually([&] {
    bench.journal->commit(); // nothing waits: it looks for the disk
    return appends.answered() == 3;
  }));
  CHECK(appends.answer(0).error().code == Errc::unavailable);
  CHECK(appends.answer(1).error().code == Errc::unavailable);
  CHECK(bench.after_kill() == "a ");
  REQUIRE(test::commit_one(*bench.journal, 0, 1, test::entries({"b"})));
  CHECK(bench.after_kill() == "a b ");
  CHECK(bench.after_kill(1).empty());
}

TEST_CASE("a probe finds a full disk before anything is appended, and that it has room again; it leaves no record") {
  Bench bench;
  REQUIRE(test::commit_one(*bench.journal, 0, 1, test::entries({"a"})));
  bench.journal->probe();
  CHECK(bench.journal->trouble().empty());
  bench.disk.set(Fault::full);
  bench.journal->probe();
  CHECK(bench.journal->trouble().find("full") != std::string::npos);
  CHECK(refused(*bench.journal, "lost") == Errc::unavailable);
  bench.disk.set(Fault::none);
  REQUIRE(Bench::eventually([&] {
    bench.journal->probe();
    return bench.journal->trouble().empty();
  }));
  REQUIRE(test::commit_one(*bench.journal, 0, 1, test::entries({"b"})));
  bench.journal->probe();
  CHECK(bench.payloads() == "a b ");
  CHECK(bench.after_kill() == "a b ");
}

TEST_CASE("a probe finds a disk that does not sync") {
  Bench bench;
  REQUIRE(test::commit_one(*bench.journal, 0, 1, test::entries({"a"})));
  bench.disk.set(Fault::log_sync_and_full);
  bench.journal->probe();
  CHECK(bench.journal->trouble().find("sync") != std::string::npos);
  bench.disk.set(Fault::none);
  REQUIRE(bench.takes_again("b"));
  CHECK(bench.after_kill() == "a b ");
}

TEST_CASE("fenced is said on a full disk, too") {
  Bench bench;
  REQUIRE(test::commit_one(*bench.journal, 0, 4, test::entries({"a"})));
  bench.disk.set(Fault::full);
  CHECK(test::commit_one(*bench.journal, 0, 4, test::entries({"b"})).error().code == Errc::unavailable);
  CHECK(test::commit_one(*bench.journal, 0, 3, test::entries({"b"})).error().code == Errc::fenced);
}

TEST_CASE("whenever the disk fails, what was answered holds, now and after a kill") {
  const std::uint64_t seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937_64 random{seed};
  Bench bench;
  std::set<std::string> committed, refused_for_good, unanswered;
  const auto holds = [&](const std::string& text, bool after_kill) {
    for (const auto& payload : committed) CHECK(text.find(payload) != std::string::npos);
    for (const auto& payload : refused_for_good) CHECK(text.find(payload) == std::string::npos);
    if (!after_kill)
      for (const auto& payload : unanswered) CHECK(text.find(payload) == std::string::npos);
  };
  // Another door writes to the same log all the while, but not without end; what it is told does not matter here.
  std::atomic<int> allowance = 0;
  std::atomic<bool> done = false;
  std::thread neighbour{[&] {
    RocksdbCursors cursors{*bench.database};
    while (!done)
      if (allowance <= 0 || !cursors.put("cursor", std::to_string(--allowance))) std::this_thread::yield();
  }};
  constexpr int steps = 200;
  for (int step = 0; step < steps; ++step) {
    allowance = 100;
    if (random() % 12 == 0) bench.disk.set(static_cast<Fault>(1 + random() % 3));
    if (random() % 4 == 0) bench.disk.set(Fault::none);
    const auto appends = random() % 4;
    for (std::uint64_t i = 0; i < appends; ++i) {
      // Sizes around a block of the log (32 KiB), so that writes break in the middle of one.
      std::string payload = "<" + std::to_string(step) + "." + std::to_string(i) + ">";
      unanswered.insert(payload);
      std::string padded = payload + std::string(random() % 3 == 0 ? random() % 70'000 : 10, '.');
      bench.journal->append({0}, {1}, test::shared({test::entry(padded), test::entry(payload)}),
                            [&, payload](const Result<Committed>& result) {
                              REQUIRE(unanswered.erase(payload) == 1); // once
                              (result ? committed : refused_for_good).insert(payload);
                            });
    }
    bench.journal->commit();
    if (step % 20 == 0) {
      holds(bench.payloads(), false);
      holds(bench.after_kill(), true);
    }
  }
  done = true;
  neighbour.join();
  bench.disk.set(Fault::none);
  const bool came_back = bench.takes_again("<the end>");
  if (!came_back && bench.journal->lost()) {
    MESSAGE("seed ", seed,
            ": RocksDB did not come back; what was answered must hold for the next process all the same");
    holds(bench.after_kill(), true);
    return;
  }
  REQUIRE(came_back);
  committed.insert("<the end>");
  CHECK(unanswered.empty());
  MESSAGE("seed ", seed, ": ", committed.size(), " committed, ", refused_for_good.size(), " refused");
  CHECK(refused_for_good.size() > 0);
  holds(bench.payloads(), false);
  holds(bench.after_kill(), true);
  CHECK(bench.payloads() == bench.after_kill());
}
