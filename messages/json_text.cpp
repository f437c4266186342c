#include "messages/json_text.hpp"

#include <algorithm>
#include <cstdint>

#include <nlohmann/json.hpp>

namespace riskcluster {

namespace {

std::string column(std::size_t position) { return "column " + std::to_string(position + 1) + ": "; }

std::string snake_case(std::string_view name) {
  std::string snake;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      snake += '_';
      snake += static_cast<char>(c - 'A' + 'a');
    } else {
      snake += c;
    }
  }
  return snake;
}

/// Listens to the parser; builds nothing.
class Inspection {
public:
  std::string fault;

  bool null() { return !in_list() || refuse("null in a list"); }
  bool boolean(bool) { return true; }
  bool number_integer(std::int64_t) { return true; }
  bool number_unsigned(std::uint64_t) { return true; }
  bool number_float(double, const std::string&) { return true; }
  bool string(std::string&) { return true; }
  bool binary(nlohmann::json::binary_t&) { return true; }
  bool start_object(std::size_t) { return open(false); }
  bool start_array(std::size_t) { return open(true); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& text) {
    auto& names = levels_[depth_ - 1].names;
    auto name = snake_case(text);
    if (names.size() == json_members_max) return refuse("an object with more than 256 fields");
    if (std::find(names.begin(), names.end(), name) != names.end()) return refuse(shown(text) + ": is there twice");
    names.push_back(std::move(name));
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& error) {
    const std::string_view what = error.what();
    const bool range = what.find("out_of_range") != std::string_view::npos;
    return refuse(column(position > 0 ? position - 1 : 0) +
                  (range ? "number out of range: " : "not JSON, at or before ") + shown(token));
  }

private:
  struct Level {
    bool list = false;
    std::vector<std::string> names;
  };

  bool in_list() const { return depth_ > 0 && levels_[depth_ - 1].list; }
  bool refuse(std::string why) {
    if (fault.empty()) fault = std::move(why);
    return false;
  }
  bool open(bool list) {
    if (list && in_list()) return refuse("a list in a list"); // protobuf would flatten it
    if (depth_ == static_cast<std::size_t>(json_depth_max)) return refuse("nested deeper than 32 levels");
    if (levels_.size() == depth_) levels_.emplace_back();
    levels_[depth_].list = list;
    levels_[depth_++].names.clear();
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }

  std::vector<Level> levels_;
  std::size_t depth_ = 0;
};

/// Cuts at brackets, quotes and commas only: right for JSON, harmless for anything else.
class Cutter {
public:
  explicit Cutter(std::string_view text) : text_{text} {}

  bool at_end() const { return position_ == text_.size(); }
  std::size_t position() const { return position_; }
  char peek() const { return at_end() ? '\0' : text_[position_]; }
  void skip_space() {
    while (!at_end() && std::string_view{" \t\r\n"}.find(text_[position_]) != std::string_view::npos) ++position_;
  }
  bool take(char c) {
    skip_space();
    if (peek() != c || at_end()) return false;
    ++position_;
    return true;
  }
  /// The text of the next value; empty when there is none or it does not end.
  std::string_view value() {
    skip_space();
    const auto begin = position_;
    if (peek() == '"') return string() ? text_.substr(begin, position_ - begin) : std::string_view{};
    if (peek() == '{' || peek() == '[') return nested() ? text_.substr(begin, position_ - begin) : std::string_view{};
    while (!at_end() && std::string_view{",]} \t\r\n"}.find(text_[position_]) == std::string_view::npos) ++position_;
    return text_.substr(begin, position_ - begin);
  }

private:
  bool string() {
    for (++position_; !at_end(); ++position_) {
      if (text_[position_] == '\\') {
        if (++position_ == text_.size()) return false;
      } else if (text_[position_] == '"') {
        ++position_;
        return true;
      }
    }
    return false;
  }
  bool nested() {
    std::size_t depth = 0;
    while (!at_end()) {
      const char c = text_[position_];
      if (c == '"') {
        if (!string()) return false;
        continue;
      }
      ++position_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return false;
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

/// Calls `item` until the closing bracket; the fault, or empty. `item` gives false where nothing can be read.
template <class Item>
std::string cut(Cutter& cutter, char opening, char closing, const char* what, Item&& item) {
  if (!cutter.take(opening)) return column(cutter.position()) + "not " + what;
  if (!cutter.take(closing)) {
    do {
      if (!item()) return column(cutter.position()) + "unreadable or cut off";
    } while (cutter.take(','));
    if (!cutter.take(closing)) return column(cutter.position()) + "expected ',' or '" + closing + "'";
  }
  cutter.skip_space();
  return cutter.at_end() ? std::string{} : column(cutter.position()) + "text after the end";
}

} // namespace

std::string json_fault(std::string_view text) {
  Inspection inspection;
  if (!nlohmann::json::sax_parse(text, &inspection) && inspection.fault.empty()) return "not JSON";
  return std::move(inspection.fault);
}

JsonObject json_object(std::string_view text) {
  JsonObject object;
  Cutter cutter{text};
  object.fault = cut(cutter, '{', '}', "a JSON object", [&] {
    if (object.members.size() == json_members_max) return false;
    const auto key = cutter.value();
    const auto name = json_string(key);
    if (!name || !cutter.take(':')) return false;
    const auto value = cutter.value();
    if (value.empty()) return false;
    const auto size = static_cast<std::size_t>(value.data() + value.size() - key.data());
    object.members.push_back({snake_case(*name), value, {key.data(), size}});
    return true;
  });
  return object;
}

JsonList json_list(std::string_view text) {
  JsonList list;
  Cutter cutter{text};
  list.fault = cut(cutter, '[', ']', "a JSON list", [&] {
    const auto value = cutter.value();
    if (!value.empty()) list.elements.push_back(value);
    return !value.empty();
  });
  return list;
}

std::optional<std::string> json_string(std::string_view text) {
  if (text.size() < 2 || text.front() != '"') return std::nullopt;
  const auto value = nlohmann::json::parse(text, nullptr, false);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 40)) out += c >= ' ' && c <= '~' ? c : '?';
  if (text.size() > 40) out += "...";
  return out;
}

} // namespace riskcluster
