#include "config/setting_table.hpp"

#include <array>
#include <charconv>
#include <concepts>
#include <type_traits>

namespace riskcluster {

namespace {

std::string number_text(auto value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

std::string range_text(auto min, auto max, std::string_view unit) {
  return number_text(min) + " to " + number_text(max) + (unit.empty() ? "" : " ") + std::string{unit};
}

/// How a kind of member is taken from the file and told to it.
template <class Member>
struct Kind;

template <>
struct Kind<bool> {
  static std::string allowed(const Switch&) { return "true or false"; }
  static bool take(bool& member, const Switch&, const TomlValue& value) {
    const auto* given = std::get_if<bool>(&value);
    if (given) member = *given;
    return given != nullptr;
  }
  static TomlValue value(bool member) { return member; }
};

template <>
struct Kind<std::string> {
  static std::string allowed(const TextRule& rule) { return std::string{rule.allowed}; }
  static bool take(std::string& member, const TextRule& rule, const TomlValue& value) {
    const auto* given = std::get_if<std::string>(&value);
    if (!given || !rule.fits(*given)) return false;
    member = *given;
    return true;
  }
  static TomlValue value(const std::string& member) { return member; }
};

template <>
struct Kind<double> {
  static std::string allowed(const Decimal& rule) { return range_text(rule.min, rule.max, rule.unit); }
  static bool take(double& member, const Decimal& rule, const TomlValue& value) {
    const auto* whole = std::get_if<std::int64_t>(&value); // 50 is as good as 50.0
    const auto* given = std::get_if<double>(&value);
    if (!whole && !given) return false;
    const double number = whole ? static_cast<double>(*whole) : *given;
    if (!(number >= rule.min && number <= rule.max)) return false; // nor is what is not a number
    member = number;
    return true;
  }
  static TomlValue value(double member) { return member; }
};

bool within(const Whole& rule, const TomlValue& value) {
  const auto* given = std::get_if<std::int64_t>(&value);
  return given && *given >= rule.min && *given <= rule.max;
}

template <std::integral Member>
struct Kind<Member> {
  static std::string allowed(const Whole& rule) { return range_text(rule.min, rule.max, rule.unit); }
  static bool take(Member& member, const Whole& rule, const TomlValue& value) {
    if (!within(rule, value)) return false;
    member = static_cast<Member>(std::get<std::int64_t>(value));
    return true;
  }
  static TomlValue value(Member member) { return static_cast<std::int64_t>(member); }
};

template <class Rep, class Period>
struct Kind<std::chrono::duration<Rep, Period>> {
  using Duration = std::chrono::duration<Rep, Period>;
  static constexpr std::string_view unit = std::is_same_v<Period, std::milli>                   ? "ms"
                                           : std::is_same_v<Period, std::chrono::hours::period> ? "h"
                                                                                                : "s";
  static std::string allowed(const Whole& rule) { return range_text(rule.min, rule.max, unit); }
  static bool take(Duration& member, const Whole& rule, const TomlValue& value) {
    if (!within(rule, value)) return false;
    member = Duration{std::get<std::int64_t>(value)};
    return true;
  }
  static TomlValue value(Duration member) { return std::int64_t{member.count()}; }
};

/// Writes one row for each setting that each_setting() shows it.
struct RowWriter {
  SettingTable& table;

  template <class... Parts>
  void operator()(std::string_view section, std::string_view about, Parts&... parts) const {
    table.sections.push_back({section, about});
    (add(section, parts), ...);
  }

  template <class Part>
  void operator()(std::string_view section, std::string_view about, std::optional<Part>& part) const {
    table.sections.push_back({section, about, true});
    if (part) add(section, *part);
  }

private:
  template <class Part>
  void add(std::string_view section, Part& part) const {
    each_setting(part, [this, section](std::string_view key, auto& member, const auto& rule, std::string_view reason) {
      using MemberKind = Kind<std::remove_reference_t<decltype(member)>>;
      table.rows.push_back(
          {.section = section,
           .key = key,
           .reason = reason,
           .allowed = MemberKind::allowed(rule),
           .take = [&member, rule](const TomlValue& value) { return MemberKind::take(member, rule, value); },
           .value = [&member] { return MemberKind::value(member); }});
    });
  }
};

} // namespace

SettingTable table_of(NodeSettings& settings) {
  SettingTable table;
  each_section(settings, RowWriter{table});
  return table;
}

std::string toml_text(const TomlValue& value) {
  if (const auto* given = std::get_if<bool>(&value)) return *given ? "true" : "false";
  if (const auto* given = std::get_if<std::int64_t>(&value)) return number_text(*given);
  if (const auto* given = std::get_if<double>(&value)) {
    const auto text = number_text(*given);
    return text.find_first_not_of("-0123456789") == text.npos ? text + ".0" : text; // 50 would be a whole number
  }
  if (const auto* given = std::get_if<TomlOther>(&value)) return std::string{given->what};
  std::string text = "\"";
  for (const char c : std::get<std::string>(value)) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

} // namespace riskcluster
