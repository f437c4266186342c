#include "live/dead_letter_list.hpp"

#include <array>
#include <cstdio>
#include <ostream>

#include "core/time.hpp"
#include "storage/database.hpp"
#include "storage/rocksdb_dead_letters.hpp"
#include "telemetry/log_text.hpp"

namespace riskcluster {

namespace {

std::string hex_of(const std::string& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex += digits[value >> 4U];
    hex += digits[value & 15U];
  }
  return hex;
}

/// With the kept bytes as hexadecimal digits, and their beginning as text: what is none in it is replaced.
void print_json(std::ostream& out, const DeadLetter& letter) {
  std::string line = "{\"number\":" + std::to_string(letter.number) + ",\"bytes\":" + std::to_string(letter.bytes);
  const auto add = [&](const char* name, const std::string& text) {
    line.append(",\"").append(name).append("\":");
    append_quoted(line, text);
  };
  add("time", format_rfc3339(letter.at_ms));
  add("reason_code", letter.reason_code);
  add("reason", letter.reason);
  add("source", letter.source);
  add("subject", letter.subject);
  add("message_id", letter.message_id);
  add("first_bytes", letter.first_bytes);
  line += ",\"first_bytes_hex\":\"" + hex_of(letter.first_bytes) + "\"}\n";
  out << line;
}

void print_row(std::ostream& out, const DeadLetter& letter) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%8llu  %-24s  %-18s %9llu  ", static_cast<unsigned long long>(letter.number),
                format_rfc3339(letter.at_ms).c_str(), letter.reason_code.substr(0, 18).c_str(),
                static_cast<unsigned long long>(letter.bytes));
  std::string line{text.data()};
  append_unquoted(line, letter.subject);
  line += ": ";
  append_unquoted(line, letter.reason);
  out << line << '\n';
}

} // namespace

Result<bool> list_dead_letters(const DeadLetterListOptions& options, std::ostream& out) {
  const auto database = Database::open(options.data, {.create = false, .read_only = true, .shard_count = 0});
  if (!database) return database.error();
  const auto letters = RocksdbDeadLetters::open(**database, 1);
  if (!letters) return letters.error();
  const auto newest = (*letters)->newest(options.count);
  if (!newest) return newest.error();
  if (!options.json) out << "  number  time                      reason code            bytes  subject: reason\n";
  for (const auto& letter : *newest) options.json ? print_json(out, letter) : print_row(out, letter);
  if (!options.json) out << newest->size() << " of " << (*letters)->count() << " that ever came\n";
  out.flush();
  if (!out) return Error{Errc::unavailable, "the list could not be written"};
  return true;
}

} // namespace riskcluster
