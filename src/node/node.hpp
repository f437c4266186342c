#pragma once
// A node: the doors, the actors between them, and a way in for code that is no actor.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/live_feed.hpp"
#include "actors/road_watch.hpp"
#include "config/road_settings.hpp"
#include "messages/message_types.hpp"
#include "tenant/event.hpp"
#include "tenant/outputs.hpp"

namespace riskcluster {

class Journal;
class Snapshots;
class Cursors;
class Destination;

/// A destination of outputs, and how it wants them written.
struct NodeOutlet {
  Destination* destination = nullptr;
  std::function<std::string(const Output&)> encode;
  std::string content_type; ///< of what it makes; empty: protobuf
};

/// What a node works with. All doors outlive it.
struct NodeDoors {
  Journal* journal = nullptr;
  Snapshots* snapshots = nullptr;
  Cursors* cursors = nullptr;
  std::function<Result<DatedView>(TimeMs now)> view_at; ///< called by one thread at a time
  LiveFeed feed;                                        ///< with a market it is asked instead
  std::vector<NodeOutlet> outlets;
  std::function<void(const Alert&)> tell; ///< called by one thread at a time
  RoadWatchPtr watch = std::make_shared<RoadWatch>();
};

class Node {
public:
  using Answered = std::function<void(Result<ReplyPtr>)>;

  /// Starts all actors and waits until every shard has its owner or is given up, of which `tell` hears.
  static Result<std::unique_ptr<Node>> start(NodeDoors doors, std::uint32_t shard_count, RoadSettings settings);
  /// At once: nothing is waited for, nothing is saved. See stop().
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Opens tenants, in order. Those of one shard together: thousands of them cost a few commits.
  /// @param events TenantOpened and PolicyOpened, nothing else.
  OpeningOutcome open(const std::vector<TenantEvent>& events);

  /// `answered` once, from any thread.
  void admit(Input input, Answered answered);
  void admit(PortfolioUpdate update, std::function<void(Result<UpdateOutcome>)> answered);
  /// Waits for the answer. Error: a part of the node failed; whether the batch was decided can be asked again.
  Result<ReplyPtr> admit(Input input);
  Result<ReplyPtr> admit(SignalBatch batch);
  Result<UpdateOutcome> admit(PortfolioUpdate update);

  /// `taken` once, from any thread, when more may come.
  void feed(MarketNews news, std::function<void()> taken);

  /// What companies and the system have ordered, as it is in force now.
  Result<PoliciesPtr> policies();

  /// Orderly: outputs out, portfolios asleep, their states kept. Nothing may be under way.
  Result<bool> stop();
  /// Why the node cannot go on, once that is so.
  std::optional<Error> failure() const;

private:
  struct Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

} // namespace riskcluster
