#pragma once
// The road of a request in the log: a line for each hop, all with its correlation id and trace, at level debug; what a
// person must see is a warning. Nothing is copied, decoded or computed while nobody follows.

#include <memory>
#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "live/intake.hpp"
#include "tenant/trace.hpp"
#include "transport/destination.hpp"

namespace riskcluster {

/// Whether single requests are followed.
bool hops_followed();

/// What an input can be followed by, as far as it can be read.
Trace trace_of(const Input& input);

void log_taken(const std::string& source, const Delivery& delivery, const Trace& trace);
void log_repeated(const SignalBatch& batch, JournalPosition decided);
void log_appended(ShardId shard, Epoch epoch, const Committed& place, const std::vector<JournalEntry>& entries);
void log_replied(const std::string& subject, const Trace& trace, bool sent);
/// What became of an input.
void log_answered(const IntakeNotice& notice);

/// Outputs on their way, as far as they are spoken of when it is known what became of them.
struct FollowedOutputs {
  std::string destination;
  struct One {
    std::string id, subject;
    Trace trace;
  };
  std::vector<One> outputs;
};
/// Null while nobody follows.
std::shared_ptr<const FollowedOutputs> followed_outputs(const std::string& destination,
                                                        const std::vector<Publication>& publications);
void log_published(const FollowedOutputs& outputs, bool arrived);

} // namespace riskcluster
