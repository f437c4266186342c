#pragma once

#include <filesystem>
#include <string>

#include <stdlib.h>

#include <doctest/doctest.h>

namespace riskcluster::test {

/// A folder of its own that goes with it.
class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "riskcluster-test-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& below = "db") const { return (std::filesystem::path{path_} / below).string(); }

private:
  std::string path_;
};

} // namespace riskcluster::test
