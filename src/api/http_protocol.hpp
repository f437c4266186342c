#pragma once
// HTTP as bytes: the head of a request in, a whole answer out. httplib reads and writes it; it sees no socket of ours.

#include <memory>
#include <string>
#include <string_view>

#include "api/http_answer.hpp"

namespace riskcluster {

class HttpProtocol {
public:
  /// From now on the process ignores SIGPIPE: httplib wants that.
  explicit HttpProtocol(HttpRoutes routes);
  ~HttpProtocol();
  HttpProtocol(const HttpProtocol&) = delete;
  HttpProtocol& operator=(const HttpProtocol&) = delete;

  /// Always an answer, and always the last one of its connection: 200 or what the route says, 404 for other paths, 405
  /// for other methods than GET, 400 for what is no HTTP/1, 500 when the route throws, which is logged and not told.
  /// Errors are JSON: {"error": "..."}. Any thread. `head` ends with an empty line; a body behind it is not looked at.
  std::string answer(std::string_view head);

private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

/// The answer to a request that is not read: 408, 431 or 503.
std::string http_refusal(int status);

} // namespace riskcluster
