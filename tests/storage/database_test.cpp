// Opening a folder: what it was made for, who else has it, and what the words of a refusal are.

#include <fstream>

#include <doctest/doctest.h>

#include "storage/database_fixture.hpp"
#include "storage/rocksdb_cursors.hpp"

using namespace riskcluster;

namespace {

Error refusal(const std::string& folder, const DatabaseOptions& options = {}) {
  const auto opened = Database::open(folder, options);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().message.find(folder) != std::string::npos);
  return opened.error();
}

} // namespace

TEST_CASE("a fresh folder becomes a database, with the folders above it") {
  const test::TemporaryFolder folder;
  const auto database = test::open_database(folder.path("a/b"), {.shard_count = 4});
  CHECK(database->shard_count() == 4);
  CHECK(database->folder() == folder.path("a/b"));
  CHECK(database->sync());
}

TEST_CASE("a database keeps its number of shards") {
  const test::TemporaryFolder folder;
  test::open_database(folder.path(), {.shard_count = 4});
  const Error other = refusal(folder.path(), {.shard_count = 8});
  CHECK(other.code == Errc::invalid_argument);
  CHECK(other.message.find("made for 4 shards, not 8") != std::string::npos);
  CHECK(test::open_database(folder.path(), {.shard_count = 4})->shard_count() == 4);
  CHECK(test::open_database(folder.path(), {.create = false, .shard_count = 0})->shard_count() == 4);
}

TEST_CASE("where no database is, none is made unasked") {
  const test::TemporaryFolder folder;
  CHECK(refusal(folder.path(), {.create = false}).code == Errc::not_found);
  CHECK(refusal(folder.path(), {.read_only = true}).code == Errc::not_found);
  CHECK_FALSE(std::filesystem::exists(folder.path()));
}

TEST_CASE("a folder that cannot be made is unavailable") {
  const test::TemporaryFolder folder;
  std::ofstream{folder.path("file")} << "not a folder";
  CHECK(refusal(folder.path("file/db")).code == Errc::unavailable);
}

TEST_CASE("a database is open once: the second one is told so") {
  const test::TemporaryFolder folder;
  auto first = test::open_database(folder.path());
  const Error second = refusal(folder.path());
  CHECK(second.code == Errc::unavailable);
  CHECK(second.message.find("another process, or this one, has it open") != std::string::npos);
  first.reset();
  CHECK(Database::open(folder.path()));
}

TEST_CASE("a reader sees what was written, beside the writer, and changes no file") {
  const test::TemporaryFolder folder;
  const auto writer = test::open_database(folder.path());
  RocksdbCursors cursors{*writer};
  REQUIRE(cursors.put("a", "1"));
  const auto files = [&] {
    std::map<std::string, std::uintmax_t> sizes;
    for (const auto& file : std::filesystem::directory_iterator{folder.path()})
      sizes[file.path().filename().string()] = file.file_size();
    return sizes;
  };
  const auto before = files();
  const auto reader = test::open_database(folder.path(), {.create = false, .read_only = true, .shard_count = 0});
  CHECK(RocksdbCursors{*reader}.find("a")->value() == "1");
  CHECK(RocksdbCursors{*reader}.put("a", "2").error().code == Errc::unavailable);
  CHECK(files() == before);
  REQUIRE(cursors.put("a", "3"));
}

TEST_CASE("a database of a newer format is refused") {
  const test::TemporaryFolder folder;
  {
    const auto database = test::open_database(folder.path());
    test::put_value(*database, Family::system, "format_version", "2");
  }
  const Error newer = refusal(folder.path());
  CHECK(newer.code == Errc::invalid_argument);
  CHECK(newer.message.find("version 2") != std::string::npos);
}

TEST_CASE("a database with a family that is not known here is refused") {
  const test::TemporaryFolder folder;
  {
    const auto database = test::open_database(folder.path());
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    REQUIRE(database->rocks().CreateColumnFamily({}, "of_tomorrow", &handle).ok());
    database->rocks().DestroyColumnFamilyHandle(handle);
  }
  CHECK(refusal(folder.path()).code == Errc::invalid_argument);
}

TEST_CASE("records without a format version are damage, not a fresh folder") {
  const test::TemporaryFolder folder;
  {
    const auto database = test::open_database(folder.path());
    test::put_value(*database, Family::journal, "key", "value");
    test::erase_value(*database, Family::system, "format_version");
  }
  CHECK(refusal(folder.path()).code == Errc::malformed);
}

TEST_CASE("a log damaged before its end is found on opening, not shortened in silence") {
  const test::TemporaryFolder folder;
  {
    const auto database = test::open_database(folder.path());
    for (int i = 0; i < 10; ++i) REQUIRE(RocksdbCursors{*database}.put("cursor " + std::to_string(i), "value"));
    test::copy_as_killed(*database, folder.path("killed"));
  }
  std::string log;
  for (const auto& file : std::filesystem::directory_iterator{folder.path("killed")})
    if (file.path().extension() == ".log" && file.file_size() > 0) log = file.path().string();
  REQUIRE_FALSE(log.empty());
  std::string bytes(std::filesystem::file_size(log), '\0');
  std::ifstream{log, std::ios::binary}.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const auto middle = bytes.find("cursor 4");
  REQUIRE(middle != std::string::npos);
  std::ofstream{log, std::ios::binary} << test::with_flipped(bytes, middle, 1);
  CHECK(refusal(folder.path("killed")).code == Errc::malformed);
  // Half a record at the very end is what a kill leaves: what stands before it is all there.
  std::ofstream{log, std::ios::binary} << bytes.substr(0, bytes.size() - 3);
  const auto database = test::open_database(folder.path("killed"));
  CHECK(RocksdbCursors{*database}.all("cursor ")->size() == 9);
}
