#include "replay/resume.hpp"

#include <charconv>

#include "core/hash.hpp"

namespace riskcluster {

namespace {

std::string text(const Progress& progress) {
  return std::to_string(progress.lines) + " " + std::to_string(progress.commands) + " " +
         std::to_string(progress.out_bytes) + " " + (progress.finished ? "1" : "0");
}

std::optional<Progress> parse(std::string_view bytes) {
  std::array<std::uint64_t, 4> numbers{};
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  for (auto& number : numbers) {
    const auto [next, failed] = std::from_chars(at, end, number);
    if (failed != std::errc{}) return std::nullopt;
    at = next == end ? next : next + 1;
  }
  return Progress{numbers[0], numbers[1], numbers[2], numbers[3] != 0};
}

Result<Hash128> content(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return Error{Errc::not_found, path + " cannot be read"};
  Hasher hasher;
  std::string block(std::size_t{1} << 20U, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0)
    hasher.bytes(block.data(), static_cast<std::size_t>(file.gcount()));
  return hasher.digest();
}

} // namespace

Result<Resume> Resume::of(Store& store, const std::string& signals, const std::string& commands) {
  Resume made;
  if (signals == "-") return made;
  Hasher both;
  for (const auto& path : {signals, commands}) {
    if (path.empty()) continue;
    const auto hash = content(path);
    if (!hash) return hash.error();
    both.bytes(hash->bytes.data(), hash->bytes.size());
  }
  made.store_ = &store;
  made.name_ = "replay/" + both.digest().hex();
  const auto kept = store.cursors().find(made.name_);
  if (!kept) return kept.error();
  if (!*kept) return made;
  const auto progress = parse(**kept);
  if (!progress) return malformed("cursor " + made.name_ + " cannot be understood: '" + **kept + "'");
  made.from_ = *progress;
  return made;
}

Result<bool> Resume::keep(const Progress& progress) {
  return store_ ? store_->cursors().put(name_, text(progress)) : true;
}

} // namespace riskcluster
