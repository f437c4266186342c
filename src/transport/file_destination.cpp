#include "transport/file_destination.hpp"

#include <cerrno>
#include <climits>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace riskcluster {

namespace {

constexpr int look_ms = 50; ///< how soon a writer that waits for a reader notices its end

bool ends_with_a_line(int file) {
  const auto size = ::lseek(file, 0, SEEK_END);
  char last = '\n';
  return size <= 0 || (::pread(file, &last, 1, size - 1) == 1 && last == '\n');
}

} // namespace

Result<std::unique_ptr<FileDestination>> FileDestination::open(std::string name, const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (file < 0) return Error{Errc::unavailable, path + ": " + std::strerror(errno)};
  auto made = std::unique_ptr<FileDestination>{new FileDestination{std::move(name), file}};
  if (!ends_with_a_line(file) && !made->write("\n")) return Error{Errc::unavailable, path + " cannot be written"};
  return made;
}

Result<std::unique_ptr<FileDestination>> FileDestination::standard_output(std::string name) {
  const int file = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  if (file < 0) return Error{Errc::unavailable, std::string{"standard output: "} + std::strerror(errno)};
  return std::unique_ptr<FileDestination>{new FileDestination{std::move(name), file}};
}

FileDestination::FileDestination(std::string name, int file)
    : name_{std::move(name)}, file_{file}, writer_{[this] { run(); }} {}

FileDestination::~FileDestination() {
  {
    const std::lock_guard lock{mutex_};
    ended_ = true;
  }
  woken_.notify_all();
  writer_.join();
  ::close(file_);
}

void FileDestination::publish(ShardId, std::vector<Publication> publications, Done done) {
  std::string lines;
  for (const auto& publication : publications) lines.append(publication.bytes).append("\n");
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back({std::move(lines), std::move(done)});
  }
  woken_.notify_all();
}

void FileDestination::run() {
  for (;;) {
    std::unique_lock lock{mutex_};
    woken_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    if (ended_) return;
    const Portion portion = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const bool arrived = (!cut_ || write("\n")) && write(portion.lines);
    cut_ = !arrived;
    lock.lock();
    if (ended_) return;
    lock.unlock();
    portion.done(arrived);
  }
}

/// So much at a time as a pipe takes at once when it says that it takes something: no write waits for a reader.
bool FileDestination::write(std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd ready{.fd = file_, .events = POLLOUT, .revents = 0};
    if (::poll(&ready, 1, look_ms) == 0) {
      const std::lock_guard lock{mutex_};
      if (ended_) return false;
      continue;
    }
    const auto written = ::write(file_, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

} // namespace riskcluster
