#include "transport/nats_streams.hpp"

#include <algorithm>
#include <optional>
#include <thread>

#include <nats/nats.h>

namespace riskcluster {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

std::int64_t nanos(nanoseconds time) { return time.count(); }

Result<NatsHandle<jsCtx>> stream_context(natsConnection& connection, milliseconds wait) {
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = wait.count();
  jsCtx* made = nullptr;
  const auto status = natsConnection_JetStream(&made, &connection, &options);
  if (status != NATS_OK) return Error{Errc::unavailable, natsStatus_GetText(status)};
  return NatsHandle<jsCtx>{made};
}

/// The server's words where it has said something, else the driver's.
Error refusal(const std::string& what, natsStatus status, jsErrCode code) {
  natsStatus last = NATS_OK;
  const char* words = nats_GetLastError(&last);
  std::string why = words && *words && last == status ? words : natsStatus_GetText(status);
  if (code != 0) why += " (" + std::to_string(static_cast<int>(code)) + ")";
  // Overlapping subjects, a limit of the account, a name in use: the same will be refused again.
  const bool refused = code != 0 && code != JSClusterNotAvailErr && code != JSInsufficientResourcesErr;
  return {refused ? Errc::invalid_argument : Errc::unavailable, what + ": " + why};
}

std::string joined(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

Result<bool> make_stream(jsCtx& context, const StreamOptions& stream) {
  std::vector<const char*> subjects;
  for (const auto& subject : stream.subjects) subjects.push_back(subject.c_str());
  const bool settled = stream.keep == StreamOptions::Keep::until_settled;
  jsStreamConfig config;
  jsStreamConfig_Init(&config);
  config.Name = stream.name.c_str();
  config.Subjects = subjects.data();
  config.SubjectsLen = static_cast<int>(subjects.size());
  config.Retention = settled ? js_WorkQueuePolicy : js_LimitsPolicy;
  config.Discard = settled ? js_DiscardNew : js_DiscardOld;
  config.MaxAge = settled ? 0 : nanos(stream.age_max);
  config.MaxBytes = stream.bytes_max;
  config.Storage = js_FileStorage;
  config.Duplicates = nanos(stream.repeat_window);
  config.Replicas = stream.replicas;
  jsErrCode code{};
  const auto status = js_AddStream(nullptr, &context, &config, nullptr, &code);
  if (status != NATS_OK) return refusal("stream " + stream.name + " cannot be made", status, code);
  return true;
}

Result<ConsumerFound> make_consumer(jsCtx& context, const ConsumerOptions& consumer) {
  jsConsumerConfig config;
  jsConsumerConfig_Init(&config);
  config.Durable = consumer.durable.c_str();
  config.DeliverPolicy = js_DeliverAll;
  config.AckPolicy = js_AckExplicit;
  config.AckWait = nanos(consumer.ack_wait);
  config.MaxDeliver = -1; // who takes them decides when one is hopeless
  config.MaxAckPending = consumer.ack_pending_max;
  jsErrCode code{};
  const auto status = js_AddConsumer(nullptr, &context, consumer.stream.c_str(), &config, nullptr, &code);
  if (status != NATS_OK)
    return refusal("consumer " + consumer.durable + " of " + consumer.stream + " cannot be made", status, code);
  return ConsumerFound{.made = true, .ack_wait = consumer.ack_wait};
}

Result<ConsumerFound> fitting(const jsConsumerConfig& config, const ConsumerOptions& consumer, std::size_t credit) {
  const std::string who = "consumer " + consumer.durable + " of " + consumer.stream;
  if (config.DeliverSubject && *config.DeliverSubject) return invalid(who + " is pushed to " + config.DeliverSubject);
  if (config.AckPolicy != js_AckExplicit) return invalid(who + " does not settle each message for itself");
  if (config.MaxAckPending > 0 && static_cast<std::size_t>(config.MaxAckPending) < credit)
    return invalid(who + " allows " + std::to_string(config.MaxAckPending) + " unsettled messages, fewer than the " +
                   std::to_string(credit) + " that this node takes");
  return ConsumerFound{.ack_wait = std::chrono::duration_cast<milliseconds>(nanoseconds{config.AckWait})};
}

} // namespace

StreamOptions signals_stream() {
  return {.name = "RISK_SIGNALS_IN",
          .subjects = {"trading.signals.>", "trading.strategies.>"},
          .bytes_max = std::int64_t{1} << 30}; // a million batches of 1 kB: 200 s at 5,000 a second
}

StreamOptions updates_stream() {
  return {.name = "RISK_UPDATES_IN", .subjects = {"portfolio.updates.>"}, .bytes_max = std::int64_t{1} << 30};
}

StreamOptions outputs_stream() {
  return {.name = "RISK_OUT",
          .subjects = {"risk.approved.>", "risk.assessments.>", "risk.actions.>", "risk.alerts.>"},
          .keep = StreamOptions::Keep::for_a_time,
          .bytes_max = std::int64_t{4} << 30};
}

Result<bool> ensure_stream(__natsConnection& connection, const StreamOptions& stream, milliseconds wait) {
  const auto context = stream_context(connection, wait);
  if (!context) return context.error();
  jsStreamInfo* info = nullptr;
  jsErrCode code{};
  const auto status = js_GetStreamInfo(&info, context->get(), stream.name.c_str(), nullptr, &code);
  if (status == NATS_NOT_FOUND) return make_stream(**context, stream);
  if (status != NATS_OK) return refusal("stream " + stream.name, status, code);
  const char* const* const subjects = info->Config->Subjects;
  const std::vector<std::string> found{subjects, subjects + info->Config->SubjectsLen};
  jsStreamInfo_Destroy(info);
  const auto has = joined(found), wanted = joined(stream.subjects);
  if (has != wanted) return invalid("stream " + stream.name + " is there with the subjects " + has + ", not " + wanted);
  return false;
}

Result<ConsumerFound> find_consumer(__natsConnection& connection, const ConsumerOptions& consumer, std::size_t credit,
                                    milliseconds wait) {
  const auto context = stream_context(connection, wait);
  if (!context) return context.error();
  jsConsumerInfo* info = nullptr;
  jsErrCode code{};
  const auto status =
      js_GetConsumerInfo(&info, context->get(), consumer.stream.c_str(), consumer.durable.c_str(), nullptr, &code);
  if (status == NATS_NOT_FOUND) return Error{Errc::not_found, "consumer " + consumer.durable + " is not there"};
  if (status != NATS_OK) return refusal("consumer " + consumer.durable + " of " + consumer.stream, status, code);
  auto found = fitting(*info->Config, consumer, credit);
  jsConsumerInfo_Destroy(info);
  return found;
}

namespace {

/// Nothing where settled messages stay.
std::optional<std::int64_t> messages_in(jsCtx& context, const std::string& stream) {
  jsStreamInfo* info = nullptr;
  if (js_GetStreamInfo(&info, &context, stream.c_str(), nullptr, nullptr) != NATS_OK) return std::nullopt;
  const auto count = static_cast<std::int64_t>(info->State.Msgs);
  const bool until_settled = info->Config->Retention == js_WorkQueuePolicy;
  jsStreamInfo_Destroy(info);
  return until_settled ? std::optional{count} : std::nullopt;
}

std::optional<std::int64_t> owed_by(jsCtx& context, const ConsumerOptions& consumer) {
  jsConsumerInfo* info = nullptr;
  if (js_GetConsumerInfo(&info, &context, consumer.stream.c_str(), consumer.durable.c_str(), nullptr, nullptr) !=
      NATS_OK)
    return std::nullopt;
  const auto count = static_cast<std::int64_t>(info->NumPending) + info->NumAckPending;
  jsConsumerInfo_Destroy(info);
  return count;
}

} // namespace

bool has_forgotten(__natsConnection& connection, const ConsumerOptions& consumer, milliseconds wait) {
  constexpr int looks = 8;
  const auto context = stream_context(connection, wait);
  if (!context) return false;
  for (int look = 0; look < looks; ++look) {
    if (look > 0) std::this_thread::sleep_for(milliseconds{10});
    // In turns, so that what moves between the two questions does not always count on the same side.
    const bool stream_first = look % 2 == 0;
    const auto ask = [&](bool stream) {
      return stream ? messages_in(**context, consumer.stream) : owed_by(**context, consumer);
    };
    const auto first = ask(stream_first), second = ask(!stream_first);
    if (!first || !second) return false;
    if ((stream_first ? *first - *second : *second - *first) <= 0) return false;
  }
  return true;
}

Result<ConsumerFound> renew_consumer(__natsConnection& connection, const ConsumerOptions& consumer, milliseconds wait) {
  const auto context = stream_context(connection, wait);
  if (!context) return context.error();
  jsErrCode code{};
  const auto status =
      js_DeleteConsumer(context->get(), consumer.stream.c_str(), consumer.durable.c_str(), nullptr, &code);
  if (status != NATS_OK && status != NATS_NOT_FOUND)
    return refusal("consumer " + consumer.durable + " of " + consumer.stream + " cannot be made anew", status, code);
  return make_consumer(**context, consumer);
}

Result<ConsumerFound> ensure_consumer(__natsConnection& connection, const ConsumerOptions& consumer, std::size_t credit,
                                      milliseconds wait) {
  auto found = find_consumer(connection, consumer, credit, wait);
  if (found || found.error().code != Errc::not_found) return found;
  const auto context = stream_context(connection, wait);
  if (!context) return context.error();
  return make_consumer(**context, consumer);
}

} // namespace riskcluster
