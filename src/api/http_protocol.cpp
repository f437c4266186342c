#include "api/http_protocol.hpp"

#include <algorithm>

#include <httplib.h>

#include "telemetry/log.hpp"

namespace riskcluster {

namespace {

std::string_view words_of(int status) {
  switch (status) {
  case 404:
    return "no such path";
  case 405:
    return "only GET";
  case 408:
    return "the request took too long";
  case 431:
    return "the request's head is too long";
  case 500:
    return "internal error";
  case 503:
    return "too many connections";
  default:
    return "no request that is understood here";
  }
}

std::string_view phrase_of(int status) {
  return status == 408 ? "Request Timeout" : status == 431 ? "Request Header Fields Too Large" : "Service Unavailable";
}

std::string error_json(int status) { return "{\"error\":\"" + std::string{words_of(status)} + "\"}\n"; }

/// Whoever answers may ignore a range (RFC 9110, 14.2), and should: httplib reads it with a regular expression that
/// calls itself for each character, and would answer a thousand times the same bytes.
std::string without_range(std::string_view head) {
  constexpr std::string_view name = "range:";
  const auto same_letter = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  std::string kept;
  while (!head.empty()) {
    const auto line = head.substr(0, std::min(head.find('\n'), head.size() - 1) + 1);
    const bool drops = line.size() >= name.size() && std::equal(name.begin(), name.end(), line.begin(),
                                                                [&](char b, char a) { return same_letter(a, b); });
    if (!drops) kept += line;
    head.remove_prefix(line.size());
  }
  return kept;
}

/// A request that has arrived, and its answer before it leaves.
class Conversation final : public httplib::Stream {
public:
  explicit Conversation(std::string_view request) : request_{request} {}
  std::string take_answer() { return std::move(answer_); }

  bool is_readable() const override { return !request_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const std::size_t part = std::min(size, request_.size());
    std::copy_n(request_.data(), part, to);
    request_.remove_prefix(part);
    return static_cast<ssize_t>(part);
  }
  ssize_t write(const char* from, std::size_t size) override {
    answer_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

private:
  std::string_view request_;
  std::string answer_;
};

HttpAnswer answer_of(const HttpRoutes& routes, const httplib::Request& request) {
  const auto route = routes.find(request.path);
  if (route == routes.end()) return {.status = 404, .body = error_json(404)};
  if (request.method != "GET") return {.status = 405, .body = error_json(405)};
  try {
    return route->second();
  } catch (const std::exception& error) {
    log_event(LogLevel::error, "a path of the HTTP port failed", {{"path", route->first}, {"why", error.what()}});
  } catch (...) {
    log_event(LogLevel::error, "a path of the HTTP port failed", {{"path", route->first}});
  }
  return {.status = 500, .body = error_json(500)};
}

} // namespace

/// httplib's server without its sockets: all that it asks of a connection is a stream.
class HttpProtocol::Parser final : public httplib::Server {
public:
  explicit Parser(HttpRoutes routes) : routes_{std::move(routes)} {
    set_default_headers({{"Cache-Control", "no-store"}});
    // Before httplib's own routing: its paths are regular expressions, and it would read a body first.
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      const auto answer = answer_of(routes_, request);
      response.status = answer.status;
      response.set_content(answer.body, answer.content_type);
      if (answer.status == 405) response.set_header("Allow", "GET");
      return HandlerResponse::Handled;
    });
    set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (response.body.empty()) response.set_content(error_json(response.status), "application/json");
    });
  }

  std::string answer(std::string_view head) {
    const auto request = without_range(head);
    Conversation conversation{request};
    bool closed = false;
    process_request(conversation, true, closed, nullptr);
    return conversation.take_answer();
  }

private:
  HttpRoutes routes_;
};

HttpProtocol::HttpProtocol(HttpRoutes routes) : parser_{std::make_unique<Parser>(std::move(routes))} {}
HttpProtocol::~HttpProtocol() = default;

std::string HttpProtocol::answer(std::string_view head) { return parser_->answer(head); }

std::string http_refusal(int status) {
  const std::string body = error_json(status);
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string{phrase_of(status)} +
         "\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace riskcluster
