#pragma once

#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "actors/owed.hpp"
#include "actors/surroundings.hpp"
#include "tenant/outputs.hpp"
#include "transport/destination.hpp"

namespace riskcluster {

/// A destination, and how it wants an output written.
struct Outlet {
  Destination* destination = nullptr; ///< outlives the actor
  std::function<std::string(const Output&)> encode;
  std::string content_type; ///< of what it makes; empty: protobuf
};

/// Where a shard's outputs begin for one outlet, and where its journal ends.
struct EgressStart {
  std::vector<SequenceNumber> ends;                   ///< by shard
  std::vector<std::vector<SequenceNumber>> confirmed; ///< by outlet, by shard
};

/// "egress/<destination>/<shard>": the cursor of one destination and shard, the decimal n as its bytes.
std::string cursor_name(const std::string& destination, ShardId shard);

/// Each outlet has, for each shard, one portion under way; the next one leaves when it is confirmed.
class EgressState {
public:
  using Actor = egress_actor;
  using Self = Actor::stateful_pointer<EgressState>;
  static constexpr const char* name = "egress";

  explicit EgressState(Self self) : self_{self} {}
  Actor::behavior_type behavior(std::vector<Outlet> outlets, EgressStart start, SurroundingsPtr with,
                                supervisor_actor supervisor);

private:
  using Time = caf::actor_clock::time_point;

  /// One shard's way to one outlet.
  struct Way {
    SequenceNumber confirmed;
    SequenceNumber marked; ///< what the cursor on the disk says
    bool under_way = false;
    bool refused = false, stuck = false; ///< and a person was told
    Time waiting_since{};                ///< the oldest record that is not confirmed, or somewhat earlier
  };
  struct Arrived {
    CommittedPtr commit;
    Time at;
  };
  /// The newest records of a shard, so that an outlet that keeps up costs no reading.
  struct Recent {
    SequenceNumber end;
    std::deque<Arrived> commits;
    std::size_t records = 0;
  };

  void committed(CommittedPtr commit);
  void advance(std::size_t outlet, ShardId shard);
  bool from_recent(SequenceNumber from, const Recent& recent, std::vector<Output>& outputs, SequenceNumber& last);
  void send_records(std::size_t outlet, ShardId shard, const std::vector<JournalRecord>& records);
  void send(std::size_t outlet, ShardId shard, SequenceNumber last, const std::vector<Output>& outputs);
  void confirmed(std::size_t outlet, ShardId shard, SequenceNumber n, bool arrived);
  void refused(std::size_t outlet, ShardId shard);
  void stuck(std::size_t outlet, ShardId shard, const std::string& why);
  void mark_moved();
  void watch_lag();
  void show_lag() const;
  static Time arrival_of(SequenceNumber n, const Recent& recent, Time otherwise);
  void tick();
  void stop_if_done();
  bool all_out() const;

  Self self_;
  std::vector<Outlet> outlets_;
  std::vector<Recent> shards_;
  std::vector<std::vector<Way>> ways_; ///< by outlet, by shard
  SurroundingsPtr with_;
  supervisor_actor supervisor_;
  std::vector<std::size_t> refused_; ///< by outlet: ways that are
  std::size_t marks_ = 0;            ///< asked for, not answered
  bool lagging_ = false;
  Owed<bool> stopped_;
  bool stopping_ = false;
  caf::actor_clock::time_point stop_by_{};
};

} // namespace riskcluster
