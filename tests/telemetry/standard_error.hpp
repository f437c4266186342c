#pragma once
// Standard error, for a while somewhere else.

#include <doctest/doctest.h>
#include <unistd.h>

namespace riskcluster::test {

class StandardErrorTo {
public:
  explicit StandardErrorTo(int file) : before_{::dup(STDERR_FILENO)} { REQUIRE(::dup2(file, STDERR_FILENO) >= 0); }
  ~StandardErrorTo() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
  }
  StandardErrorTo(const StandardErrorTo&) = delete;
  StandardErrorTo& operator=(const StandardErrorTo&) = delete;

private:
  int before_;
};

} // namespace riskcluster::test
