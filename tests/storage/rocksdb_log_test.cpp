// RocksDB's own account of what it does.

#include <fstream>

#include <doctest/doctest.h>

#include <rocksdb/env.h>

#include "storage/database_fixture.hpp"
#include "storage/rocksdb_log.hpp"

using namespace riskcluster;

TEST_CASE("RocksDB's log never takes more than two files of their size") {
  const test::TemporaryFolder folder;
  const std::string name = folder.path("LOG"), long_line(1'000, 'x');
  const auto log = rocksdb_log(folder.path("."));
  for (std::size_t i = 0; i < 3 * rocksdb_log_bytes_max / long_line.size(); ++i)
    rocksdb::Log(rocksdb::InfoLogLevel::WARN_LEVEL, log, "%s", long_line.c_str());
  for (const auto& file : {name, name + ".old"})
    CHECK(std::filesystem::file_size(file) < rocksdb_log_bytes_max + 2 * long_line.size());
  CHECK(std::filesystem::file_size(name + ".old") > rocksdb_log_bytes_max);
}

TEST_CASE("a restart keeps the log of the life before") {
  const test::TemporaryFolder folder;
  test::open_database(folder.path());
  const auto first = std::filesystem::file_size(folder.path("db/LOG"));
  test::open_database(folder.path());
  CHECK(std::filesystem::file_size(folder.path("db/LOG.old")) == first);
  CHECK(std::filesystem::exists(folder.path("db/LOG")));
}
