#include <random>

#include "config/settings_files.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

TEST_CASE("an error of syntax is told with its line, and alone") {
  struct Row {
    std::string toml;
    std::uint32_t line;
    std::string words;
  };
  const std::vector<Row> rows{
      {"[node]\nworkers = \nx = 2\n", 2, "missing value"},
      {"[node]\nworkers = 1\nworkers = 2\n", 3, "already exists"},
      {"[node]\nworkers = 1\n[http]\n[node]\n", 4, "already exists"},
      {"\n\n[node\n", 3, "invalid key"},
      {"[http]\nport = 07\n", 2, "leading zero"},
      {"[http]\nport = 1 2\n", 2, "invalid line format"},
      {"[http]\nport 1\n", 2, "missing key-value separator"},
      {"[http]\nport = yes\n", 2, "unknown value"},
      {"[log]\nlevel = \"\xff\"\n", 2, "utf8"},
  };
  for (const auto& row : rows) {
    INFO(row.toml);
    const auto file = parse_settings(row.toml);
    REQUIRE(file.faults.size() == 1);
    CHECK(file.faults[0].line == row.line);
    CHECK(file.faults[0].what.starts_with("is no TOML: "));
    CHECK(file.faults[0].what.find(row.words) != std::string::npos);
    CHECK(file.faults[0].what.find('\n') == std::string::npos);
    CHECK_FALSE(file.settings);
  }
}

TEST_CASE("values come with their lines and kinds, by line") {
  const auto file = read_toml("a = 1\n[s]\nb = \"x\"\nc = 1.5\nd = true\n\ne = [1]\nf = {}\ng = 2026-11-20\n");
  REQUIRE_FALSE(file.broken);
  REQUIRE(file.sections.size() == 1);
  CHECK(file.sections[0].name == "s");
  CHECK(file.sections[0].line == 2);
  struct Row {
    std::string section, key;
    std::uint32_t line;
    TomlValue value;
  };
  const std::vector<Row> rows{{"", "a", 1, std::int64_t{1}},
                              {"s", "b", 3, std::string{"x"}},
                              {"s", "c", 4, 1.5},
                              {"s", "d", 5, true},
                              {"s", "e", 7, TomlOther{"a list"}},
                              {"s", "f", 8, TomlOther{"a table"}},
                              {"s", "g", 9, TomlOther{"a date or a time"}}};
  REQUIRE(file.entries.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(file.entries[i].section == rows[i].section);
    CHECK(file.entries[i].key == rows[i].key);
    CHECK(file.entries[i].line == rows[i].line);
    CHECK(file.entries[i].value == rows[i].value);
  }
}

TEST_CASE("brackets inside brackets do not end the stack") {
  for (const auto* const open : {"[", "{a=", "[{a="}) {
    std::string deep = "a = ";
    while (deep.size() < 60'000) deep += open;
    CHECK(read_toml(deep).broken->what == "is no TOML: more than 256 brackets");
    deep = "a = ";
    for (std::size_t i = 0; i < toml_brackets_max / 2; ++i) deep += open;
    CHECK(read_toml(deep).broken->what.find("brackets") == std::string::npos); // as deep as it may be: read, and wrong
  }
}

TEST_CASE("a file has as many brackets as are allowed and not one more") {
  const auto comment = "#" + std::string(toml_brackets_max, '[');
  CHECK_FALSE(read_toml(comment).broken);
  CHECK(read_toml(comment + "{").broken);
}

TEST_CASE("the shipped file is far below the bounds of a file") {
  const auto text = full_toml();
  CHECK(text.size() * 2 < toml_bytes_max);
  CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '[')) * 2 < toml_brackets_max);
}

TEST_CASE("whatever bytes a file has, it is settings or faults with lines inside the file") {
  const std::uint64_t seed = 20261120;
  MESSAGE("seed ", seed);
  std::mt19937_64 random{seed};
  const auto original = full_toml();
  const std::string_view pieces = "[]{}=\"'#\n\r\t,.-_0123456789eExXtrue\\\xff";
  const auto any = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  int sound_files = 0;
  for (int i = 0; i < 300; ++i) {
    // The whole or a window of it, with a few bytes changed.
    std::string text = i % 2 == 0 ? original : original.substr(any(original.size()), 400);
    for (auto changes = any(4); changes > 0; --changes) {
      if (any(2) == 0)
        text[any(text.size())] = pieces[any(pieces.size())];
      else
        text.insert(any(text.size()), 1, pieces[any(pieces.size())]);
    }
    const auto lines = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    const auto file = parse_settings(text);
    CHECK(file.settings.has_value() == file.faults.empty());
    for (const auto& fault : file.faults) CHECK_MESSAGE(fault.line <= lines, text);
    sound_files += file.settings.has_value();
  }
  MESSAGE(sound_files, " of 300 were sound");
  CHECK(sound_files > 30);
  CHECK(sound_files < 270);
}
