// A real file system that is full: a small tmpfs of its own.

#include <chrono>
#include <fstream>

#include <doctest/doctest.h>

#include <sys/mount.h>

#include "journal/journal_bench.hpp"
#include "journal/rocksdb_journal.hpp"
#include "storage/database_fixture.hpp"
#include "support/skip.hpp"

using namespace riskcluster;

namespace {

/// Mounted while it lives; empty path when this user may not mount.
class SmallDisk {
public:
  explicit SmallDisk(const char* options) {
    const std::string place = folder_.path("disk");
    std::filesystem::create_directory(place);
    if (::mount("tmpfs", place.c_str(), "tmpfs", 0, options) == 0) path_ = place;
  }
  ~SmallDisk() {
    if (!path_.empty()) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  const std::string& path() const { return path_; }

private:
  test::TemporaryFolder folder_;
  std::string path_;
};

void fill(const std::string& file, std::size_t mib) {
  std::ofstream out{file, std::ios::binary};
  const std::string block(1U << 20U, 'x');
  for (std::size_t i = 0; i < mib; ++i) out << block;
  REQUIRE(out.flush());
}

} // namespace

TEST_CASE("on a full file system the journal refuses, and with room again it goes on, losing and doubling nothing") {
  const SmallDisk disk{"size=96m"};
  if (disk.path().empty()) return test::skip("a full disk needs the right to mount a tmpfs");
  const std::string folder = disk.path() + "/db", ballast = disk.path() + "/ballast";
  fill(ballast, 64);
  std::vector<std::string> committed;
  const auto append = [&](Journal& journal, std::size_t i) {
    const std::string name = std::to_string(i);
    const auto answer = test::commit_one(journal, 0, 1, {test::entry(name), test::entry(std::string(100'000, 'p'))});
    if (answer) committed.insert(committed.end(), {name, std::string(100'000, 'p')});
    if (!answer) CHECK(answer.error().code == Errc::unavailable);
    return bool{answer};
  };
  std::size_t i = 0;
  {
    const auto database = test::open_database(folder, {.shard_count = 1});
    RocksdbJournal journal{*database, SyncPolicy::each_commit};
    while (append(journal, i)) ++i;
    REQUIRE(i > 10);
    REQUIRE(i < 1'000);
    CHECK(journal.trouble().find("No space left") != std::string::npos);
    for (int more = 0; more < 10; ++more) append(journal, ++i);
    CHECK(journal.end({0})->n.value == committed.size());
    std::filesystem::remove(ballast);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!append(journal, ++i)) REQUIRE(std::chrono::steady_clock::now() < end);
    CHECK(journal.trouble().empty());
    for (int more = 0; more < 10; ++more) CHECK(append(journal, ++i));
  }
  const auto database = test::open_database(folder, {.create = false, .shard_count = 1});
  const RocksdbJournal journal{*database, SyncPolicy::each_commit};
  const auto records = test::read_all(journal, 0); // checks the chain
  REQUIRE(records.size() == committed.size());
  for (std::size_t n = 0; n < records.size(); ++n) CHECK(records[n].payload == committed[n]);
}
