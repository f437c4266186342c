// doctest's main, with one addition: a test program that ran not a single case has failed, not passed.

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "support/skip.hpp"

int main(int argc, char** argv) {
  doctest::Context context{argc, argv};
  const int status = context.run();
  if (context.shouldExit() || status != 0) return status;
  return riskcluster::test::anything_skipped() ? riskcluster::test::exit_skipped : 0;
}
