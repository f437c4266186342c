// The port itself: where it listens, what it answers, how it stops.

#include <atomic>
#include <vector>

#include "api/server_fixture.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST_CASE("a client gets what the routes say") {
  const auto server = started();
  CHECK(server->port() != 0);
  CHECK(get(*server) == "200 hello\n");
  CHECK(get(*server, "/nowhere") == "404 {\"error\":\"no such path\"}\n");
  CHECK(get(*server, "/large").size() == 4 + large_bytes);
  httplib::Client client{"127.0.0.1", server->port()};
  const auto posted = client.Post("/hello", "a body", "text/plain");
  REQUIRE(posted);
  CHECK(posted->status == 405);
  CHECK(posted->get_header_value("Allow") == "GET");
}

TEST_CASE("a name and an address of IPv6 will do as well") {
  CHECK(HttpServer::start({.host = "localhost", .port = 0}, routes()));
  const auto server = HttpServer::start({.host = "::1", .port = 0}, routes());
  if (!server) return; // a machine without IPv6
  httplib::Client client{"::1", (*server)->port()};
  const auto answer = client.Get("/hello");
  REQUIRE(answer);
  CHECK(answer->body == "hello\n");
}

TEST_CASE("a port that is taken is named") {
  const auto first = started();
  const auto second = HttpServer::start({.port = first->port()}, routes());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::unavailable);
  CHECK(second.error().message == "127.0.0.1:" + std::to_string(first->port()) + ": Address already in use");
  CHECK(get(*first) == "200 hello\n");
}

TEST_CASE("an address that is not this machine's is named") {
  // RFC 5737 and RFC 3849 keep these for documents.
  const auto refusal = [](const std::string& host) {
    const auto server = HttpServer::start({.host = host, .port = 8'005}, routes());
    REQUIRE_FALSE(server);
    return server.error().message;
  };
  CHECK(refusal("192.0.2.1") == "192.0.2.1:8005: Cannot assign requested address");
  CHECK(refusal("2001:db8::1").starts_with("[2001:db8::1]:8005: "));
}

TEST_CASE("a port is free again when its server has stopped, also right after it had clients") {
  std::uint16_t port = 0;
  {
    const auto server = started();
    port = server->port();
    CHECK(get(*server) == "200 hello\n");
  }
  CHECK_FALSE(RawClient{port}.connected());
  CHECK(HttpServer::start({.port = port}, routes()));
}

TEST_CASE("a request may come in pieces, and with a body that nobody reads") {
  const auto server = started();
  const RawClient pieces{server->port()};
  for (const char* c = get_hello; *c != '\0'; ++c) REQUIRE(pieces.send({c, 1}));
  CHECK(status_of(pieces.read_all()) == "HTTP/1.1 200 OK");
  const RawClient body{server->port()};
  REQUIRE(body.send("POST /hello HTTP/1.1\r\nContent-Length: 200000\r\n\r\n" + std::string(200'000, 'x')));
  CHECK(status_of(body.read_all()) == "HTTP/1.1 405 Method Not Allowed");
}

TEST_CASE("a connection carries one request: what follows is dropped") {
  const auto server = started();
  const RawClient client{server->port()};
  REQUIRE(client.send(std::string{get_hello}.append(get_hello)));
  const auto all = client.read_all();
  CHECK(all.ends_with("hello\n"));
  CHECK(all.find("hello\n") == all.rfind("hello\n"));
}

TEST_CASE("when it stops, a route that runs is waited for and answered, and nobody else gets in") {
  const auto gate = std::make_shared<Gate>();
  const auto server = started({.read_max = 60s, .stop_max = 60s}, routes(gate));
  const RawClient running{server->port()}, idle{server->port()};
  REQUIRE(running.send(get_gate));
  gate->wait_for_arrivals(1);
  std::thread stopping{[&] { server->stop(); }};
  CHECK(idle.read_all().empty()); // dropped at once, long before its own deadline
  eventually([&] { return !RawClient{server->port()}.connected(); });
  gate->open();
  const auto answer = running.read_all();
  stopping.join();
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(answer.ends_with("through\n"));
}

TEST_CASE("a stop does not wait for a client that does not read") {
  const auto server = started({.write_max = 60s, .stop_max = 100ms});
  const RawClient client{server->port()};
  REQUIRE(client.send(get_large));
  CHECK(status_of(client.read_part()) == "HTTP/1.1 200 OK"); // the answer is on its way
  const auto begin = Clock::now();
  server->stop();
  CHECK(Clock::now() - begin < 20s);
  CHECK(client.read_all().size() < large_bytes);
  server->stop(); // again: nothing
}

TEST_CASE("a server is started and stopped again and again while clients come and go") {
  std::atomic<bool> over = false;
  std::atomic<std::uint16_t> port = 0;
  std::vector<std::thread> clients(3);
  for (auto& thread : clients)
    thread = std::thread{[&] {
      while (!over) {
        const RawClient client{port};
        if (client.connected() && client.send(get_hello)) (void)client.read_all();
      }
    }};
  for (int i = 0; i < 50; ++i) {
    const auto server = started();
    port = server->port();
    eventually([&] { return get(*server) == "200 hello\n"; });
  }
  over = true;
  for (auto& client : clients) client.join();
}
