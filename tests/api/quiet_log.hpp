#pragma once
// The process's log in a file, so that a test can read it and nobody else has to.

#include <string>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include "storage/temporary_folder.hpp"
#include "telemetry/log.hpp"

namespace riskcluster::test {

class QuietLog {
public:
  QuietLog() {
    REQUIRE(open_log({.level = LogLevel::debug, .format = LogFormat::json, .file = folder_.path("log")}));
    file_ = ::open(folder_.path("log").c_str(), O_RDONLY | O_CLOEXEC); // now, not when a test has taken all descriptors
    REQUIRE(file_ >= 0);
  }
  ~QuietLog() {
    (void)open_log({.level = LogLevel::warn});
    ::close(file_);
  }
  QuietLog(const QuietLog&) = delete;
  QuietLog& operator=(const QuietLog&) = delete;

  bool says(const std::string& part) const {
    std::string text(1U << 20U, '\0');
    const auto size = ::pread(file_, text.data(), text.size(), 0);
    return size > 0 && text.substr(0, static_cast<std::size_t>(size)).find(part) != std::string::npos;
  }

private:
  TemporaryFolder folder_;
  int file_ = -1;
};

} // namespace riskcluster::test
