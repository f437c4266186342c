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

TEST_CASE("a server is a scheme, a host, perhaps a port, and no secret") {
  for (const auto& url :
       {std::string{"nats://127.0.0.1:4222"}, std::string{"tls://nats.example.com"}, std::string{"nats://nats-0:1"},
        std::string{"nats://[::1]:65535"}, std::string{"nats://[2001:db8::1]"}, "nats://" + std::string(253, 'a')})
    CHECK_MESSAGE(is_server_list(url), url);
  for (const auto& url : {std::string{},
                          std::string{"nats"},
                          std::string{"nats://"},
                          std::string{"nats://:4222"},
                          std::string{"127.0.0.1:4222"},
                          std::string{"http://127.0.0.1"},
                          std::string{"NATS://127.0.0.1"},
                          std::string{"nats://host:"},
                          std::string{"nats://host:0"},
                          std::string{"nats://host:65536"},
                          std::string{"nats://host:4222/"},
                          std::string{"nats://host:42 22"},
                          std::string{"nats://host:+4222"},
                          std::string{"nats://ho st"},
                          std::string{"nats://me:secret@host:4222"},
                          std::string{"nats://token@host"},
                          std::string{"nats://[::1"},
                          std::string{"nats://[::1]x"},
                          std::string{"nats://[host]:4222"},
                          std::string{"nats://::1"},
                          "nats://" + std::string(254, 'a')})
    CHECK_MESSAGE(!is_server_list(url), url);
}

TEST_CASE("servers stand with commas between them, so many and no more") {
  CHECK(is_server_list("nats://a:1,tls://b,nats://[::1]:2"));
  for (const auto* const list : {",", "nats://a,", ",nats://a", "nats://a,,nats://b", "nats://a, nats://b",
                                 "nats://a;nats://b", "nats://a,me:secret@b"})
    CHECK_MESSAGE(!is_server_list(list), list);
  std::string many = "nats://a";
  for (std::size_t i = 1; i < servers_max; ++i) many += ",nats://a";
  CHECK(is_server_list(many));
  CHECK_FALSE(is_server_list(many + ",nats://a"));
}

TEST_CASE("of a list every server is on this machine, or it is not only loopback") {
  CHECK(is_loopback_only("nats://localhost:4222"));
  CHECK(is_loopback_only("nats://127.0.0.1,tls://[::1]:4223"));
  CHECK_FALSE(is_loopback_only("nats://127.0.0.1,nats://b"));
  CHECK_FALSE(is_loopback_only("nats://b,nats://127.0.0.1"));
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
