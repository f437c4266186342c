#pragma once
// A node over a store in a folder, with a market view that holds for ever, and what all rows of the road are told.

#include <memory>
#include <string>

#include "bench/fixture.hpp"
#include "bench/road_journal.hpp"
#include "bench/road_load.hpp"
#include "node/node.hpp"
#include "node/store.hpp"
#include "transport/destination.hpp"

namespace riskcluster::bench {

struct RoadOptions {
  Settings fixture;
  std::string data; ///< folder in which each row makes its own; on a real disk
  Input::Format format = Input::Format::protobuf;
  double seconds = 20;
  double rate_per_s = 5'000;
  std::size_t in_flight = 256;
  int warm_up_per_tenant = 256;              ///< until a tenant remembers as many signals as it ever does
  std::vector<std::string> journal_settings; ///< "name=value", of RocksDB's family `journal`: to try others
  bool outlet = false;                       ///< outputs are encoded and handed to a destination that drops them
  int known = 1'000'000;                     ///< tenants of row 8
  int awake = 100'000;
  int restarted = 100'000; ///< tenants of row 9
  int history = 300'000;   ///< and their batches
};

/// Takes everything and keeps nothing.
class NoDestination final : public Destination {
public:
  const std::string& name() const override { return name_; }
  void publish(ShardId, std::vector<Publication> publications, Done done) override {
    published_ += publications.size();
    done(true);
  }

private:
  std::string name_ = "none";
  std::atomic<std::size_t> published_ = 0;
};

class RoadNode {
public:
  /// @param folder kept when it is there already. An error ends the program.
  RoadNode(const std::string& folder, const MarketViewPtr& view, RoadSettings settings = {}, bool outlet = false);

  Node& node() { return *node_; }
  Store& store() { return *store_; }
  TimingJournal& journal() { return *journal_; }
  double store_seconds() const { return store_seconds_; }
  double start_seconds() const { return start_seconds_; }

  /// Tenants from `first` on, as Fixture::opening() has them.
  void open(const Fixture& fixture, int first, int count, int companies,
            const std::vector<StrategyId>& strategies = {});
  /// Memory of RocksDB's own, bytes.
  std::size_t database_bytes();
  /// Bytes of all files.
  static std::size_t file_bytes(const std::string& folder);
  /// RocksDB settings that can be changed while it runs.
  void set(const std::vector<std::string>& journal_settings);
  /// What RocksDB has written so far.
  struct Written {
    double log_bytes = 0;
    double log_syncs = 0;
    double flushed_bytes = 0;   ///< into level 0
    double compacted_bytes = 0; ///< again
  };
  Written written();

private:
  NoDestination destination_;
  double store_seconds_ = 0;
  double start_seconds_ = 0;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TimingJournal> journal_;
  std::unique_ptr<Node> node_;
};

/// A folder that is empty now and gone afterwards.
class Folder {
public:
  Folder(const std::string& parent, const std::string& name);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

// The rows; each prints its lines.
void bare_sync(const RoadOptions& options);
void row_3(const RoadOptions& options, const Fixture& fixture);
void row_5(const RoadOptions& options, const Fixture& fixture);
void row_6(const RoadOptions& options, const Fixture& fixture);
void row_8(const RoadOptions& options, const Fixture& fixture);
void row_9(const RoadOptions& options, const Fixture& fixture);
void row_10(const RoadOptions& options, const Fixture& fixture);
void hops(const RoadOptions& options, const Fixture& fixture);
void parts(const RoadOptions& options, const Fixture& fixture);
/// Fills a folder as a process that then ends: killed, or orderly.
void fill(const RoadOptions& options, const Fixture& fixture, const std::string& folder, bool orderly, bool snapshots);

/// Everybody's tenants remember as much as they ever do.
void warm_up(Node& node, Requests& requests, const RoadOptions& options, int tenants);

} // namespace riskcluster::bench
