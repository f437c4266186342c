#pragma once
// What actors hand each other. Everything larger than a number travels as shared_ptr<const T>: nobody copies it, nobody
// changes it, and it never leaves the process (remote.hpp).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "market/market_view.hpp"
#include "market/tick.hpp"
#include "placement/shard_directory.hpp"
#include "tenant/admin_command.hpp"
#include "tenant/assess.hpp"
#include "tenant/command.hpp"
#include "tenant/setup.hpp"

namespace riskcluster {

struct JournalEntry; // src/journal: ports are the actors' business, not the words'
struct JournalRecord;
struct Surroundings; // actors/surroundings.hpp: the handles that a portfolio works with

/// Single batches go before those of a fan-out.
enum class Lane : std::uint8_t { interactive, bulk };

/// Bytes as a door got them, and what it knows of them.
struct Input {
  enum class Kind : std::uint8_t { signals, update, command, price }; ///< a price takes another road, and is no input
  enum class Format : std::uint8_t { json, protobuf };
  Format format = Format::json;
  std::string bytes;
  TimeMs default_at_ms = 0; ///< for what names no time; 0: such a thing is malformed
  std::string fault;        ///< what the door found wrong already (too long), or empty
  Kind kind = Kind::signals;
  bool envelope = false;   ///< the message is the envelope's payload
  TenantId addressed_to;   ///< by its subject: what it names itself must be the same; empty: the subject says nothing
  StrategyId strategy;     ///< by its subject
  std::string traceparent; ///< of the message that carried it
};

/// What a door does with an input next.
enum class Fate : std::uint8_t {
  settled, ///< durable, or answered for good: never again
  dead,    ///< refused for good, and nothing durable says so: a dead letter
  retry    ///< nothing was decided for a reason that passes
};

struct Reply;
/// Called once, on any thread: for code that is no actor.
struct Callback {
  std::function<void(Result<std::shared_ptr<const Reply>>)> call;
};

/// What became of a fact.
enum class UpdateOutcome : std::uint8_t { applied, repeated };

/// What becomes of an input: one answer, or one for each subscriber of a fan-out, by company, then user.
struct Reply {
  std::vector<std::shared_ptr<const RiskAssessmentBatch>> answers;
  Fate fate = Fate::settled;
  std::string reason_code; ///< of what is dead or to be tried again: MALFORMED, RATE_LIMIT, UNAVAILABLE ...
  std::string reason;      ///< in words
  std::optional<UpdateAnswer> update;
  std::shared_ptr<const CommandAnswer> command;
  std::vector<std::string> faults; ///< of single signals; their neighbours were judged
  TimeMs created_at_ms = 0;
  Trace trace; ///< of the input, its envelope's included
};

/// The market views at hand, each for its span of time.
struct MarketViews {
  std::vector<DatedView> dated;
  /// Nothing when the span is not at hand.
  MarketViewPtr at(TimeMs now) const {
    for (const auto& entry : dated)
      if (entry.from_ms <= now && now < entry.until_ms) return entry.view;
    return nullptr;
  }
};

/// Prices as somebody sent them.
struct MarketNews {
  std::vector<Tick> ticks;
  std::vector<Bar> bars;
};

/// All that a worker needs to judge.
struct Job {
  std::shared_ptr<const TenantState> state;
  std::shared_ptr<const SignalBatch> batch;
  MarketViewPtr view;
  TimeMs now = 0;
  std::vector<PriorAnswer> prior;
  Restrictions restrictions;
  Lane lane = Lane::interactive;
};

/// A candidate, ready to be appended: nothing has happened yet.
struct Judged {
  std::vector<TenantEvent> events;
  std::shared_ptr<const std::vector<JournalEntry>> entries; ///< the events as bytes
  std::shared_ptr<RiskAssessmentBatch> answer; ///< the asker's own: it writes the journal's position into it
};

struct Append {
  ShardId shard;
  Epoch epoch;
  std::shared_ptr<const std::vector<JournalEntry>> entries;
};

/// Entries that are durable, as the journal numbered them.
struct CommittedEntries {
  ShardId shard;
  Epoch epoch;
  SequenceNumber first;
  std::shared_ptr<const std::vector<JournalEntry>> entries;
};

/// A tenant's state, complete to what the journal has of it.
struct Loaded {
  std::shared_ptr<const TenantState> state; ///< nothing: nobody by that name
  SequenceNumber n;                         ///< of the last event
  std::uint64_t unsaved = 0;                ///< events since the snapshot
  std::vector<std::string> complaints;      ///< snapshots that had to be skipped
};

/// A state to be kept, complete to n.
struct SnapshotOrder {
  ShardId shard;
  std::string entity;
  SequenceNumber n;
  std::shared_ptr<const TenantState> state;
};

/// How far a shard's journal may be cut.
struct CutPlan {
  SequenceNumber below;                ///< nobody needs a record with a smaller n
  std::vector<std::string> complaints; ///< what holds it longer than it should
};

/// Tenants to be opened, in order, with the hash of what each was opened from.
struct Openings {
  ShardId shard;
  std::vector<TenantEvent> events; ///< TenantOpened, all of them
};

struct OpeningOutcome {
  std::uint64_t opened = 0;
  std::uint64_t known = 0;          ///< opened before, from the same setup
  std::vector<TenantId> differing;  ///< opened before, from another setup: what the journal says holds
  std::vector<std::string> refused; ///< why the tenants of a shard, or some of them, could not be opened
  std::string again; ///< why some of these may be opened later: a part of the node failed, or the disk; else empty
};

/// What a shard knows of all its tenants, complete to n.
struct LoadedDirectory {
  ShardDirectory directory;
  SequenceNumber n;
  Epoch epoch; ///< of the last record; 1 in an empty shard
  std::vector<std::string> complaints;
};

/// As Callback, for prices: they have been looked at, more may come.
struct NewsCallback {
  std::function<void()> call;
};
/// As Callback, for a fact.
struct UpdateCallback {
  std::function<void(Result<UpdateOutcome>)> call;
};

/// Something a person must know. Printed and counted; never stops anything by itself.
struct Alert {
  std::string type;    ///< stable upper-case word: TENANT_QUARANTINED, SNAPSHOT_CORRUPT, SHARD_HALTED …
  std::string subject; ///< tenant, shard or part of the node
  std::string message;
};

using InputPtr = std::shared_ptr<const Input>;
using ReplyPtr = std::shared_ptr<const Reply>;
using CallbackPtr = std::shared_ptr<const Callback>;
using NewsCallbackPtr = std::shared_ptr<const NewsCallback>;
using UpdateCallbackPtr = std::shared_ptr<const UpdateCallback>;
using SignalBatchPtr = std::shared_ptr<const SignalBatch>;
using UpdatePtr = std::shared_ptr<const PortfolioUpdate>;
using AnswerPtr = std::shared_ptr<const RiskAssessmentBatch>;
using AnswersPtr = std::shared_ptr<const std::vector<AnswerPtr>>;
using MarketViewsPtr = std::shared_ptr<const MarketViews>;
using CommandPtr = std::shared_ptr<const AdminCommand>;
using CommandAnswerPtr = std::shared_ptr<const CommandAnswer>;
using PoliciesPtr = std::shared_ptr<const Policies>;
using MarketNewsPtr = std::shared_ptr<const MarketNews>;
using StatePtr = std::shared_ptr<const TenantState>;
using JobPtr = std::shared_ptr<const Job>;
using JudgedPtr = std::shared_ptr<const Judged>;
using AppendPtr = std::shared_ptr<const Append>;
using CommittedPtr = std::shared_ptr<const CommittedEntries>;
using RecordsPtr = std::shared_ptr<const std::vector<JournalRecord>>;
using LoadedPtr = std::shared_ptr<const Loaded>;
using SnapshotPtr = std::shared_ptr<const SnapshotOrder>;
using CutPlanPtr = std::shared_ptr<const CutPlan>;
using DirectoryPtr = std::shared_ptr<const LoadedDirectory>;
using OpeningsPtr = std::shared_ptr<const Openings>;
using OpenedPtr = std::shared_ptr<const OpeningOutcome>;
using AlertPtr = std::shared_ptr<const Alert>;
using SurroundingsPtr = std::shared_ptr<const Surroundings>;
using NumbersPtr = std::shared_ptr<const std::vector<SequenceNumber>>;

} // namespace riskcluster

// Local only: CAF may hand them over, and never serialises them.
namespace caf {
template <class T>
struct allowed_unsafe_message_type<std::shared_ptr<const T>> : std::true_type {};
} // namespace caf
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(riskcluster::ShardId)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(riskcluster::Epoch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(riskcluster::SequenceNumber)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(riskcluster::JournalPosition)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(riskcluster::TenantId)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(riskcluster::Lane)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(riskcluster::UpdateOutcome)
