#pragma once
// Every actor of a node on one page: what it can be asked, and what it answers. Who talks to whom:
//
//   door ─► ingress ─► signal_router ─► shard ─► portfolio ─► var_pool ─► var_worker
//                                         │          ├──────► journal_writer ─► egress ─► destinations
//                                         │          ├──────► market (a view that is not at hand)
//                                         └──────────┴──────► loader, snapshot_writer
//   supervisor starts and watches all of them; alerts tells people.
//
// All of it stays in the process. An interface for other nodes is a remote_actor (remote.hpp).

#include <string>

#include <caf/typed_actor.hpp>

#include "messages/message_types.hpp"

namespace riskcluster {

using admit_atom = caf::atom_constant<caf::atom("admit")>;
using append_atom = caf::atom_constant<caf::atom("append")>;
using barrier_atom = caf::atom_constant<caf::atom("barrier")>;
using claim_atom = caf::atom_constant<caf::atom("claim")>;
using commit_atom = caf::atom_constant<caf::atom("commit")>;
using confirm_atom = caf::atom_constant<caf::atom("confirm")>;
using cut_atom = caf::atom_constant<caf::atom("cut")>;
using end_atom = caf::atom_constant<caf::atom("end")>;
using fan_out_atom = caf::atom_constant<caf::atom("fan_out")>;
using judge_atom = caf::atom_constant<caf::atom("judge")>;
using lagging_atom = caf::atom_constant<caf::atom("lagging")>;
using load_atom = caf::atom_constant<caf::atom("load")>;
using mark_atom = caf::atom_constant<caf::atom("mark")>;
using news_atom = caf::atom_constant<caf::atom("news")>;
using next_atom = caf::atom_constant<caf::atom("next")>;
using open_atom = caf::atom_constant<caf::atom("open")>;
using order_atom = caf::atom_constant<caf::atom("order")>;
using owner_atom = caf::atom_constant<caf::atom("owner")>;
using policy_atom = caf::atom_constant<caf::atom("policy")>;
using read_atom = caf::atom_constant<caf::atom("read")>;
using ready_atom = caf::atom_constant<caf::atom("ready")>;
using save_atom = caf::atom_constant<caf::atom("save")>;
using sleep_atom = caf::atom_constant<caf::atom("sleep")>;
using stop_atom = caf::atom_constant<caf::atom("stop")>;
using tell_atom = caf::atom_constant<caf::atom("tell")>;
using tick_atom = caf::atom_constant<caf::atom("tick")>;
using update_atom = caf::atom_constant<caf::atom("update")>;
using view_atom = caf::atom_constant<caf::atom("view")>;
using views_atom = caf::atom_constant<caf::atom("views")>;
using with_atom = caf::atom_constant<caf::atom("with")>;

/// ALERTS: tells people, in order.
using alerts_actor = caf::typed_actor<caf::reacts_to<tell_atom, AlertPtr>>;

/// JOURNAL_WRITER: the node's one committer, on a thread of its own.
using journal_actor = caf::typed_actor<
    // Durable when answered, with the position of the first entry. Error: fenced, unavailable, malformed.
    caf::replies_to<append_atom, AppendPtr>::with<JournalPosition>,
    // Everything that was sent before has been answered.
    caf::replies_to<barrier_atom>::with<bool>,
    // A new epoch for the shard's new owner; writers of the old one are fenced from now on.
    caf::replies_to<claim_atom, ShardId>::with<Epoch>,
    // Removes records from the shard's front: a portion. Answered with the n of the last one that is gone.
    caf::replies_to<cut_atom, ShardId, SequenceNumber>::with<SequenceNumber>,
    // Commits what waits; sent by itself, behind all that has come in.
    caf::reacts_to<commit_atom>,
    // Looks whether a disk that refused has come back; sent by itself.
    caf::reacts_to<tick_atom>>;

/// LOADER: reads from the disk, on a thread of its own.
using loader_actor = caf::typed_actor<
    // The shard's directory, its journal's tail checked on the way. Error: malformed, the shard must halt.
    caf::replies_to<load_atom, ShardId>::with<DirectoryPtr>,
    // The tenant's newest sound snapshot and what happened since.
    caf::replies_to<load_atom, ShardId, std::string>::with<LoadedPtr>,
    // Single records of a shard, all of them or an error.
    caf::replies_to<read_atom, ShardId, NumbersPtr>::with<RecordsPtr>,
    // Where the shard's journal ends.
    caf::replies_to<end_atom, ShardId>::with<SequenceNumber>,
    // Up to `count` records from n on.
    caf::replies_to<read_atom, ShardId, SequenceNumber, std::uint32_t>::with<RecordsPtr>>;

/// SNAPSHOT_WRITER: writes what may be lost, on a thread of its own.
using snapshot_actor = caf::typed_actor<caf::replies_to<save_atom, SnapshotPtr>::with<bool>,
                                        // The shard's directory, complete to n.
                                        caf::replies_to<save_atom, ShardId, SequenceNumber, std::string>::with<bool>,
                                        // How far the shard's journal may be cut: first keeps sleepers' states
                                        // again, so that they do not hold it.
                                        caf::replies_to<cut_atom, ShardId>::with<CutPlanPtr>,
                                        // A named mark of a cursor.
                                        caf::replies_to<mark_atom, std::string, std::string>::with<bool>>;

/// MARKET: the market view of an instant; tells the supervisor which views are at hand.
using market_actor = caf::typed_actor<
    // Error: unavailable, with the reason.
    caf::replies_to<view_atom, TimeMs>::with<MarketViewPtr>,
    // Prices; answered when they have been looked at: more may come.
    caf::replies_to<news_atom, MarketNewsPtr>::with<bool>,
    // Makes a view when one is due; re-arms itself.
    caf::reacts_to<tick_atom>>;

/// VAR_WORKER: judges; keeps nothing but scratch.
using worker_actor = caf::typed_actor<caf::replies_to<judge_atom, JobPtr>::with<JudgedPtr>,
                                      // The next signal of a long batch: others get the thread in between.
                                      caf::reacts_to<next_atom>>;

/// VAR_POOL: hands jobs to workers that announced themselves; a dead worker's job goes to another.
using pool_actor = caf::typed_actor<
    // Error: unavailable, the lane is full; internal, two workers died of it.
    caf::replies_to<judge_atom, JobPtr>::with<JudgedPtr>, caf::reacts_to<ready_atom, worker_actor>>;

/// EGRESS: publishes what is durable, per shard in the order of n, to every destination at its own pace.
using egress_actor =
    caf::typed_actor<caf::reacts_to<commit_atom, CommittedPtr>,
                     // Destination and shard: everything handed to it up to n has arrived, or (false) must be sent
                     // again.
                     caf::reacts_to<confirm_atom, std::uint32_t, ShardId, SequenceNumber, bool>,
                     // Whom it reads and marks with was replaced.
                     caf::reacts_to<with_atom, SurroundingsPtr>,
                     // Looks again at what did not go out, and marks the cursors that moved; re-arms itself.
                     caf::reacts_to<tick_atom>,
                     // Answered when everything is out, or the grace is over; the cursors are marked.
                     caf::replies_to<stop_atom>::with<bool>>;

/// PORTFOLIO: owns one tenant's state, on exactly one node; works one item at a time.
using portfolio_actor = caf::typed_actor<
    // Judges a batch; answers once the decision is durable, or with a refusal that decided nothing.
    caf::replies_to<judge_atom, SignalBatchPtr, Lane, SurroundingsPtr>::with<AnswerPtr>,
    // A fact, before all batches that wait.
    caf::replies_to<update_atom, UpdatePtr, SurroundingsPtr>::with<UpdateOutcome>,
    // A person's order, in front as facts are; answered when it is durable and in force.
    caf::replies_to<order_atom, CommandPtr, SurroundingsPtr>::with<CommandAnswerPtr>,
    // New surroundings, also for what waits here already.
    caf::reacts_to<with_atom, SurroundingsPtr>,
    // Saves its state and ends, unless it has work: true when it sleeps.
    caf::replies_to<sleep_atom>::with<bool>>;

/// SHARD: alone holds its portfolios' handles; wakes them, lets them sleep, counts their deaths.
using shard_actor =
    caf::typed_actor<caf::replies_to<judge_atom, SignalBatchPtr>::with<AnswerPtr>,
                     // Expanded by the strategy index, a bounded number at a time, in the bulk lane.
                     caf::replies_to<fan_out_atom, SignalBatchPtr>::with<AnswersPtr>,
                     caf::replies_to<update_atom, UpdatePtr>::with<UpdateOutcome>,
                     caf::replies_to<order_atom, CommandPtr>::with<CommandAnswerPtr>,
                     caf::replies_to<open_atom, OpeningsPtr>::with<OpenedPtr>,
                     // New surroundings for everything that is passed on from now.
                     caf::reacts_to<with_atom, SurroundingsPtr>,
                     // The same, with a policy in them that changed: answered when all who are awake have been told.
                     caf::replies_to<policy_atom, SurroundingsPtr>::with<bool>,
                     // Passivation and the directory's snapshot, by and by; re-arms itself.
                     caf::reacts_to<tick_atom>,
                     // Puts every portfolio to sleep and saves the directory; answered when all of it is kept.
                     caf::replies_to<stop_atom>::with<bool>>;

/// SIGNAL_ROUTER: knows which actor owns a shard.
using router_actor = caf::typed_actor<
    // A batch of one tenant.
    caf::replies_to<judge_atom, SignalBatchPtr>::with<AnswerPtr>,
    // A strategy's batch: one message to every shard, answered when all are done.
    caf::replies_to<fan_out_atom, SignalBatchPtr>::with<AnswersPtr>,
    caf::replies_to<update_atom, UpdatePtr>::with<UpdateOutcome>,
    caf::replies_to<order_atom, CommandPtr>::with<CommandAnswerPtr>,
    caf::replies_to<open_atom, OpeningsPtr>::with<OpenedPtr>,
    // The shard has a new owner; an empty handle: given up.
    caf::reacts_to<owner_atom, ShardId, shard_actor>>;

/// INGRESS: takes inputs from doors, as long as there is credit.
using ingress_actor = caf::typed_actor<
    // Bytes of a batch, a fact or an order; answered when what becomes of it is certain.
    caf::replies_to<admit_atom, InputPtr>::with<ReplyPtr>,
    // A batch that a door in this process decoded itself; the same answers.
    caf::replies_to<admit_atom, SignalBatchPtr>::with<ReplyPtr>,
    // A fact; answered when durable. Facts have credits of their own. Error: unavailable, not_found; try again.
    caf::replies_to<admit_atom, UpdatePtr>::with<UpdateOutcome>,
    // Tenants of one shard; answered when durable.
    caf::replies_to<open_atom, OpeningsPtr>::with<OpenedPtr>>;

/// CALLER: asks the ingress for code that is no actor, and calls it back.
using caller_actor = caf::typed_actor<caf::reacts_to<admit_atom, InputPtr, CallbackPtr>,
                                      caf::reacts_to<admit_atom, UpdatePtr, UpdateCallbackPtr>,
                                      caf::reacts_to<news_atom, MarketNewsPtr, NewsCallbackPtr>>;

/// SUPERVISOR: starts and watches everything, rebuilds what dies, hands out the surroundings.
using supervisor_actor = caf::typed_actor<
    // Answered when every shard has its owner or is given up: the way in.
    caf::replies_to<ready_atom>::with<ingress_actor>,
    // The views at hand have changed.
    caf::reacts_to<views_atom, MarketViewsPtr>,
    // Prices, passed on to the market of this moment.
    caf::replies_to<news_atom, MarketNewsPtr>::with<bool>,
    // Outputs do (true) or no longer do lag so far behind that no increase may be decided.
    caf::reacts_to<lagging_atom, bool>,
    // What a company, or the system, orders has changed; answered when it is in force on this node.
    caf::replies_to<policy_atom, TenantId, PolicyPtr>::with<bool>,
    // What is in force now.
    caf::replies_to<policy_atom>::with<PoliciesPtr>,
    // Orderly: outputs out, portfolios asleep, directories saved; answered when all of it is done.
    caf::replies_to<stop_atom>::with<bool>>;

} // namespace riskcluster
