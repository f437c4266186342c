#include "node/moved_aside.hpp"

#include <ctime>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "journal/rocksdb_repair.hpp"

namespace riskcluster {

namespace {

Error failed(const std::string& path, const std::string& why) { return {Errc::unavailable, path + ": " + why}; }

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", ::gmtime_r(&now, &parts))};
}

/// Of a file its bytes, of a folder its names.
Result<bool> sync_path(const std::string& path) {
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) return failed(path, "cannot be opened");
  const bool synced = ::fsync(opened) == 0;
  if (::close(opened) != 0 || !synced) return failed(path, "cannot be synced");
  return true;
}

} // namespace

Result<bool> MovedAside::make_folder() {
  if (!folder_.empty()) return true;
  const std::string wanted = data_ + "/repair-" + utc_now();
  std::error_code error;
  for (int i = 1; i < 1'000; ++i) {
    const std::string path = i == 1 ? wanted : wanted + "-" + std::to_string(i);
    if (!std::filesystem::create_directory(path, error) && !error) continue; // there was a repair in this second
    if (error) break;
    folder_ = path;
    return sync_path(data_);
  }
  return failed(wanted, error.message());
}

Result<bool> MovedAside::copy_logs() {
  if (auto made = make_folder(); !made) return made;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator{data_, error}) {
    if (file.path().extension() != ".log") continue;
    const std::string to = folder_ + "/" + file.path().filename().string();
    if (!std::filesystem::copy_file(file.path(), to, error) || error) return failed(to, error.message());
    if (auto synced = sync_path(to); !synced) return synced;
  }
  if (error) return failed(data_, error.message());
  return sync_path(folder_);
}

Result<bool> MovedAside::copy_records(const Database& database, ShardId shard, SequenceNumber from) {
  if (auto made = make_folder(); !made) return made;
  const auto copied =
      riskcluster::copy_records(database, shard, from, folder_ + "/shard-" + std::to_string(shard.value) + ".records");
  if (!copied) return copied.error();
  return sync_path(folder_);
}

} // namespace riskcluster
