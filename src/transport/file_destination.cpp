#include "transport/file_destination.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace riskcluster {

namespace {

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

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
  if (!ends_with_a_line(file) && !write_all(file, "\n")) return Error{Errc::unavailable, path + " cannot be written"};
  return made;
}

Result<std::unique_ptr<FileDestination>> FileDestination::standard_output(std::string name) {
  const int file = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  if (file < 0) return Error{Errc::unavailable, std::string{"standard output: "} + std::strerror(errno)};
  return std::unique_ptr<FileDestination>{new FileDestination{std::move(name), file}};
}

FileDestination::~FileDestination() { ::close(file_); }

void FileDestination::publish(ShardId, std::vector<Publication> publications, Done done) {
  std::string lines;
  for (const auto& publication : publications) lines.append(publication.bytes).append("\n");
  bool arrived = false;
  {
    const std::lock_guard lock{mutex_};
    arrived = write_all(file_, lines);
  }
  done(arrived);
}

} // namespace riskcluster
