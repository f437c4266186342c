// The link over TLS: only to a server whose certificate is signed by whom we trust, and for the host we asked for.

#include <cstdlib>

#include "support/skip.hpp"
#include "transport/nats_link.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using Kind = NatsNotice::Kind;

namespace {

/// A certificate that signs itself, and its key, as <name>.pem and <name>.key.
struct Certificate {
  Certificate(const TemporaryFolder& folder, const std::string& name, const std::string& hosts)
      : file{folder.path(name + ".pem")}, key{folder.path(name + ".key")} {
    const auto command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=" + name +
                         " -addext 'subjectAltName=" + hosts + "' -keyout " + key + " -out " + file + " 2>/dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
  }
  std::string config() const { return "tls { cert_file: \"" + file + "\", key_file: \"" + key + "\" }"; }
  std::string file, key;
};

bool openssl_is_missing() {
  if (std::system("command -v openssl > /dev/null") == 0) return false;
  skip("openssl is not installed; scripts/setup installs it");
  return true;
}

} // namespace

TEST_CASE("a server with a trusted certificate for its host is connected to, and no other") {
  if (nats_server_is_missing() || openssl_is_missing()) return;
  const TemporaryFolder folder;
  const Certificate here{folder, "here", "IP:127.0.0.1"}, elsewhere{folder, "elsewhere", "DNS:nats.example.org"};
  Notices notices;
  SUBCASE("trusted, and for this host") {
    const NatsServer server{here.config()};
    auto options = quick(server.url());
    options.ca_file = here.file;
    CHECK(open_link(options, notices)->connected());
  }
  SUBCASE("signed by somebody else") {
    const NatsServer server{here.config()};
    auto options = quick(server.url());
    options.ca_file = elsewhere.file;
    CHECK_FALSE(open_link(options, notices)->connected());
    CHECK(notices.count(Kind::connected) == 0);
  }
  SUBCASE("trusted, but for another host") {
    const NatsServer server{elsewhere.config()};
    auto options = quick(server.url());
    options.ca_file = elsewhere.file;
    options.retry_on_failed_connect = false;
    for (const auto& url : {server.url(), server.url() + "," + server.url()}) {
      options.url = url;
      const auto link = NatsLink::open(options, notices.notice());
      REQUIRE_FALSE(link);
      CHECK_MESSAGE(link.error().message.find("mismatch") != std::string::npos, link.error().message);
    }
  }
  SUBCASE("nobody is trusted") {
    const NatsServer server{here.config()};
    CHECK_FALSE(open_link(quick(server.url()), notices)->connected());
  }
  SUBCASE("the server speaks no TLS") {
    const NatsServer server;
    auto options = quick(server.url());
    options.ca_file = here.file;
    CHECK_FALSE(open_link(options, notices)->connected());
  }
}

TEST_CASE("a server that asks for our certificate gets it") {
  if (nats_server_is_missing() || openssl_is_missing()) return;
  const TemporaryFolder folder;
  const Certificate here{folder, "here", "IP:127.0.0.1"}, us{folder, "us", "DNS:riskd"};
  const NatsServer server{"tls { cert_file: \"" + here.file + "\", key_file: \"" + here.key + "\", ca_file: \"" +
                          us.file + "\", verify: true }"};
  Notices notices;
  auto options = quick(server.url());
  options.ca_file = here.file;
  CHECK_FALSE(open_link(options, notices)->connected());
  options.certificate_file = us.file;
  options.key_file = us.key;
  CHECK(open_link(options, notices)->connected());
}
