#include <doctest/doctest.h>

#include "messages/json_text.hpp"

using namespace riskcluster;

TEST_CASE("strict JSON is accepted, everything else is a fault with its column") {
  for (const char* text : {"{}", "[1,2.5e3,\"x\",true,{\"a\":null}]", " 7 ", "\"\\u00e9\""}) {
    CAPTURE(std::string{text});
    CHECK(json_fault(text) == "");
  }
  const std::pair<const char*, const char*> cases[] = {
      {"{\"a\":1,}", "column 8: not JSON"},
      {"{'a':1}", "column 2: not JSON"},
      {"{a:1}", "column 2: not JSON"},
      {"[NaN]", "column 2: not JSON"},
      {"[1e999]", "column 6: number out of"},
      {"[null]", "null in a list"},
      {"[[1]]", "a list in a list"},
      {"{\"a\":1,\"a\":2}", "a: is there twice"},
      {"{\"entry_price\":1,\"entryPrice\":2}", "entryPrice: is there twice"},
      {"{\"a\":1} x", "column 9: not JSON"}};
  for (const auto& [text, fault] : cases) {
    const auto shown_value = std::string{text};
    CAPTURE(shown_value);
    const auto said = json_fault(text);
    CAPTURE(said);
    CHECK(std::string_view{said}.starts_with(fault));
  }
}

TEST_CASE("nesting and fields are bounded") {
  const auto nested = [](int levels) {
    std::string text = "7";
    for (int i = 0; i < levels; ++i) text = "{\"a\":" + text + "}";
    return text;
  };
  CHECK(json_fault(nested(32)) == "");
  CHECK(json_fault(nested(33)) == "nested deeper than 32 levels");
  CHECK(json_fault(std::string(100'000, '[')) == "a list in a list");
  std::string object = "{\"f0\":0";
  for (int i = 1; i < 257; ++i) object += ",\"f" + std::to_string(i) + "\":0";
  CHECK(json_fault(object + "}") == "an object with more than 256 fields");
  CHECK_FALSE(json_object(object + "}").fault.empty());
}

TEST_CASE("an object is cut into members, values as they stand") {
  const auto object = json_object(R"( {"a" : 1, "bC":"x,}\"]", "d":{"e":[1,"]"]} , "f":NaN} )");
  CHECK(object.fault == "");
  REQUIRE(object.members.size() == 4);
  CHECK(object.members[0].value == "1");
  CHECK(object.members[0].text == "\"a\" : 1");
  CHECK(object.members[1].name == "b_c");
  CHECK(object.members[1].value == R"("x,}\"]")");
  CHECK(object.members[2].value == R"({"e":[1,"]"]})");
  CHECK(object.members[3].value == "NaN");
}

TEST_CASE("what was read before a cut is kept") {
  const auto object = json_object(R"({"a":1,"b":"x)");
  CHECK_FALSE(object.fault.empty());
  REQUIRE(object.members.size() == 1);
  CHECK(object.members[0].value == "1");
  const auto list = json_list(R"([{"a":1},{"b")");
  CHECK_FALSE(list.fault.empty());
  REQUIRE(list.elements.size() == 1);
  CHECK(list.elements[0] == R"({"a":1})");
  CHECK(json_list("[]").fault == "");
  CHECK(json_list("[] x").fault == "column 4: text after the end");
}

TEST_CASE("foreign text in messages is short and printable") {
  CHECK(shown("a\n\xff") == "a??");
  CHECK(shown(std::string(50, 'x')) == std::string(40, 'x').append("..."));
}
