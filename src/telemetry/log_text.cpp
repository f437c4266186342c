#include "telemetry/log_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace riskcluster {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

struct Character {
  char32_t code = 0xFFFD;
  std::string_view bytes = replacement;
};

/// Takes one character off the front of a text that is not empty; a byte that begins none counts as one by itself.
/// Unicode 15, table 3-7: no overlong form, no surrogate, nothing beyond U+10FFFF.
Character take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 0;
  char32_t code = size < 2 ? lead : lead & (0x7FU >> size);
  bool sound = size > 0 && size <= text.size();
  for (std::size_t i = 1; sound && i < size; ++i) {
    sound = (byte(i) & 0xC0U) == 0x80U;
    code = code << 6U | (byte(i) & 0x3FU);
  }
  constexpr char32_t code_min[] = {0, 0, 0x80, 0x800, 0x10000};
  sound = sound && code >= code_min[size] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  const Character character = sound ? Character{code, text.substr(0, size)} : Character{};
  text.remove_prefix(sound ? size : 1);
  return character;
}

/// C0, DEL and C1; the line and paragraph separators; what turns the direction of writing.
constexpr bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0x200E || code == 0x200F || code == 0x061C;
}

void append_escape(std::string& out, char32_t code) {
  if (code == '\n') {
    out += "\\n";
  } else if (code == '\t') {
    out += "\\t";
  } else if (code == '\r') {
    out += "\\r";
  } else { // every control character lies below U+10000
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(code & 0xFFFFU));
    out += text;
  }
}

void append_safe(std::string& out, std::string_view text, bool quoted) {
  const bool cut = text.size() > log_text_bytes_max;
  const char* const end = text.data() + std::min(text.size(), log_text_bytes_max);
  while (!text.empty() && text.data() < end) {
    const Character character = take_character(text);
    if (is_control(character.code)) {
      append_escape(out, character.code);
    } else {
      if (quoted && (character.code == '"' || character.code == '\\')) out += '\\';
      out += character.bytes;
    }
  }
  if (cut) out += "...";
}

} // namespace

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_safe(out, text, true);
  out += '"';
}

void append_unquoted(std::string& out, std::string_view text) { append_safe(out, text, false); }

bool stands_alone(std::string_view text) {
  return !text.empty() && text.find_first_of(" \"\\=") == std::string_view::npos;
}

std::string valid_utf8(std::string_view text, std::size_t bytes_max) {
  std::string out;
  while (!text.empty()) {
    const Character character = take_character(text);
    if (out.size() + character.bytes.size() > bytes_max) break;
    out += character.bytes;
  }
  return out;
}

} // namespace riskcluster
