#pragma once
// One line of the log, as text. Pure: the time is handed in.

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace riskcluster {

enum class LogLevel : std::uint8_t { debug, info, warn, error };
std::string_view name(LogLevel level);

enum class LogFormat : std::uint8_t {
  human, ///< time, level, message, key=value
  json   ///< an object a line: time, level, message, then the fields
};

/// A name and a value, both only borrowed: a field lives as long as the call it is an argument of.
struct LogField {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;
  std::string_view name;
  Value value;

  LogField(std::string_view n, std::string_view text) : name{n}, value{text} {}
  LogField(std::string_view n, const std::string& text) : name{n}, value{std::string_view{text}} {}
  LogField(std::string_view n, const char* text) : name{n}, value{std::string_view{text}} {}
  LogField(std::string_view n, double number) : name{n}, value{number} {}
  template <std::same_as<bool> Bool>
  LogField(std::string_view n, Bool truth) : name{n}, value{truth} {}
  template <std::signed_integral Integer>
  LogField(std::string_view n, Integer number) : name{n}, value{static_cast<std::int64_t>(number)} {}
  template <std::unsigned_integral Integer>
  requires(!std::same_as<Integer, bool>) LogField(std::string_view n, Integer number)
      : name{n}, value{static_cast<std::uint64_t>(number)} {}
  template <class Tag>
  LogField(std::string_view n, const Id<Tag>& id) : name{n}, value{std::string_view{id.value}} {}
  template <class Tag, class Rep>
  LogField(std::string_view n, const Number<Tag, Rep>& number) : LogField{n, number.value} {}
};

/// Without the end of the line. Names are letters, digits and _, and our own; one that is the line's own word ("time",
/// "level", "message") gets a _ behind it. A double that is not finite is null. `coloured` is for human lines only.
std::string log_line(LogFormat format, TimeMs at, LogLevel level, std::string_view message,
                     std::span<const LogField> fields, bool coloured = false);

} // namespace riskcluster
