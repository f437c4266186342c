#include "config/default_toml.hpp"

#include <algorithm>
#include <utility>

#include "config/setting_table.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t columns_max = 120;

/// Of UTF-8: every byte but those that continue a character.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

/// As comment lines of at most columns_max.
std::string comment(std::string_view words) {
  std::string text;
  std::string line = "#";
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    const auto word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (columns(line) + 1 + columns(word) > columns_max) text += std::exchange(line, "#") + "\n";
    line += " ";
    line += word;
  }
  return text + line + "\n";
}

/// What is allowed has a line of its own unless all fits into one.
std::string comment_of(const SettingRow& row) {
  const std::string reason{row.reason}, allowed = "Allowed: " + row.allowed + ".";
  const auto all = comment(reason + " " + allowed);
  return std::count(all.begin(), all.end(), '\n') == 1 ? all : comment(reason) + comment(allowed);
}

} // namespace

std::string default_toml() {
  NodeSettings settings;
  settings.nats.emplace();
  const auto table = table_of(settings);
  std::string text =
      comment("Settings of a riskcluster node. Every value here is the default, so a file need only hold what "
              "differs. `riskd config check FILE` names everything that is wrong with a file.");
  text += comment("A line that begins with # and no space is a setting that is off by default: take the # away.");
  for (const auto& section : table.sections) {
    const std::string off = section.optional ? "#" : "";
    text += "\n" + comment(section.about) + off + "[" + std::string{section.name} + "]\n";
    for (const auto& row : table.rows)
      if (row.section == section.name)
        text += "\n" + comment_of(row) + off + std::string{row.key} + " = " + toml_text(row.value()) + "\n";
  }
  return text;
}

} // namespace riskcluster
