#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "config/nearest.hpp"

using namespace riskcluster;

TEST_CASE("the nearest word is the one that takes the fewest changes, a third of it at most") {
  const std::vector<std::string_view> known{"port", "listen", "max_connections", "egress_tick_ms", "egress_grace_ms"};
  struct Row {
    std::string word, meant; // empty: none
  };
  const std::vector<Row> rows{
      {"port", "port"},
      {"prot", ""}, // two changes of four letters
      {"prt", "port"},
      {"lisen", "listen"},
      {"listenn", "listen"},
      {"Listen", "listen"},
      {"maxconnections", "max_connections"},
      {"max_connection", "max_connections"},
      {"egress_tick", "egress_tick_ms"},
      {"egress_grace", "egress_grace_ms"},
      {"egress_ms", ""},
      {"zebra", ""},
      {"", ""},
      {std::string(10'000, 'p'), ""},
  };
  for (const auto& row : rows) {
    INFO(row.word);
    CHECK(nearest(row.word, known).value_or("") == row.meant);
  }
  CHECK_FALSE(nearest("port", {}));
}

TEST_CASE("of two that are as near the first is named") {
  CHECK(nearest("abcx", {"abca", "abcb"}) == "abca");
  CHECK(nearest("abcx", {"abcdd", "abcb"}) == "abcb");
}
