#pragma once
// A disk that fails on demand, between RocksDB and the real files.

#include <atomic>
#include <memory>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace riskcluster::test {

enum class Fault : std::uint8_t {
  none,
  full,              ///< half of what is written arrives, then there is no space
  log_sync_once,     ///< the next sync of a write-ahead log fails, though its bytes are there; then all is well
  log_sync_and_full, ///< those fail always, and nothing else can be written
};

class FaultyDisk {
public:
  FaultyDisk();
  rocksdb::Env* env() { return env_.get(); }
  void set(Fault fault) { *fault_ = fault; }

private:
  std::shared_ptr<std::atomic<Fault>> fault_ = std::make_shared<std::atomic<Fault>>(Fault::none);
  std::unique_ptr<rocksdb::Env> env_;
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile>&& file, bool is_log, std::shared_ptr<std::atomic<Fault>> fault)
      : FSWritableFileOwnerWrapper{std::move(file)}, is_log_{is_log}, fault_{std::move(fault)} {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    if (!refuses_bytes()) return FSWritableFileOwnerWrapper::Append(data, options, debug);
    const auto half = FSWritableFileOwnerWrapper::Append({data.data(), data.size() / 2}, options, debug);
    return half.ok() ? no_space() : half;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    Fault once = Fault::log_sync_once;
    if (is_log_ && (*fault_ == Fault::log_sync_and_full || fault_->compare_exchange_strong(once, Fault::none)))
      return rocksdb::IOStatus::IOError("the disk does not sync");
    return FSWritableFileOwnerWrapper::Sync(options, debug);
  }

private:
  bool refuses_bytes() const { return *fault_ == Fault::full || (*fault_ == Fault::log_sync_and_full && !is_log_); }
  static rocksdb::IOStatus no_space() { return rocksdb::IOStatus::NoSpace("the disk is full"); }

  bool is_log_;
  std::shared_ptr<std::atomic<Fault>> fault_;
};

class FaultyFiles final : public rocksdb::FileSystemWrapper {
public:
  explicit FaultyFiles(std::shared_ptr<std::atomic<Fault>> fault)
      : FileSystemWrapper{rocksdb::FileSystem::Default()}, fault_{std::move(fault)} {}
  const char* Name() const override { return "FaultyFiles"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    if (status.ok()) *file = std::make_unique<FaultyFile>(std::move(*file), name.ends_with(".log"), fault_);
    return status;
  }

  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* bytes,
                                 rocksdb::IODebugContext* debug) override {
    auto status = FileSystemWrapper::GetFreeSpace(path, options, bytes, debug);
    if (*fault_ == Fault::full || *fault_ == Fault::log_sync_and_full) *bytes = 0;
    return status;
  }

private:
  std::shared_ptr<std::atomic<Fault>> fault_;
};

inline FaultyDisk::FaultyDisk() : env_{rocksdb::NewCompositeEnv(std::make_shared<FaultyFiles>(fault_))} {}

} // namespace riskcluster::test
