#include "node/survey.hpp"

#include <algorithm>
#include <charconv>

#include "messages/codec_market.hpp"
#include "storage/database.hpp"
#include "storage/rocksdb_cursors.hpp"

namespace riskcluster {

namespace {

/// Decimal digits and nothing else.
std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The shard of "egress/<destination>/<shard>", or nothing.
std::optional<std::uint64_t> egress_shard(std::string_view name) {
  const auto slash = name.rfind('/');
  if (!name.starts_with("egress/") || slash == std::string_view::npos) return std::nullopt;
  return number_in(name.substr(slash + 1));
}

/// "lines commands bytes finished", as a replay keeps it.
bool is_progress(std::string_view text) {
  for (int i = 0; i < 3; ++i) {
    const auto space = text.find(' ');
    if (space == std::string_view::npos || !number_in(text.substr(0, space))) return false;
    text.remove_prefix(space + 1);
  }
  return number_in(text).has_value();
}

std::optional<BadCursor> judge_egress(const std::string& name, const std::optional<std::string>& bytes,
                                      const JournalEnd& end) {
  const auto n = bytes ? number_in(*bytes) : std::nullopt;
  if (!n)
    return BadCursor{name, "cursor " + name + ": " + (bytes ? "it cannot be understood" : "its checksum is wrong"),
                     SequenceNumber{}};
  if (*n <= end.n.value) return std::nullopt;
  return BadCursor{name,
                   "cursor " + name + ": n " + std::to_string(*n) + " was published, the sound journal ends at n " +
                       std::to_string(end.n.value),
                   end.n};
}

std::optional<BadCursor> judge_other(const std::string& name, const std::optional<std::string>& bytes) {
  if (!bytes) return BadCursor{name, "cursor " + name + ": its checksum is wrong", std::nullopt};
  if (name.starts_with("replay/") && is_progress(*bytes)) return std::nullopt;
  if (name.starts_with("lines/") && number_in(*bytes)) return std::nullopt;
  if (name.starts_with("feed/") && decode_feed_memory(*bytes)) return std::nullopt;
  return BadCursor{name, "cursor " + name + ": it cannot be understood", std::nullopt};
}

} // namespace

const char* name(Part part) {
  constexpr std::array<const char*, part_count> names{"journal", "history", "index", "snapshot", "cursor"};
  return names.at(static_cast<std::size_t>(part));
}

void Faults::add(Part part, std::string message, bool mendable) {
  const auto i = static_cast<std::size_t>(part);
  const auto keep = [&](std::vector<Fault>& kept, std::size_t& count) {
    if (++count > kept_max) return;
    kept.insert(std::upper_bound(kept.begin(), kept.end(), part, [](Part a, const Fault& b) { return a < b.part; }),
                {part, message});
  };
  ++count_;
  keep(kept_, counts_.at(i));
  if (mendable) return;
  ++unmendable_;
  keep(kept_unmendable_, unmendable_counts_.at(i));
}

std::uint64_t Survey::records() const {
  std::uint64_t sum = 0;
  for (const auto& shard : shards) sum += shard.records;
  return sum;
}

std::uint64_t Survey::faults() const {
  std::uint64_t sum = cursor_faults.count();
  for (const auto& shard : shards) sum += shard.faults.count();
  return sum;
}

std::uint64_t Survey::unmendable() const {
  std::uint64_t sum = cursor_faults.unmendable();
  for (const auto& shard : shards) sum += shard.faults.unmendable();
  return sum;
}

Result<bool> survey_cursors(const Database& database, Survey& found) {
  auto seen = for_each_cursor(database, [&](const std::string& name, const std::optional<std::string>& bytes) {
    ++found.cursors;
    const auto shard = egress_shard(name);
    const bool of_shard = shard && *shard < found.shards.size();
    auto bad = of_shard ? judge_egress(name, bytes, found.shards[*shard].end) : judge_other(name, bytes);
    if (!bad) return;
    Faults& faults = of_shard ? found.shards[*shard].faults : found.cursor_faults;
    faults.add(Part::cursor, bad->message, bad->set_to.has_value());
    found.bad_cursors.push_back(std::move(*bad));
  });
  if (seen || seen.error().code != Errc::malformed) return seen;
  found.cursor_faults.add(Part::cursor, seen.error().message, false);
  return true;
}

Result<Survey> survey(const Database& database, const SurveyProgress& progress) {
  Survey found;
  for (std::uint32_t shard = 0; shard < database.shard_count(); ++shard) {
    auto one = survey_shard(database, {shard}, progress);
    if (!one) return one.error();
    found.shards.push_back(std::move(*one));
  }
  if (const auto cursors = survey_cursors(database, found); !cursors) return cursors.error();
  return found;
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

} // namespace riskcluster
