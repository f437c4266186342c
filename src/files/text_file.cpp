#include "files/text_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <system_error>

namespace riskcluster {

namespace {

Error cannot_read(const std::string& path) {
  return {Errc::not_found, path + ": cannot be read: " + std::strerror(errno)};
}

} // namespace

Result<std::string> read_text(const std::string& path) {
  if (std::filesystem::is_directory(path)) return Error{Errc::not_found, path + ": is a folder, not a file"};
  std::ifstream file{path, std::ios::binary};
  if (!file) return cannot_read(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) return cannot_read(path);
  return std::move(text).str();
}

Result<LineReader> LineReader::open(const std::string& path) {
  LineReader reader;
  if (path == "-") {
    reader.standard_input_ = true;
    return reader;
  }
  if (std::filesystem::is_directory(path)) return Error{Errc::not_found, path + ": is a folder, not a file"};
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
  ++bytes_;
  ++line_;
  if (!buffer_.empty() && buffer_.back() == '\r') buffer_.pop_back();
  return buffer_;
}

} // namespace riskcluster
