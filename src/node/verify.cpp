#include "node/verify.hpp"

#include <cstdio>
#include <ostream>

#include <nlohmann/json.hpp>

#include "node/survey.hpp"
#include "node/survey_progress.hpp"
#include "storage/database.hpp"

namespace riskcluster {

namespace {

using Json = nlohmann::ordered_json;

Json findings(const Faults& faults) {
  Json list = Json::array();
  for (const auto& fault : faults.kept()) list.push_back({{"part", name(fault.part)}, {"message", fault.message}});
  return list;
}

Json to_json(const ShardSurvey& shard) {
  return {{"shard", shard.shard.value},        {"sound", shard.faults.count() == 0}, {"records", shard.records},
          {"first_n", shard.base.n.value + 1}, {"last_n", shard.end.n.value},        {"epoch", shard.end.epoch.value},
          {"last_hash", shard.end.hash.hex()}, {"entities", shard.entities},         {"snapshots", shard.snapshots},
          {"faults", shard.faults.count()},    {"findings", findings(shard.faults)}};
}

void print_json(std::ostream& out, const std::string& folder, const Survey& found, double seconds) {
  Json shards = Json::array();
  for (const auto& shard : found.shards) shards.push_back(to_json(shard));
  const Json report{{"data", folder},
                    {"sound", found.faults() == 0},
                    {"records", found.records()},
                    {"cursors", found.cursors},
                    {"faults", found.faults()},
                    {"seconds", seconds},
                    {"shards", std::move(shards)},
                    {"findings", findings(found.cursor_faults)}};
  // Names on a damaged disk are any bytes.
  out << report.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void print_first(std::ostream& out, const Faults& faults) {
  if (faults.count() == 0) return;
  out << one_line(faults.kept().front().message);
  if (faults.count() > 1) out << " (and " << faults.count() - 1 << " more)";
  out << '\n';
}

void print_table(std::ostream& out, const Survey& found, double seconds) {
  constexpr const char* head =
      "shard     records     first n      last n   epoch  last hash                         entities  "
      "snapshots  verdict\n";
  out << head;
  std::uint64_t entities = 0, snapshots = 0;
  for (const auto& shard : found.shards) {
    entities += shard.entities;
    snapshots += shard.snapshots;
    const std::uint64_t first_n = shard.base.n.value + 1;
    char line[224];
    std::snprintf(line, sizeof line, "%5u  %10llu  %10llu  %10llu  %6llu  %-32s  %8llu  %9llu  ", shard.shard.value,
                  static_cast<unsigned long long>(shard.records), static_cast<unsigned long long>(first_n),
                  static_cast<unsigned long long>(shard.end.n.value),
                  static_cast<unsigned long long>(shard.end.epoch.value),
                  shard.records == 0 ? "-" : shard.end.hash.hex().c_str(),
                  static_cast<unsigned long long>(shard.entities), static_cast<unsigned long long>(shard.snapshots));
    out << line << (shard.faults.count() == 0 ? "sound" : "WRONG") << '\n';
  }
  for (const auto& shard : found.shards) print_first(out, shard.faults);
  print_first(out, found.cursor_faults);
  char line[160];
  std::snprintf(line, sizeof line, "%llu records, %llu entities, %llu snapshots, %llu cursors: %s",
                static_cast<unsigned long long>(found.records()), static_cast<unsigned long long>(entities),
                static_cast<unsigned long long>(snapshots), static_cast<unsigned long long>(found.cursors),
                found.faults() == 0 ? "all is sound" : "WRONG, see above and `riskd repair`");
  out << line;
  std::snprintf(line, sizeof line, " (%.2f s, %.0f records/s)\n", seconds,
                static_cast<double>(found.records()) / std::max(seconds, 1e-9));
  out << line;
}

} // namespace

Result<bool> verify(const VerifyOptions& options, std::ostream& out, std::ostream& messages) {
  const auto database = Database::open(options.data, {.create = false, .read_only = true, .shard_count = 0});
  if (!database) return database.error();
  SurveyLine line{messages, (*database)->shard_count(), options.progress};
  const auto found = survey(**database, [&](ShardId shard, std::uint64_t records) { line(shard, records); });
  const double seconds = line.end();
  if (!found) return found.error();
  options.json ? print_json(out, options.data, *found, seconds) : print_table(out, *found, seconds);
  return found->faults() == 0;
}

} // namespace riskcluster
