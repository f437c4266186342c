#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "config/text_rules.hpp"

using namespace riskcluster;

TEST_CASE("an address is IPv4 or IPv6, in full and nothing else") {
  for (const auto* const text :
       {"127.0.0.1", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::1", "::ffff:1.2.3.4"})
    CHECK_MESSAGE(is_ip_address(text), text);
  for (const auto* const text : {"", "localhost", "127.1", "256.0.0.1", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4:80", "[::1]",
                                 "::1%lo", "12345::", "::g"})
    CHECK_MESSAGE(!is_ip_address(text), text);
  CHECK_FALSE(is_ip_address({"127.0.0.1\0x", 11}));
}

TEST_CASE("a server's URL is a scheme, a host, perhaps a port, and no secret") {
  struct Row {
    std::string url, host; // no host: not a URL
  };
  const std::vector<Row> rows{
      {"nats://127.0.0.1:4222", "127.0.0.1"},
      {"tls://nats.example.com", "nats.example.com"},
      {"nats://nats-0:1", "nats-0"},
      {"nats://[::1]:65535", "::1"},
      {"nats://[2001:db8::1]", "2001:db8::1"},
      {"nats://" + std::string(253, 'a'), std::string(253, 'a')},
      {"nats://" + std::string(254, 'a'), ""},
      {"", ""},
      {"nats", ""},
      {"nats://", ""},
      {"nats://:4222", ""},
      {"127.0.0.1:4222", ""},
      {"http://127.0.0.1", ""},
      {"NATS://127.0.0.1", ""},
      {"nats://host:", ""},
      {"nats://host:0", ""},
      {"nats://host:65536", ""},
      {"nats://host:4222/", ""},
      {"nats://host:42 22", ""},
      {"nats://host:+4222", ""},
      {"nats://ho st", ""},
      {"nats://me:secret@host:4222", ""},
      {"nats://token@host", ""},
      {"nats://a:1,nats://b:2", ""},
      {"nats://[::1", ""},
      {"nats://[::1]x", ""},
      {"nats://[host]:4222", ""},
      {"nats://::1", ""},
  };
  for (const auto& row : rows) {
    INFO(row.url);
    CHECK(is_nats_url(row.url) == !row.host.empty());
    if (!row.host.empty()) CHECK(host_of(row.url) == row.host);
  }
}

TEST_CASE("loopback is what no other machine reaches") {
  for (const auto* const host : {"127.0.0.1", "127.255.0.1", "::1", "localhost"})
    CHECK_MESSAGE(is_loopback(host), host);
  for (const auto* const host : {"", "0.0.0.0", "::", "10.0.0.1", "126.0.0.1", "127.example", "127.0.0.1.example",
                                 "localhost.example", "::ffff:127.0.0.1", "1270.0.0.1"})
    CHECK_MESSAGE(!is_loopback(host), host);
}

TEST_CASE("a path has no control character and fits the system's longest") {
  for (const auto& text : {std::string{"/etc/riskd"}, std::string{"a b"}, std::string{"-"}, std::string{"täglich"},
                           std::string(path_bytes_max, 'a')})
    CHECK(is_path(text));
  for (const auto& text : {std::string{"a\nb"}, std::string{"a\0b", 3}, std::string{"\x1b[0m"}, std::string{"\x7f"},
                           std::string(path_bytes_max + 1, 'a')}) {
    CHECK_FALSE(is_path(text));
    CHECK_FALSE(is_path_or_empty(text));
  }
  CHECK_FALSE(is_path(""));
  CHECK(is_path_or_empty(""));
}

TEST_CASE("a name is short and plain") {
  for (const auto& text : {std::string{"riskd"}, std::string{"riskd-0.eu_1"}, std::string(name_bytes_max, 'n')})
    CHECK(is_plain_name(text));
  for (const auto& text :
       {std::string{}, std::string{"a b"}, std::string{"a/b"}, std::string{"ä"}, std::string(name_bytes_max + 1, 'n')})
    CHECK_FALSE(is_plain_name(text));
}
