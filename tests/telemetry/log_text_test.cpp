// Text from anywhere in a line: what Unicode 15 (chapter 3, table 3-7) calls ill-formed, and what moves a cursor.

#include <doctest/doctest.h>

#include "telemetry/log_text.hpp"

using namespace riskcluster;

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string unquoted(std::string_view text) {
  std::string out;
  append_unquoted(out, text);
  return out;
}

} // namespace

TEST_CASE("well-formed text stays as it is") {
  for (const char* const text : {"EURUSD", "a b", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x93\x88", "\xF4\x8F\xBF\xBF",
                                 "\xED\x9F\xBF", "\xEE\x80\x80", "'{}%s<>&/"}) {
    CAPTURE(text);
    CHECK(quoted(text) == "\"" + std::string{text} + "\"");
    CHECK(unquoted(text) == text);
    CHECK(valid_utf8(text, 100) == text);
  }
}

TEST_CASE("what is no UTF-8 is replaced, byte by byte") {
  const struct {
    std::string_view text;
    std::size_t replaced;
  } table[] = {{"\x80", 1},             // a continuation without a beginning
               {"\xC3", 1},             // cut off
               {"\xE2\x82", 2},         //
               {"\xF0\x9F\x93", 3},     //
               {"\xC0\x80", 2},         // overlong NUL
               {"\xE0\x9F\xBF", 3},     // overlong
               {"\xF0\x8F\xBF\xBF", 4}, //
               {"\xED\xA0\x80", 3},     // a surrogate
               {"\xF4\x90\x80\x80", 4}, // beyond U+10FFFF
               {"\xF8\x88\x80\x80", 4}, //
               {"\xFF", 1}};
  for (const auto& [text, replaced] : table) {
    std::string expected = "a";
    for (std::size_t i = 0; i < replaced; ++i) expected += "\xEF\xBF\xBD";
    expected += "z";
    const std::string given = "a" + std::string{text} + "z";
    CHECK(unquoted(given) == expected);
    CHECK(valid_utf8(given, 100) == expected);
  }
}

TEST_CASE("no control character leaves raw: not those of C0 and C1, nor those that turn the direction") {
  CHECK(unquoted("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(unquoted(std::string_view{"\0", 1}) == "\\u0000");
  CHECK(unquoted("\x1b[2J") == "\\u001b[2J");
  CHECK(unquoted("\x7f") == "\\u007f");
  CHECK(unquoted("\xC2\x9B"
                 "2J") == "\\u009b2J"); // CSI of C1: some terminals obey it
  CHECK(unquoted("\xE2\x80\xAE") == "\\u202e");
  CHECK(unquoted("\xE2\x81\xA6") == "\\u2066");
  CHECK(unquoted("\xE2\x80\xA8") == "\\u2028");
  for (int byte = 0; byte < 256; ++byte)
    for (const char c : quoted(std::string(1, static_cast<char>(byte)))) {
      CAPTURE(byte);
      CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
    }
}

TEST_CASE("between quotes a quote and a backslash are escaped, without quotes they are not") {
  CHECK(quoted(R"(say "no\yes")") == R"("say \"no\\yes\"")");
  CHECK(unquoted(R"(say "no\yes")") == R"(say "no\yes")");
}

TEST_CASE("a text has a bound, and is never cut inside a character") {
  CHECK(unquoted(std::string(log_text_bytes_max, 'x')) == std::string(log_text_bytes_max, 'x'));
  CHECK(unquoted(std::string(log_text_bytes_max + 1, 'x')) == std::string(log_text_bytes_max, 'x').append("..."));
  CHECK(quoted(std::string(1'000'000, 'x')).size() == log_text_bytes_max + 5);
  std::string euros;
  while (euros.size() <= log_text_bytes_max) euros += "\xE2\x82\xAC";
  CHECK(unquoted(euros + "\xE2\x82\xAC") == euros + "...");
  CHECK(valid_utf8("\xE2\x82\xAC\xE2\x82\xAC", 5) == "\xE2\x82\xAC");
  CHECK(valid_utf8("\xFF", 2).empty());
  CHECK(valid_utf8("abc", 2) == "ab");
}

TEST_CASE("a value needs quotes when a reader could not tell where it ends") {
  for (const auto* const text : {"a", "acme/ann", "1.5", "a-b_c:d", "\xC3\xA4"}) CHECK(stands_alone(text));
  for (const auto* const text : {"", "a b", "a=b", "\"", "\\", " "}) CHECK_FALSE(stands_alone(text));
}
