#include "files/text_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <system_error>

namespace riskcluster {

namespace {

Error cannot_read(const std::string& path) {
  return {Errc::not_found, path + ": cannot be read: " + std::strerror(errno)};
}

/// False, too, for a path that may not be looked at: opening it says why, without an exception.
bool is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

} // namespace

Result<std::string> read_text(const std::string& path) {
  if (is_folder(path)) return Error{Errc::not_found, path + ": is a folder, not a file"};
  std::ifstream file{path, std::ios::binary};
  if (!file) return cannot_read(path);
  std::string text;
  std::array<char, 1 << 16> buffer{};
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    text.append(buffer.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > file_bytes_max)
      return malformed(path + ": longer than " + std::to_string(file_bytes_max >> 20U) + " MiB");
  }
  if (!file.eof()) return cannot_read(path);
  return text;
}

Result<LineReader> LineReader::open(const std::string& path) {
  LineReader reader;
  if (path == "-") {
    reader.standard_input_ = true;
    return reader;
  }
  if (is_folder(path)) return Error{Errc::not_found, path + ": is a folder, not a file"};
  reader.file_.open(path, std::ios::binary);
  if (!reader.file_) return cannot_read(path);
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path, ignored);
  if (!ignored) reader.total_ = size;
  return reader;
}

std::optional<std::string_view> LineReader::next() {
  std::istream& in = standard_input_ ? std::cin : file_;
  buffer_.clear();
  too_long_ = false;
  std::streambuf* source = in.rdbuf();
  int c = source->sbumpc();
  if (c == std::char_traits<char>::eof()) return std::nullopt;
  for (; c != std::char_traits<char>::eof() && c != '\n'; c = source->sbumpc()) {
    ++bytes_;
    if (buffer_.size() < line_bytes_max)
      buffer_.push_back(static_cast<char>(c));
    else
      too_long_ = true;
  }
  if (c == '\n') ++bytes_; // the last line may lack its end
  ++line_;
  if (!buffer_.empty() && buffer_.back() == '\r') buffer_.pop_back();
  return buffer_;
}

} // namespace riskcluster
