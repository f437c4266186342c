#include "config/read_settings.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include "config/clashes.hpp"
#include "config/nearest.hpp"
#include "config/setting_table.hpp"

namespace riskcluster {

namespace {

constexpr std::size_t name_bytes_shown_max = 64;

/// A name from the file as a terminal may see it.
std::string shown(std::string_view name) {
  std::string text{name.substr(0, name_bytes_shown_max)};
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

/// What stands in the file, as far as it may be repeated.
std::string description(const TomlValue& value) {
  if (std::holds_alternative<std::string>(value)) return "a text";
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    if (*whole > whole_max || *whole == std::numeric_limits<std::int64_t>::min()) return "a number beyond 64 bits";
  return toml_text(value);
}

class Reading {
public:
  explicit Reading(TomlFile file) : file_{std::move(file)} {
    settings_.nats.emplace(); // known, whether the file has it or not
    table_ = table_of(settings_);
  }

  SettingsFile run() {
    for (const auto& section : file_.sections)
      if (!is_section(section.name)) refuse_section(section);
    for (const auto& entry : file_.entries) {
      if (const auto* row = row_of(entry.section, entry.key))
        take(*row, entry);
      else if (entry.section.empty())
        refuse_loose(entry);
      else if (is_section(entry.section)) // of an unknown section the name says it all
        refuse_key(entry);
    }
    NodeSettings settings = settings_;
    const auto is_nats = [](const TomlSection& section) { return section.name == "nats"; };
    if (std::none_of(file_.sections.begin(), file_.sections.end(), is_nats)) settings.nats.reset();
    settings.road.retention = settings.cluster.retention;
    add(clashes(settings), found_.faults);
    add(doubts(settings), found_.warnings);
    const auto by_line = [](const Remark& a, const Remark& b) { return a.line < b.line; };
    std::stable_sort(found_.faults.begin(), found_.faults.end(), by_line);
    std::stable_sort(found_.warnings.begin(), found_.warnings.end(), by_line);
    if (found_.faults.empty()) found_.settings = std::move(settings);
    return std::move(found_);
  }

private:
  bool is_section(std::string_view name) const {
    return std::any_of(table_.sections.begin(), table_.sections.end(),
                       [&](const auto& row) { return row.name == name; });
  }

  const SettingRow* row_of(std::string_view section, std::string_view key) const {
    const auto at = std::find_if(table_.rows.begin(), table_.rows.end(),
                                 [&](const auto& row) { return row.section == section && row.key == key; });
    return at == table_.rows.end() ? nullptr : &*at;
  }

  void take(const SettingRow& row, const TomlEntry& entry) {
    ++found_.settings_set;
    if (row.take(entry.value)) return;
    const bool texts =
        std::holds_alternative<std::string>(row.value()) && std::holds_alternative<std::string>(entry.value);
    fault(entry.line, row.name(),
          "is " + (texts ? "another text" : description(entry.value)) + "; allowed: " + row.allowed);
  }

  void refuse_section(const TomlSection& section) {
    std::vector<std::string_view> names;
    for (const auto& row : table_.sections) names.push_back(row.name);
    const auto near = nearest(section.name, names);
    fault(section.line, shown(section.name),
          "no such section" + (near ? "; did you mean [" + std::string{*near} + "]?" : all()));
  }

  void refuse_key(const TomlEntry& entry) {
    const auto name = shown(entry.section) + "." + shown(entry.key);
    if (const auto* row = row_named(entry.key))
      return fault(entry.line, name, "no such key; it belongs to [" + std::string{row->section} + "]");
    std::vector<std::string_view> keys;
    for (const auto& row : table_.rows)
      if (row.section == entry.section) keys.push_back(row.key);
    const auto near = nearest(entry.key, keys);
    fault(entry.line, name, "no such key" + (near ? "; did you mean " + std::string{*near} + "?" : all()));
  }

  /// Something outside any section.
  void refuse_loose(const TomlEntry& entry) {
    if (is_section(entry.key))
      return fault(entry.line, entry.key,
                   "is " + description(entry.value) + "; allowed: one section [" + entry.key + "]");
    const auto* row = row_named(entry.key);
    fault(entry.line, shown(entry.key),
          "stands outside any section" + (row ? "; it belongs to [" + std::string{row->section} + "]" : all()));
  }

  /// In whichever section.
  const SettingRow* row_named(std::string_view key) const {
    const auto at =
        std::find_if(table_.rows.begin(), table_.rows.end(), [&](const auto& row) { return row.key == key; });
    return at == table_.rows.end() ? nullptr : &*at;
  }

  static std::string all() { return "; `riskd config default` names all"; }

  void fault(std::uint32_t line, std::string setting, std::string what) {
    found_.faults.push_back(Remark{line, std::move(setting), std::move(what)});
  }

  /// Of clashes those whose settings are allowed one by one: the others were remarked upon already.
  void add(const std::vector<Clash>& clashes, std::vector<Remark>& remarks) {
    for (const auto& clash : clashes) {
      const auto about_it = [&](const Remark& fault) {
        return std::find(clash.settings.begin(), clash.settings.end(), fault.setting) != clash.settings.end();
      };
      if (std::none_of(found_.faults.begin(), found_.faults.end(), about_it)) remarks.push_back(place(clash));
    }
  }

  /// At the first of its settings that the file sets.
  Remark place(const Clash& clash) const {
    for (const auto& setting : clash.settings)
      for (const auto& entry : file_.entries)
        if (entry.section + "." + entry.key == setting) return {entry.line, setting, clash.what};
    return {0, clash.settings.front(), clash.what};
  }

  TomlFile file_;
  NodeSettings settings_; ///< what the rows of the table write to
  SettingTable table_;
  SettingsFile found_;
};

SettingsFile unreadable(std::string what) { return {.faults = {Remark{.what = std::move(what)}}}; }

} // namespace

SettingsFile parse_settings(std::string_view toml) {
  auto file = read_toml(toml);
  if (file.broken) return {.faults = {*file.broken}};
  return Reading{std::move(file)}.run();
}

SettingsFile read_settings(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return unreadable("is a folder, not a file");
  std::ifstream file{path, std::ios::binary};
  if (!file) return unreadable(std::string{"cannot be read: "} + std::strerror(errno));
  std::string text(toml_bytes_max + 1, '\0'); // one more: read_toml() refuses what is longer
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return unreadable(std::string{"cannot be read: "} + std::strerror(errno));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse_settings(text);
}

} // namespace riskcluster
