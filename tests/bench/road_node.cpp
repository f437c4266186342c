#include "bench/road_node.hpp"

#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <unordered_map>

#include <fcntl.h>
#include <unistd.h>

#include <rocksdb/db.h>

#include "placement/shard_of.hpp"
#include "storage/database.hpp"

namespace riskcluster::bench {

namespace fs = std::filesystem;

RoadNode::RoadNode(const std::string& folder, const MarketViewPtr& view, RoadSettings settings, bool outlet) {
  auto begun = steady_ns();
  store_ = must(Store::open(folder, shard_count_default, SyncPolicy::each_commit));
  store_seconds_ = static_cast<double>(steady_ns() - begun) / 1e9;
  begun = steady_ns();
  journal_ = std::make_unique<TimingJournal>(store_->journal());
  NodeDoors doors{.journal = journal_.get(),
                  .snapshots = &store_->snapshots(),
                  .cursors = &store_->cursors(),
                  .view_at = [view](TimeMs) -> Result<DatedView> {
                    return DatedView{std::numeric_limits<TimeMs>::min(), std::numeric_limits<TimeMs>::max(), view};
                  },
                  .tell =
                      [](const Alert& alert) {
                        std::fprintf(stderr, "bench: %s %s: %s\n", alert.type.c_str(), alert.subject.c_str(),
                                     alert.message.c_str());
                      }};
  if (outlet) doors.outlets.push_back({&destination_, [](const Output& output) { return output.bytes; }});
  node_ = must(Node::start(std::move(doors), shard_count_default, settings));
  start_seconds_ = static_cast<double>(steady_ns() - begun) / 1e9;
}

void RoadNode::open(const Fixture& fixture, int first, int count, int companies,
                    const std::vector<StrategyId>& strategies) {
  constexpr int at_once = 16'000; // a thousand a shard: one commit each
  std::vector<TenantEvent> events;
  for (int i = first; i < first + count; ++i) {
    events.push_back(fixture.opening(i, companies, strategies));
    if (std::ssize(events) < at_once && i + 1 < first + count) continue;
    const auto opened = node_->open(events);
    if (!opened.refused.empty()) throw std::runtime_error(opened.refused.front());
    events.clear();
  }
}

std::size_t RoadNode::database_bytes() {
  std::size_t bytes = 0;
  std::uint64_t value = 0;
  auto& rocks = store_->database().rocks();
  if (rocks.GetAggregatedIntProperty("rocksdb.size-all-mem-tables", &value)) bytes += value;
  if (rocks.GetAggregatedIntProperty("rocksdb.estimate-table-readers-mem", &value)) bytes += value;
  if (rocks.GetIntProperty("rocksdb.block-cache-usage", &value)) bytes += value; // one for all families
  return bytes;
}

std::size_t RoadNode::file_bytes(const std::string& folder) {
  std::size_t bytes = 0;
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator{folder, ignored}) bytes += file.file_size(ignored);
  return bytes;
}

void RoadNode::set(const std::vector<std::string>& journal_settings) {
  std::unordered_map<std::string, std::string> changes;
  for (const auto& setting : journal_settings) {
    const auto equals = setting.find('=');
    if (equals != std::string::npos) changes[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  if (changes.empty()) return;
  auto& database = store_->database();
  const auto status = database.rocks().SetOptions(database.family(Family::journal), changes);
  if (!status.ok()) must(Result<bool>{Error{Errc::invalid_argument, status.ToString()}});
}

RoadNode::Written RoadNode::written() {
  constexpr double gb = 1 << 30;
  auto& database = store_->database();
  Written written;
  std::map<std::string, std::string> all;
  const auto value = [&](const char* name) { return all.contains(name) ? std::stod(all.at(name)) : 0.0; };
  if (database.rocks().GetMapProperty("rocksdb.dbstats", &all)) {
    written.log_bytes = value("db.wal_bytes_written");
    written.log_syncs = value("db.wal_syncs");
  }
  for (const auto family : {Family::journal, Family::entities, Family::snapshots}) {
    all.clear();
    if (!database.rocks().GetMapProperty(database.family(family), "rocksdb.cfstats", &all)) continue;
    written.flushed_bytes += value("compaction.L0.WriteGB") * gb;
    written.compacted_bytes += (value("compaction.Sum.WriteGB") - value("compaction.L0.WriteGB")) * gb;
  }
  return written;
}

Folder::Folder(const std::string& parent, const std::string& name)
    : path_{parent + "/" + name + "-" + std::to_string(::getpid())} {
  fs::remove_all(path_);
  fs::create_directories(path_);
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void bare_sync(const RoadOptions& options) {
  constexpr int samples = 2'000;
  const Folder folder{options.data, "sync"};
  const int file = ::open((folder.path() + "/file").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const std::string block(4'096, 'x');
  std::vector<double> micros;
  for (int i = 0; i < samples && file >= 0; ++i)
    micros.push_back(bench::micros([&] {
      if (::write(file, block.data(), block.size()) < 0 || ::fdatasync(file) != 0) std::perror("bench: sync");
    }));
  ::close(file);
  print_row("", "the disk's bare sync: append 4 KiB, fdatasync", Distribution{std::move(micros)});
}

void warm_up(Node& node, Requests& requests, const RoadOptions& options, int tenants) {
  constexpr double seconds_max = 300;
  Load load{node, requests, static_cast<std::size_t>(options.warm_up_per_tenant) * static_cast<std::size_t>(tenants)};
  load.closed_loop(options.in_flight, seconds_max);
}

} // namespace riskcluster::bench
