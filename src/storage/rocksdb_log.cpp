#include "storage/rocksdb_log.hpp"

#include <array>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <mutex>

#include <fcntl.h>
#include <unistd.h>

#include <rocksdb/env.h>

#include "core/time.hpp"

namespace riskcluster {

namespace {

TimeMs now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class FileLog final : public rocksdb::Logger {
public:
  explicit FileLog(const std::string& folder) : path_{folder + "/LOG"} { turn_over(); }
  ~FileLog() override { close_file(); }

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 2'048> text{};
    const int size = std::vsnprintf(text.data(), text.size(), format, arguments);
    if (size < 0) return;
    const std::string line = format_rfc3339(now_ms()) + " " + text.data() + "\n";
    const std::scoped_lock lock{mutex_};
    if (bytes_ > rocksdb_log_bytes_max) turn_over();
    if (file_ >= 0 && ::write(file_, line.data(), line.size()) > 0) bytes_ += line.size();
  }

private:
  void turn_over() {
    close_file();
    std::rename(path_.c_str(), (path_ + ".old").c_str());
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    bytes_ = 0;
  }
  void close_file() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }

  std::string path_;
  std::mutex mutex_;
  int file_ = -1;
  std::size_t bytes_ = 0;
};

class NoLog final : public rocksdb::Logger {
public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

} // namespace

std::shared_ptr<rocksdb::Logger> rocksdb_log(const std::string& folder) { return std::make_shared<FileLog>(folder); }
std::shared_ptr<rocksdb::Logger> no_rocksdb_log() { return std::make_shared<NoLog>(); }

} // namespace riskcluster
