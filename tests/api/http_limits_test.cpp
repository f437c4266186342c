// The port against clients that are too many, too slow or too large, and in a process that has nothing left.

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api/quiet_log.hpp"
#include "api/server_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// Another bound of descriptors for a while.
class DescriptorsMax {
public:
  explicit DescriptorsMax(rlim_t count) {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const rlimit now{.rlim_cur = std::min(count, before_.rlim_max), .rlim_max = before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &now) == 0);
  }
  ~DescriptorsMax() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorsMax(const DescriptorsMax&) = delete;
  DescriptorsMax& operator=(const DescriptorsMax&) = delete;

private:
  rlimit before_{};
};

std::size_t thread_count() {
  const std::filesystem::directory_iterator tasks{"/proc/self/task"};
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

} // namespace

TEST_CASE("a head has a bound: at it a request is served, beyond it refused, also when it never ends") {
  const auto server = started();
  const std::string start = "GET /hello HTTP/1.1\r\nX: ", end = "\r\n\r\n";
  const auto sized = [&](std::size_t size) { return start + std::string(size - start.size() - end.size(), 'x') + end; };
  const RawClient within{server->port()}, beyond{server->port()}, endless{server->port()};
  REQUIRE(within.send(sized(http_head_bytes_max)));
  CHECK(status_of(within.read_all()) == "HTTP/1.1 200 OK");
  REQUIRE(beyond.send(sized(http_head_bytes_max + 1)));
  CHECK(status_of(beyond.read_all()) == "HTTP/1.1 431 Request Header Fields Too Large");
  std::string headers = "GET /hello HTTP/1.1\r\n"; // many short ones: no line is long
  while (headers.size() <= http_head_bytes_max) headers += "a: b\r\n";
  REQUIRE(endless.send(headers));
  CHECK(status_of(endless.read_all()) == "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_CASE("a client that trickles has one deadline for all of it, not one for each byte") {
  const auto server = started({.read_max = 300ms});
  const auto begin = Clock::now();
  const RawClient silent{server->port()}, trickling{server->port()};
  do REQUIRE(trickling.send("x"));
  while (!trickling.readable_within(20));
  CHECK(status_of(trickling.read_all()) == "HTTP/1.1 408 Request Timeout");
  CHECK(status_of(silent.read_all()) == "HTTP/1.1 408 Request Timeout");
  CHECK(Clock::now() - begin >= 300ms);
  CHECK(Clock::now() - begin < 20s);
}

TEST_CASE("a client that does not read is cut off, and its place is free again") {
  const auto server = started({.max_connections = 1, .write_max = 200ms});
  const RawClient client{server->port()};
  REQUIRE(client.send(get_large));
  CHECK(status_of(client.read_part()) == "HTTP/1.1 200 OK");
  eventually([&] { return get(*server) == "200 hello\n"; });
  CHECK(client.read_all().size() < large_bytes);
}

TEST_CASE("a client that is answered and stays does not keep its place") {
  const auto server = started({.max_connections = 1});
  const RawClient client{server->port()};
  REQUIRE(client.send(get_hello));
  CHECK(status_of(client.read_all()) == "HTTP/1.1 200 OK");
  eventually([&] { return get(*server) == "200 hello\n"; });
}

TEST_CASE("a client that still sends when it is answered is not cut off, so that it can read the answer") {
  const auto server = started({.linger_max = 20s});
  const RawClient client{server->port()};
  REQUIRE(client.send("POST /hello HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + std::string(50'000, 'x')));
  REQUIRE(client.readable_within(answer_wait_ms));
  for (int i = 0; i < 50; ++i) REQUIRE(client.send(std::string(1'000, 'x')));
  CHECK(status_of(client.read_all()) == "HTTP/1.1 405 Method Not Allowed");
}

TEST_CASE("slow clients keep nobody waiting while there is one place left") {
  const auto server = started({.max_connections = 8, .read_max = 60s});
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 7; ++i) {
    slow.push_back(std::make_unique<RawClient>(server->port()));
    REQUIRE(slow.back()->send("GET /hel"));
  }
  for (int i = 0; i < 20; ++i) eventually([&] { return get(*server) == "200 hello\n"; });
  REQUIRE(slow.front()->send("lo HTTP/1.1\r\n\r\n"));
  CHECK(status_of(slow.front()->read_all()) == "HTTP/1.1 200 OK");
}

TEST_CASE("one connection beyond the bound is told so at once, and the others do not notice") {
  const auto gate = std::make_shared<Gate>();
  const auto server = started({.max_connections = 8}, routes(gate));
  std::vector<std::unique_ptr<RawClient>> held;
  for (int i = 0; i < 8; ++i) {
    held.push_back(std::make_unique<RawClient>(server->port()));
    REQUIRE(held.back()->send(get_gate));
  }
  gate->wait_for_arrivals(8);
  for (int i = 0; i < 3; ++i) {
    const RawClient beyond{server->port()};
    CHECK(status_of(beyond.read_all()) == "HTTP/1.1 503 Service Unavailable");
  }
  gate->open();
  for (const auto& client : held) CHECK(client->read_all().ends_with("through\n"));
  eventually([&] { return get(*server) == "200 hello\n"; });
}

TEST_CASE("more clients than places are all answered in the end, never by more threads than there are places") {
  const std::size_t threads_before = thread_count();
  const auto server = started({.max_connections = 4});
  std::vector<std::thread> clients(8);
  for (auto& client : clients)
    client = std::thread{[&] {
      for (int i = 0; i < 50; ++i) eventually([&] { return get(*server) == "200 hello\n"; });
    }};
  for (auto& client : clients) client.join();
  CHECK(thread_count() <= threads_before + 1 + 4); // one accepts
}

TEST_CASE("a process with more than a thousand files open is served as any other") {
  const DescriptorsMax enough{4'096};
  const auto server = started();
  std::vector<int> files;
  do files.push_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  while (files.back() >= 0 && files.back() <= FD_SETSIZE);
  REQUIRE(files.back() > FD_SETSIZE);     // else the machine does not allow so many
  const RawClient client{server->port()}; // the server's own descriptor is beyond what a select() would know
  REQUIRE(client.send(get_hello));
  CHECK(status_of(client.read_all()) == "HTTP/1.1 200 OK");
  for (const int file : files) ::close(file);
}

TEST_CASE("without a descriptor left the port says so and waits, and serves when there is one") {
  const QuietLog log;
  const auto server = started();
  const RawClient client; // has its own
  const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  REQUIRE(next >= 0);
  ::close(next);
  {
    const DescriptorsMax none{static_cast<rlim_t>(next)}; // every lower one is in use
    REQUIRE(client.connect(server->port()));
    REQUIRE(client.send(get_hello));
    eventually([&] { return log.says("the HTTP port cannot accept"); });
  }
  CHECK(log.says("Too many open files"));
  CHECK(status_of(client.read_all()) == "HTTP/1.1 200 OK");
}
