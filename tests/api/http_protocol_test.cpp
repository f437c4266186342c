// Requests as bytes, and their answers. The rules are those of RFC 9110 and 9112 for a server that knows GET.

#include <random>
#include <stdexcept>

#include <doctest/doctest.h>

#include "api/http_protocol.hpp"
#include "api/quiet_log.hpp"

using namespace riskcluster;

namespace {

HttpRoutes routes() {
  return {{"/hello", [] { return HttpAnswer{.content_type = "text/plain", .body = "hello\n"}; }},
          {"/long", [] { return HttpAnswer{.content_type = "text/plain", .body = std::string(100'000, 'x')}; }},
          {"/busy", [] { return HttpAnswer{.status = 503, .body = "{\"ready\":false}"}; }},
          {"/throws", []() -> HttpAnswer { throw std::runtime_error("the secret reason"); }},
          {"/throws_a_number", []() -> HttpAnswer { throw 17; }}};
}

std::string answer(const std::string& head) { return HttpProtocol{routes()}.answer(head); }

std::string status_line(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }
std::string body(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
bool has_line(const std::string& answer, const std::string& line) {
  return answer.substr(0, answer.find("\r\n\r\n") + 2).find("\r\n" + line + "\r\n") != std::string::npos;
}

} // namespace

TEST_CASE("a path is answered by its route, whatever stands behind a question mark") {
  for (const auto* const head : {"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", "GET /hello HTTP/1.0\r\n\r\n",
                                 "GET /hello?verbose=1&x HTTP/1.1\r\n\r\n", "GET /hell%6f HTTP/1.1\r\n\r\n"}) {
    const auto got = answer(head);
    CAPTURE(head);
    CHECK(status_line(got) == "HTTP/1.1 200 OK");
    CHECK(has_line(got, "Content-Type: text/plain"));
    CHECK(has_line(got, "Content-Length: 6"));
    CHECK(has_line(got, "Connection: close"));
    CHECK(has_line(got, "Cache-Control: no-store"));
    CHECK(body(got) == "hello\n");
  }
}

TEST_CASE("a route's own error is told as it is") {
  const auto got = answer("GET /busy HTTP/1.1\r\n\r\n");
  CHECK(status_line(got) == "HTTP/1.1 503 Service Unavailable");
  CHECK(has_line(got, "Content-Type: application/json"));
  CHECK(body(got) == "{\"ready\":false}");
}

TEST_CASE("another path is not there") {
  for (const auto* const path : {"/", "/hello/", "/hell", "/HELLO", "/hello/..", "//hello", "*", "/hello%00", "/.*"}) {
    const auto got = answer("GET " + std::string{path} + " HTTP/1.1\r\n\r\n");
    CAPTURE(path);
    CHECK(status_line(got) == "HTTP/1.1 404 Not Found");
    CHECK(has_line(got, "Content-Type: application/json"));
    CHECK(body(got) == "{\"error\":\"no such path\"}\n");
  }
  CHECK(status_line(answer("POST /nowhere HTTP/1.1\r\n\r\n")) == "HTTP/1.1 404 Not Found");
}

TEST_CASE("another method is told that there is only GET, without its body being read") {
  for (const std::string method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
    const auto got = answer(method + " /hello HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n");
    CAPTURE(method);
    CHECK(status_line(got) == "HTTP/1.1 405 Method Not Allowed");
    CHECK(has_line(got, "Allow: GET"));
    CHECK(body(got) == "{\"error\":\"only GET\"}\n");
  }
  const auto head = answer("HEAD /hello HTTP/1.1\r\n\r\n");
  CHECK(status_line(head) == "HTTP/1.1 405 Method Not Allowed");
  CHECK(body(head).empty());
}

TEST_CASE("a body that is announced with a GET is not read either") {
  for (const auto* const header : {"Content-Length: 5", "Transfer-Encoding: chunked", "Content-Length: x"})
    CHECK(body(answer("GET /hello HTTP/1.1\r\n" + std::string{header} + "\r\n\r\n")) == "hello\n");
}

TEST_CASE("what is no HTTP/1 is told so") {
  for (const auto* const head : {"\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n", "GET /hello\r\n\r\n",
                                 "GET /hello HTTP/2.0\r\n\r\n", "GET /hello HTTP/1.1 x\r\n\r\n",
                                 "get /hello HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n"}) {
    const auto got = answer(head);
    CAPTURE(head);
    CHECK(status_line(got) == "HTTP/1.1 400 Bad Request");
    CHECK(body(got).starts_with("{\"error\":\""));
  }
}

TEST_CASE("a route that throws is a 500 that says nothing, and the log says what") {
  const test::QuietLog log;
  for (const auto* const path : {"/throws", "/throws_a_number"}) {
    const auto got = answer("GET " + std::string{path} + " HTTP/1.1\r\n\r\n");
    CHECK(status_line(got) == "HTTP/1.1 500 Internal Server Error");
    CHECK(body(got) == "{\"error\":\"internal error\"}\n");
    CHECK(got.find("secret") == std::string::npos);
  }
  CHECK(log.says(R"("path":"/throws","why":"the secret reason")"));
  CHECK(log.says(R"("path":"/throws_a_number")"));
}

TEST_CASE("ranges are not for sale: the whole text, once") {
  std::string many = "bytes=0-";
  while (many.size() < 7'900) many += ",0-";
  for (const auto& range : {std::string{"bytes=0-1"}, std::string{"bytes=x"}, std::string{"bytes=5-2"}, many})
    for (const std::string name : {"Range: ", "range: ", "RaNgE:", "X: y\nRange: "}) {
      const auto got = answer("GET /long HTTP/1.1\r\n" + name + range + "\r\nHost: a\r\n\r\n");
      CHECK(status_line(got) == "HTTP/1.1 200 OK");
      CHECK(body(got) == std::string(100'000, 'x'));
    }
}

TEST_CASE("a client that can unpack gets a long text packed") {
  const auto got = answer("GET /long HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n");
  CHECK(has_line(got, "Content-Encoding: gzip"));
  CHECK(body(got).size() < 1'000);
}

TEST_CASE("whatever bytes come, one answer of HTTP/1.1 comes back and the connection ends") {
  const std::uint64_t seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937_64 random{seed};
  HttpProtocol protocol{routes()};
  const std::string sound = "GET /hello HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nAccept-Encoding: gzip, br\r\n"
                            "Content-Length: 5\r\nExpect: 200\r\nConnection: keep-alive\r\n\r\n";
  for (int i = 0; i < 5'000; ++i) {
    std::string head = sound;
    for (auto changes = random() % 8; changes > 0; --changes) {
      const std::size_t at = random() % (head.size() - 4);
      switch (random() % 3) {
      case 0:
        head[at] = static_cast<char>(random());
        break;
      case 1:
        head.erase(at, random() % std::min<std::size_t>(20, head.size() - 4 - at));
        break;
      default:
        head.insert(at, head.substr(random() % (head.size() - 4), random() % 40));
        break;
      }
    }
    head.resize(head.find("\r\n\r\n") + 4); // as it would be cut by the reader
    CAPTURE(head);
    const auto got = protocol.answer(head);
    CHECK(got.starts_with("HTTP/1.1 "));
    CHECK(has_line(got, "Connection: close"));
  }
}

TEST_CASE("a refusal is a whole answer") {
  const struct {
    int status;
    const char* line;
  } table[] = {{408, "HTTP/1.1 408 Request Timeout"},
               {431, "HTTP/1.1 431 Request Header Fields Too Large"},
               {503, "HTTP/1.1 503 Service Unavailable"}};
  for (const auto& [status, line] : table) {
    const auto got = http_refusal(status);
    CHECK(status_line(got) == line);
    CHECK(has_line(got, "Content-Length: " + std::to_string(body(got).size())));
    CHECK(has_line(got, "Connection: close"));
    CHECK(body(got).starts_with("{\"error\":\""));
  }
}
