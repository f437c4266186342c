#pragma once
// Databases for tests, and a way past their doors, to damage what is in them.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <rocksdb/db.h>

#include "storage/database.hpp"
#include "storage/temporary_folder.hpp"

namespace riskcluster::test {

inline std::unique_ptr<Database> open_database(const std::string& folder, const DatabaseOptions& options = {}) {
  auto opened = Database::open(folder, options);
  if (!opened) FAIL(opened.error().message);
  return std::move(*opened);
}

inline std::optional<std::string> value_at(const Database& database, Family family, const std::string& key) {
  std::string value;
  if (!database.rocks().Get({}, database.family(family), key, &value).ok()) return std::nullopt;
  return value;
}

inline void put_value(const Database& database, Family family, const std::string& key, const std::string& value) {
  REQUIRE(database.rocks().Put({}, database.family(family), key, value).ok());
}

inline void erase_value(const Database& database, Family family, const std::string& key) {
  REQUIRE(database.rocks().Delete({}, database.family(family), key).ok());
}

inline std::string with_flipped(const std::string& bytes, std::size_t at, unsigned mask) {
  std::string flipped = bytes;
  flipped.at(at) = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ mask);
  return flipped;
}

/// The files as they are at this moment, as if the process had been killed now.
/// First what names the other files, then those: none of them goes meanwhile, and what is added since is not named.
inline void copy_as_killed(const Database& database, const std::string& to) {
  std::filesystem::remove_all(to);
  std::filesystem::create_directories(to);
  REQUIRE(database.rocks().DisableFileDeletions().ok());
  const auto copy = [&](bool naming) {
    for (const auto& file : std::filesystem::directory_iterator{database.folder()}) {
      const std::string name = file.path().filename().string();
      if (name == "LOCK" || (name == "CURRENT" || name.starts_with("MANIFEST")) != naming) continue;
      std::error_code gone; // files of RocksDB that it never named
      std::filesystem::copy_file(file.path(), std::filesystem::path{to} / name, gone);
    }
  };
  copy(true);
  copy(false);
  REQUIRE(database.rocks().EnableFileDeletions(false).ok());
}

} // namespace riskcluster::test
