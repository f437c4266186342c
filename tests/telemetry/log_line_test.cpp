// A line of the log, for people and for machines.

#include <initializer_list>
#include <limits>

#include <doctest/doctest.h>

#include "telemetry/log_line.hpp"

using namespace riskcluster;

namespace {

constexpr TimeMs at = 1'760'011'200'123; // date -u -d @1760011200.123: 2025-10-09 12:00:00.123
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

using Fields = std::initializer_list<LogField>;

std::string json(std::string_view message, Fields fields = {}, LogLevel level = LogLevel::info) {
  return log_line(LogFormat::json, at, level, message, {fields.begin(), fields.size()});
}

/// What stands behind the message.
std::string json_fields(Fields fields) {
  const std::string line = json("m", fields), start = json("m");
  REQUIRE(line.starts_with(start.substr(0, start.size() - 1)));
  return line.substr(start.size());
}

std::string human(std::string_view message, Fields fields = {}, LogLevel level = LogLevel::info,
                  bool coloured = false) {
  return log_line(LogFormat::human, at, level, message, {fields.begin(), fields.size()}, coloured);
}

} // namespace

TEST_CASE("a JSON line is one object: time, level, message, then the fields in their order") {
  CHECK(json("started") == R"({"time":"2025-10-09T12:00:00.123Z","level":"info","message":"started"})");
  CHECK(json("batch decided", {{"correlation_id", "c-1"}, {"signals", 3}, {"took_ms", 1.25}, {"repeat", false}},
             LogLevel::debug) == R"({"time":"2025-10-09T12:00:00.123Z","level":"debug","message":"batch decided",)"
                                 R"("correlation_id":"c-1","signals":3,"took_ms":1.25,"repeat":false})");
}

TEST_CASE("a human line is time, level and message in columns, then key=value") {
  CHECK(human("started") == "2025-10-09T12:00:00.123Z info  started");
  CHECK(human("refused", {{"tenant", "acme/ann"}, {"why", "no price"}, {"text", R"(a="b\")"}, {"empty", ""}},
              LogLevel::error) ==
        R"(2025-10-09T12:00:00.123Z error refused tenant=acme/ann why="no price" text="a=\"b\\\"" empty="")");
}

TEST_CASE("every kind of value has its form") {
  const std::string text = "text";
  const std::string_view view = text;
  CHECK(json_fields({{"a", text},
                     {"b", view},
                     {"c", "literal"},
                     {"d", SignalId{"s1"}},
                     {"e", ShardId{7}},
                     {"f", SequenceNumber{18'446'744'073'709'551'615U}},
                     {"g", std::int64_t{-9'223'372'036'854'775'807}},
                     {"h", std::uint8_t{200}},
                     {"i", std::size_t{5}},
                     {"j", true},
                     {"k", 0.1},
                     {"l", 2.0F},
                     {"m", 1e300}}) == R"("a":"text","b":"text","c":"literal","d":"s1","e":7,"f":18446744073709551615,)"
                                       R"("g":-9223372036854775807,"h":200,"i":5,"j":true,"k":0.1,"l":2,"m":1e+300})");
}

TEST_CASE("a number that is none is null") {
  CHECK(json_fields({{"a", not_a_number}, {"b", infinity}, {"c", -infinity}}) == R"("a":null,"b":null,"c":null})");
  CHECK(human("m", {{"a", not_a_number}}) == "2025-10-09T12:00:00.123Z info  m a=null");
}

TEST_CASE("whatever a text holds, it stays one line of valid UTF-8 that ends where it should") {
  const std::string bad = "x\"\n\x1b[31m\xFF";
  CHECK(json(bad, {{"f", bad}}) == R"({"time":"2025-10-09T12:00:00.123Z","level":"info","message":"x\"\n\u001b[31m)"
                                   "\xEF\xBF\xBD"
                                   R"(","f":"x\"\n\u001b[31m)"
                                   "\xEF\xBF\xBD\"}");
  CHECK(human(bad, {{"f", bad}}) == R"(2025-10-09T12:00:00.123Z info  x"\n\u001b[31m)"
                                    "\xEF\xBF\xBD"
                                    R"( f="x\"\n\u001b[31m)"
                                    "\xEF\xBF\xBD\"");
}

TEST_CASE("a field with a name of the line's own gets another") {
  CHECK(json_fields({{"time", 1}, {"level", 2}, {"message", 3}}) == R"("time_":1,"level_":2,"message_":3})");
  CHECK(human("m", {{"level", 2}}).ends_with("m level_=2"));
}

TEST_CASE("colours are around the level's name, and for people only") {
  CHECK(human("m", {}, LogLevel::error, true) == "2025-10-09T12:00:00.123Z \x1b[31merror\x1b[0m m");
  CHECK(human("m", {}, LogLevel::warn, true) == "2025-10-09T12:00:00.123Z \x1b[33mwarn\x1b[0m  m");
  CHECK(human("m", {}, LogLevel::info, true) == "2025-10-09T12:00:00.123Z info  m");
  CHECK(log_line(LogFormat::json, at, LogLevel::error, "m", {}, true).find('\x1b') == std::string::npos);
}
