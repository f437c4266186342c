#include "live/hops.hpp"

#include <array>

#include "core/trace.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_trading.hpp"
#include "messages/decode_input.hpp"
#include "telemetry/log.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

namespace {

/// By its place in TenantEvent::fact.
constexpr std::array facts = {"tenant opened",       "batch decided", "fill applied", "account changed",
                              "reservation expired", "policy opened", "halted",       "resumed",
                              "limits set",          "limits merged"};
static_assert(facts.size() == std::variant_size_v<decltype(TenantEvent::fact)>);

/// What the sender called it.
std::string id_of(const TenantEvent& event) {
  if (const auto* batch = std::get_if<BatchDecided>(&event.fact)) return batch->batch_id.value;
  if (const auto* fill = std::get_if<FillApplied>(&event.fact)) return fill->execution_id.value;
  if (const auto* change = std::get_if<AccountChanged>(&event.fact)) return change->update_id;
  if (const auto* halted = std::get_if<Halted>(&event.fact)) return halted->command_id;
  if (const auto* resumed = std::get_if<Resumed>(&event.fact)) return resumed->command_id;
  if (const auto* set = std::get_if<LimitsSet>(&event.fact)) return set->command_id;
  return {};
}

std::string trace_id(const std::string& traceparent) {
  const auto parsed = parse_traceparent(traceparent);
  return parsed ? parsed->trace_id.hex() : std::string{};
}

double milliseconds_of(std::chrono::nanoseconds took) {
  return std::chrono::duration<double, std::milli>(took).count();
}

void log_answer(const IntakeNotice& notice, const RiskAssessmentBatch& answer) {
  std::size_t approved = 0, reduced = 0, rejected = 0;
  std::string reason = answer.refusal;
  for (const auto& assessment : answer.assessments) {
    const auto status = assessment.approval_status;
    ++(status == ApprovalStatus::approved ? approved : status == ApprovalStatus::reduced ? reduced : rejected);
    if (reason.empty()) reason = assessment.reason_code;
  }
  const auto place = answer.journal_position.value_or(JournalPosition{});
  log_event(LogLevel::debug, "answered",
            {{"correlation_id", answer.correlation_id},
             {"trace_id", trace_id(notice.trace.traceparent)},
             {"batch_id", answer.batch_id},
             {"company_id", answer.company_id},
             {"user_id", answer.user_id},
             {"source", notice.source},
             {"approved", approved},
             {"reduced", reduced},
             {"rejected", rejected},
             {"reason_code", reason},
             {"shard", place.shard},
             {"n", place.n},
             {"took_ms", milliseconds_of(notice.took)}});
}

/// Of a fact, an order, and whatever was answered by nothing.
void log_outcome(const IntakeNotice& notice, const char* outcome) {
  log_event(LogLevel::debug, "answered",
            {{"correlation_id", notice.trace.correlation_id},
             {"trace_id", trace_id(notice.trace.traceparent)},
             {"source", notice.source},
             {"outcome", outcome},
             {"reason_code", notice.reason_code},
             {"took_ms", milliseconds_of(notice.took)}});
}

const char* name(UpdateAnswer::Status status) {
  constexpr std::array names = {"unspecified", "applied", "repeated", "refused"};
  return names.at(static_cast<std::size_t>(status));
}

const char* name(CommandAnswer::Status status) {
  constexpr std::array names = {"unspecified", "done", "repeated", "refused"};
  return names.at(static_cast<std::size_t>(status));
}

void log_dead(const IntakeNotice& notice) {
  log_event(LogLevel::warn, "an input is a dead letter",
            {{"correlation_id", notice.trace.correlation_id},
             {"trace_id", trace_id(notice.trace.traceparent)},
             {"source", notice.source},
             {"subject", notice.delivery.subject},
             {"message_id", notice.delivery.message_id},
             {"deliveries", notice.delivery.deliveries},
             {"reason_code", notice.reason_code},
             {"reason", notice.reason}});
}

} // namespace

bool hops_followed() { return log_enabled(LogLevel::debug); }

Trace trace_of(const Input& input) {
  if (const auto decoded = decode_input(input)) {
    if (const auto* batch = std::get_if<SignalBatch>(&*decoded)) return batch->trace();
    if (const auto* update = std::get_if<PortfolioUpdate>(&*decoded)) return update->trace;
    return std::get<AdminCommand>(*decoded).trace;
  }
  Trace trace{.traceparent = input.traceparent};
  if (input.kind != Input::Kind::signals || input.format != Input::Format::json || input.envelope) return trace;
  if (const auto header = batch_header_of(input.bytes)) trace.correlation_id = header->correlation_id;
  return trace;
}

void log_taken(const std::string& source, const Delivery& delivery, const Trace& trace) {
  log_event(LogLevel::debug, "taken",
            {{"correlation_id", trace.correlation_id},
             {"trace_id", trace_id(trace.traceparent)},
             {"source", source},
             {"subject", delivery.subject},
             {"message_id", delivery.message_id},
             {"deliveries", delivery.deliveries},
             {"traceparent", trace.traceparent},
             {"bytes", delivery.bytes.size()}});
}

void log_repeated(const SignalBatch& batch, JournalPosition decided) {
  if (!hops_followed()) return;
  log_event(LogLevel::debug, "decided before",
            {{"correlation_id", batch.correlation_id},
             {"trace_id", trace_id(batch.traceparent)},
             {"batch_id", batch.batch_id},
             {"shard", decided.shard},
             {"n", decided.n}});
}

void log_appended(ShardId shard, Epoch epoch, const Committed& place, const std::vector<JournalEntry>& entries) {
  SequenceNumber n = place.first;
  for (const auto& entry : entries) {
    const auto event = decode_event(entry.payload);
    log_event(LogLevel::debug, "in the journal",
              {{"correlation_id", event ? event->trace.correlation_id : std::string{}},
               {"trace_id", event ? trace_id(event->trace.traceparent) : std::string{}},
               {"what", event ? facts.at(event->fact.index()) : "unreadable"},
               {"id", event ? id_of(*event) : std::string{}},
               {"entity", entry.entity},
               {"shard", shard},
               {"epoch", epoch},
               {"n", n}});
    ++n.value;
  }
}

void log_replied(const std::string& subject, const Trace& trace, bool sent) {
  log_event(LogLevel::debug, "replied",
            {{"correlation_id", trace.correlation_id},
             {"trace_id", trace_id(trace.traceparent)},
             {"subject", subject},
             {"sent", sent}});
}

void log_answered(const IntakeNotice& notice) {
  if (notice.fate == Fate::dead) log_dead(notice);
  if (notice.reply)
    for (const auto& fault : notice.reply->faults)
      log_event(LogLevel::warn, "a signal cannot be judged, its neighbours are",
                {{"correlation_id",
                  notice.reply->answers.empty() ? std::string{} : notice.reply->answers.front()->correlation_id},
                 {"source", notice.source},
                 {"subject", notice.delivery.subject},
                 {"what", fault}});
  if (!hops_followed()) return;
  if (notice.reply) {
    for (const auto& answer : notice.reply->answers) log_answer(notice, *answer);
    if (notice.reply->update) log_outcome(notice, name(notice.reply->update->status));
    if (notice.reply->command) log_outcome(notice, name(notice.reply->command->status));
  }
  if (notice.fate == Fate::retry)
    log_event(LogLevel::debug, "to be tried again",
              {{"correlation_id", notice.trace.correlation_id},
               {"trace_id", trace_id(notice.trace.traceparent)},
               {"source", notice.source},
               {"deliveries", notice.delivery.deliveries},
               {"reason_code", notice.reason_code},
               {"reason", notice.reason}});
}

std::shared_ptr<const FollowedOutputs> followed_outputs(const std::string& destination,
                                                        const std::vector<Publication>& publications) {
  if (!hops_followed()) return nullptr;
  auto followed = std::make_shared<FollowedOutputs>();
  followed->destination = destination;
  for (const auto& one : publications)
    followed->outputs.push_back({one.id, output_subject(one), {one.correlation_id, one.traceparent}});
  return followed;
}

void log_published(const FollowedOutputs& outputs, bool arrived) {
  for (const auto& one : outputs.outputs)
    log_event(LogLevel::debug, arrived ? "published" : "not confirmed, to be published again",
              {{"correlation_id", one.trace.correlation_id},
               {"trace_id", trace_id(one.trace.traceparent)},
               {"destination", outputs.destination},
               {"subject", one.subject},
               {"message_id", one.id},
               {"traceparent", one.trace.traceparent}});
}

} // namespace riskcluster
