#pragma once
// What a path of the HTTP port answers.

#include <functional>
#include <map>
#include <string>

namespace riskcluster {

struct HttpAnswer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

/// By path, e.g. "/health"; what a client asks behind a "?" is ignored. Called on any thread, several at once; may
/// throw, which is a 500. Should be quick: a slow one holds its connection's thread, and the stop of the server.
using HttpRoutes = std::map<std::string, std::function<HttpAnswer()>, std::less<>>;

} // namespace riskcluster
