#include "transport/nats_client.hpp"

#include <doctest/doctest.h>
#include <nats/nats.h>

#include "transport/waiting.hpp"

namespace riskcluster::test {

namespace {

NatsHandle<natsConnection> connected(const std::string& url) {
  natsOptions* options = nullptr;
  REQUIRE(natsOptions_Create(&options) == NATS_OK);
  const NatsHandle<natsOptions> owned{options};
  natsOptions_SetURL(options, url.c_str());
  natsOptions_SetSendAsap(options, true);
  natsOptions_SetMaxReconnect(options, -1);
  natsOptions_SetReconnectWait(options, 20);
  natsOptions_SetReconnectJitter(options, 0, 0);
  natsConnection* made = nullptr;
  REQUIRE(eventually([&] { return natsConnection_Connect(&made, options) == NATS_OK; }));
  return NatsHandle<natsConnection>{made};
}

NatsHandle<natsMsg> driver_message(const Message& message, const char* reply) {
  natsMsg* made = nullptr;
  REQUIRE(natsMsg_Create(&made, message.subject.c_str(), reply, message.bytes.data(),
                         static_cast<int>(message.bytes.size())) == NATS_OK);
  for (const auto& [name, value] : message.headers) natsMsgHeader_Set(made, name.c_str(), value.c_str());
  return NatsHandle<natsMsg>{made};
}

Message plain(natsMsg* message) {
  Message out{.subject = natsMsg_GetSubject(message),
              .bytes = {natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message))}};
  for (const auto* const name : {"Nats-Msg-Id", "traceparent", "Risk-Correlation-Id", "Content-Type"}) {
    const char* value = nullptr;
    if (natsMsgHeader_Get(message, name, &value) == NATS_OK) out.headers.emplace_back(name, value);
  }
  return out;
}

} // namespace

NatsClient::NatsClient(const std::string& url) : connection_{connected(url)} {
  jsCtx* made = nullptr;
  REQUIRE(natsConnection_JetStream(&made, connection_.get(), nullptr) == NATS_OK);
  context_.reset(made);
}

NatsClient::~NatsClient() {
  // The driver hands on what it has before it lets the subscriptions go, and `this` must be there for it.
  for (auto& subscription : subscriptions_) {
    natsSubscription_Drain(subscription.get());
    natsSubscription_WaitForDrainCompletion(subscription.get(), 2'000);
  }
}

void NatsClient::publish(const Message& message, const std::string& reply) {
  const auto made = driver_message(message, reply.empty() ? nullptr : reply.c_str());
  REQUIRE(natsConnection_PublishMsg(connection_.get(), made.get()) == NATS_OK);
}

void NatsClient::flush() { REQUIRE(flush(*connection_)); }

bool NatsClient::flush(natsConnection& connection) {
  return natsConnection_FlushTimeout(&connection, 10'000) == NATS_OK;
}

void NatsClient::wait_until_back() {
  REQUIRE(eventually([&] { return natsConnection_FlushTimeout(connection_.get(), 1'000) == NATS_OK; }));
}

bool NatsClient::store(const Message& message) {
  const auto made = driver_message(message, nullptr);
  jsPubOptions options;
  jsPubOptions_Init(&options);
  options.MaxWait = 500;
  return js_PublishMsg(nullptr, context_.get(), made.get(), &options, nullptr) == NATS_OK;
}

std::string NatsClient::request(const Message& message) {
  const auto made = driver_message(message, nullptr);
  natsMsg* answer = nullptr;
  if (natsConnection_RequestMsg(&answer, connection_.get(), made.get(), 10'000) != NATS_OK) return {};
  const NatsHandle<natsMsg> owned{answer};
  return plain(answer).bytes;
}

void NatsClient::listen(const std::string& subject, const std::string& queue) {
  const auto hear = [](natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
    auto* const client = static_cast<NatsClient*>(closure);
    {
      const std::lock_guard lock{client->mutex_};
      client->heard_.push_back(plain(message));
      const char* const reply = natsMsg_GetReply(message);
      client->replies_.emplace_back(reply ? reply : "");
    }
    natsMsg_Destroy(message);
  };
  natsSubscription* made = nullptr;
  const auto status = queue.empty() ? natsConnection_Subscribe(&made, connection_.get(), subject.c_str(), hear, this)
                                    : natsConnection_QueueSubscribe(&made, connection_.get(), subject.c_str(),
                                                                    queue.c_str(), hear, this);
  REQUIRE(status == NATS_OK);
  subscriptions_.emplace_back(made);
  flush();
}

std::vector<Message> NatsClient::heard() const {
  const std::lock_guard lock{mutex_};
  return heard_;
}

std::vector<std::string> NatsClient::heard_replies() const {
  const std::lock_guard lock{mutex_};
  return replies_;
}

void NatsClient::make_stream(const std::string& name, const std::vector<std::string>& subjects,
                             std::int64_t bytes_max) {
  std::vector<const char*> texts;
  texts.reserve(subjects.size());
  for (const auto& subject : subjects) texts.push_back(subject.c_str());
  jsStreamConfig config;
  jsStreamConfig_Init(&config);
  config.Name = name.c_str();
  config.Subjects = texts.data();
  config.SubjectsLen = static_cast<int>(texts.size());
  config.MaxBytes = bytes_max;
  config.Discard = js_DiscardNew;
  REQUIRE(js_AddStream(nullptr, context_.get(), &config, nullptr, nullptr) == NATS_OK);
}

void NatsClient::make_consumer(const std::string& stream, const std::string& durable, int ack_pending_max) {
  jsConsumerConfig config;
  jsConsumerConfig_Init(&config);
  config.Durable = durable.c_str();
  config.AckPolicy = js_AckExplicit;
  config.MaxAckPending = ack_pending_max;
  REQUIRE(js_AddConsumer(nullptr, context_.get(), stream.c_str(), &config, nullptr, nullptr) == NATS_OK);
}

void NatsClient::delete_stream(const std::string& name) {
  REQUIRE(js_DeleteStream(context_.get(), name.c_str(), nullptr, nullptr) == NATS_OK);
}

void NatsClient::delete_consumer(const std::string& stream, const std::string& durable) {
  REQUIRE(js_DeleteConsumer(context_.get(), stream.c_str(), durable.c_str(), nullptr, nullptr) == NATS_OK);
}

bool NatsClient::has_stream(const std::string& name) {
  jsStreamInfo* info = nullptr;
  const bool there = js_GetStreamInfo(&info, context_.get(), name.c_str(), nullptr, nullptr) == NATS_OK;
  if (there) jsStreamInfo_Destroy(info);
  return there;
}

bool NatsClient::has_consumer(const std::string& stream, const std::string& durable) {
  jsConsumerInfo* info = nullptr;
  const bool there =
      js_GetConsumerInfo(&info, context_.get(), stream.c_str(), durable.c_str(), nullptr, nullptr) == NATS_OK;
  if (there) jsConsumerInfo_Destroy(info);
  return there;
}

std::vector<Message> NatsClient::all_of(const std::string& stream) {
  jsStreamInfo* info = nullptr;
  REQUIRE(js_GetStreamInfo(&info, context_.get(), stream.c_str(), nullptr, nullptr) == NATS_OK);
  const auto first = info->State.FirstSeq, last = info->State.LastSeq;
  jsStreamInfo_Destroy(info);
  std::vector<Message> all;
  for (auto sequence = first; sequence <= last && sequence > 0; ++sequence) {
    natsMsg* message = nullptr;
    if (js_GetMsg(&message, context_.get(), stream.c_str(), sequence, nullptr, nullptr) != NATS_OK) continue;
    all.push_back(plain(message));
    natsMsg_Destroy(message);
  }
  return all;
}

std::uint64_t NatsClient::count_of(const std::string& stream) {
  jsStreamInfo* info = nullptr;
  if (js_GetStreamInfo(&info, context_.get(), stream.c_str(), nullptr, nullptr) != NATS_OK) return 0;
  const auto count = info->State.Msgs;
  jsStreamInfo_Destroy(info);
  return count;
}

std::uint64_t NatsClient::owed_by(const std::string& stream, const std::string& durable) {
  jsConsumerInfo* info = nullptr;
  REQUIRE(js_GetConsumerInfo(&info, context_.get(), stream.c_str(), durable.c_str(), nullptr, nullptr) == NATS_OK);
  const auto owed = info->NumPending + static_cast<std::uint64_t>(info->NumAckPending);
  jsConsumerInfo_Destroy(info);
  return owed;
}

std::int64_t NatsClient::requests_at(const std::string& stream, const std::string& durable) {
  jsConsumerInfo* info = nullptr;
  REQUIRE(js_GetConsumerInfo(&info, context_.get(), stream.c_str(), durable.c_str(), nullptr, nullptr) == NATS_OK);
  const auto requests = info->NumWaiting;
  jsConsumerInfo_Destroy(info);
  return requests;
}

std::string NatsClient::take_and_die(const std::string& url, const std::string& stream, const std::string& durable) {
  const auto connection = connected(url);
  natsSubscription* made = nullptr;
  REQUIRE(natsConnection_SubscribeSync(&made, connection.get(), "_INBOX.doomed") == NATS_OK);
  const NatsHandle<natsSubscription> inbox{made};
  const auto subject = "$JS.API.CONSUMER.MSG.NEXT." + stream + "." + durable;
  REQUIRE(natsConnection_PublishRequestString(connection.get(), subject.c_str(), "_INBOX.doomed", "1") == NATS_OK);
  natsMsg* message = nullptr;
  REQUIRE(natsSubscription_NextMsg(&message, made, 10'000) == NATS_OK);
  const NatsHandle<natsMsg> owned{message};
  return plain(message).bytes;
}

} // namespace riskcluster::test
