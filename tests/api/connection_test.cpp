// Reading and writing with bounds and deadlines. On a socket of packets each read gives exactly one of them, so that a
// test says where the bytes are split.

#include <array>
#include <thread>

#include <doctest/doctest.h>

#include <sys/socket.h>

#include "api/connection.hpp"

using namespace riskcluster;
using namespace std::chrono_literals;
using End = RequestHead::End;

namespace {

Deadline in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

struct Pair {
  explicit Pair(int kind) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, kind | SOCK_CLOEXEC, 0, ends.data()) == 0);
    ours = Descriptor{ends[0]};
    theirs = Descriptor{ends[1]};
  }
  bool they_send(std::string_view bytes) const {
    return ::send(theirs.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  Descriptor ours, theirs;
};

} // namespace

TEST_CASE("the end of a head is seen wherever its bytes are split") {
  const std::string bytes = "GET / HTTP/1.1\r\nA: b\r\n\r\n";
  for (std::size_t first = 1; first < bytes.size(); ++first)
    for (std::size_t second = first + 1; second <= bytes.size(); ++second) {
      const Pair pair{SOCK_SEQPACKET};
      REQUIRE(pair.they_send(bytes.substr(0, first)));
      REQUIRE(pair.they_send(bytes.substr(first, second - first)));
      if (second < bytes.size()) REQUIRE(pair.they_send(bytes.substr(second)));
      const auto head = read_head(pair.ours.number(), 100, in(20s));
      CHECK(head.end == End::complete);
      CHECK(head.bytes == bytes);
    }
}

TEST_CASE("what comes behind a head is not part of it, also towards its bound") {
  const Pair pair{SOCK_SEQPACKET};
  REQUIRE(pair.they_send("GET / HTTP/1.1\r\n\r\n" + std::string(500, 'x') + "\r\n\r\n"));
  const auto head = read_head(pair.ours.number(), 18, in(20s));
  CHECK(head.end == End::complete);
  CHECK(head.bytes == "GET / HTTP/1.1\r\n\r\n");
}

TEST_CASE("a head that is too long, does not end, or does not come, is none") {
  const auto end_of = [](std::string_view bytes, bool closed, std::size_t bytes_max = 100) {
    Pair pair{SOCK_SEQPACKET};
    if (!bytes.empty()) REQUIRE(pair.they_send(bytes));
    if (closed) pair.theirs.close();
    return read_head(pair.ours.number(), bytes_max, in(10ms)).end;
  };
  CHECK(end_of("GET / HTTP/1.1\r\n\r\n", false, 17) == End::too_long);
  CHECK(end_of(std::string(101, 'x'), false) == End::too_long);
  CHECK(end_of(std::string(100, 'x'), false) == End::too_slow);
  CHECK(end_of("", false) == End::too_slow);
  CHECK(end_of("GET / HTTP/1.1\n\n", false) == End::too_slow); // an empty line ends with both
  CHECK(end_of("GET /", true) == End::closed);
  CHECK(end_of("", true) == End::closed);
}

TEST_CASE("bytes that the other side does not take in time, or at all, are not sent") {
  const std::string bytes(8U << 20U, 'x');
  Pair pair{SOCK_STREAM};
  CHECK(send_all(pair.ours.number(), "short", in(20s)));
  CHECK_FALSE(send_all(pair.ours.number(), bytes, in(10ms)));
  pair.theirs.close();
  CHECK_FALSE(send_all(pair.ours.number(), "short", in(20s)));
}

TEST_CASE("an end that is gentle says so, drops what still comes, and waits for the other side's") {
  Pair pair{SOCK_STREAM};
  std::thread ending{[&] { end_gently(pair.ours.number(), 1U << 20U, in(20s)); }};
  char nothing = 0;
  CHECK(::recv(pair.theirs.number(), &nothing, 1, 0) == 0);
  for (int i = 0; i < 100; ++i) CHECK(pair.they_send(std::string(1'000, 'x')));
  pair.theirs.close();
  ending.join();
}

TEST_CASE("but not for ever, nor for any number of bytes") {
  const Pair pair{SOCK_SEQPACKET};
  end_gently(pair.ours.number(), 1'000, in(10ms));
  for (int i = 0; i < 5; ++i) REQUIRE(pair.they_send(std::string(400, 'x')));
  end_gently(pair.ours.number(), 1'000, in(20s)); // three packets are enough
  CHECK(::recv(pair.ours.number(), nullptr, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT) == 400);
}

TEST_CASE("a descriptor is closed once, by its last owner") {
  Pair pair{SOCK_STREAM};
  const int number = pair.ours.number();
  Descriptor other = std::move(pair.ours);
  CHECK(other.number() == number);
  CHECK(pair.they_send("x"));
  other = Descriptor{};
  CHECK_FALSE(pair.they_send("x"));
  CHECK(other.number() == -1);
}
