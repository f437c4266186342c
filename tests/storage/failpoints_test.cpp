// What the environment may ask of a failpoint; only where failpoints are compiled in.

#include <doctest/doctest.h>

#include "failpoints/failpoints.hpp"
#include "failpoints/plan.hpp"
#include "support/skip.hpp"

#ifdef RISKCLUSTER_FAILPOINTS

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "storage/database_fixture.hpp"

using namespace riskcluster;
using Deed = FailpointPlan::Deed;

TEST_CASE("each name counts its own hits and acts at the one asked for, once") {
  auto plan = FailpointPlan::parse("a=kill@2;b=throw@1,a=throw@3");
  REQUIRE(plan);
  CHECK(plan->hit("a").deed == Deed::nothing);
  CHECK(plan->hit("c").deed == Deed::nothing);
  CHECK(plan->hit("b").deed == Deed::fail);
  const auto second = plan->hit("a");
  CHECK(second.deed == Deed::kill);
  CHECK(second.count == 2);
  CHECK(plan->hit("a").deed == Deed::fail);
  CHECK(plan->hit("a").deed == Deed::nothing);
  CHECK(plan->hit("b").deed == Deed::nothing);
}

TEST_CASE("nothing asked for is nothing done") {
  auto plan = FailpointPlan::parse("");
  REQUIRE(plan);
  CHECK(plan->hit("a").deed == Deed::nothing);
}

TEST_CASE("a text that does not read as a plan is refused") {
  for (const auto* const text :
       {"a", "a=kill", "a@3", "=kill@1", "a=kill@0", "a=kill@", "a=kill@x", "a=kill@1x", "a=stop@1", "a=kill@-1",
        "a@1=kill", "a=kill@1;;b=kill@1", "a=kill@99999999999999999999"})
    CHECK_MESSAGE(!FailpointPlan::parse(text), text);
}

TEST_CASE("of many threads exactly one is the n-th") {
  auto plan = FailpointPlan::parse("a=throw@1000");
  REQUIRE(plan);
  std::atomic<int> acted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i)
        if (plan->hit("a").deed == Deed::fail) ++acted;
    });
  for (auto& thread : threads) thread.join();
  CHECK(acted == 1);
}

TEST_CASE("a kill is a kill -9 at that very hit, and its line is in the log before") {
  const test::TemporaryFolder folder;
  const std::string log = folder.path("kills");
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::setenv("RISKCLUSTER_FAILPOINTS", "place=kill@3", 1);
    ::setenv("RISKCLUSTER_FAILPOINT_LOG", log.c_str(), 1);
    for (int i = 0; i < 3; ++i) failpoint("place");
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGKILL);
  std::ifstream in{log};
  CHECK(std::string{std::istreambuf_iterator<char>{in}, {}} == "place 3\n");
}

#else

TEST_CASE("failpoints are compiled in") { riskcluster::test::skip("built without RISKCLUSTER_FAILPOINTS"); }

#endif
