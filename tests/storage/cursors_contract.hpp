#pragma once
// What every keeper of cursors must keep.

#include <functional>
#include <memory>

#include <doctest/doctest.h>

#include "storage/cursors.hpp"

namespace riskcluster::test {

using MakeCursors = std::function<std::unique_ptr<Cursors>()>;

inline void cursors_contract(const MakeCursors& make) {
  const auto cursors = make();
  const auto text = [&](std::string_view name) {
    const auto found = cursors->find(name);
    REQUIRE(found);
    return found->value_or("none");
  };
  SUBCASE("the last one put is found, byte for byte") {
    const std::string bytes{"\0\xff\0", 3};
    REQUIRE(cursors->put("out/0/nats", "1"));
    REQUIRE(cursors->put("out/0/nats", bytes));
    CHECK(text("out/0/nats") == bytes);
    REQUIRE(cursors->put("out/0/nats", ""));
    CHECK(text("out/0/nats").empty());
  }
  SUBCASE("one that was never put is no error") {
    REQUIRE(cursors->put("out/1", "x"));
    CHECK(text("out/") == "none");
    CHECK(text("out/10") == "none");
  }
  SUBCASE("all that begin with a prefix come by name") {
    for (const auto* const name : {"out/2", "out/10", "in/1", "out", "out/1", "ouu"}) REQUIRE(cursors->put(name, name));
    const auto names = [&](std::string_view prefix) {
      const auto found = cursors->all(prefix);
      REQUIRE(found);
      std::string joined;
      for (const auto& [name, bytes] : *found) {
        CHECK(name == bytes);
        joined += name + " ";
      }
      return joined;
    };
    CHECK(names("out/") == "out/1 out/10 out/2 ");
    CHECK(names("") == "in/1 out out/1 out/10 out/2 ouu ");
    CHECK(names("zzz").empty());
  }
}

} // namespace riskcluster::test
