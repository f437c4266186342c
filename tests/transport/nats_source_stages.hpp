#pragma once
// The sources of NATS and their senders.

#include "transport/nats_client.hpp"
#include "transport/nats_core_source.hpp"
#include "transport/nats_link.hpp"
#include "transport/nats_stream_source.hpp"
#include "transport/source_contract.hpp"

namespace riskcluster::test {

inline Message message_of(const Delivery& what, bool in_stream) {
  Message message{.subject = what.subject, .bytes = what.bytes};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) message.headers.emplace_back(name, value);
  };
  add("Risk-Message-Type", what.message_type);
  add("Content-Type", what.content_type);
  add("traceparent", what.traceparent);
  add("Nats-Msg-Id", what.message_id);
  if (in_stream) add("Risk-Reply-To", what.reply_to);
  return message;
}

/// With times that a test can wait for.
inline NatsStreamOptions quick_stream(std::size_t credit) {
  using std::chrono::milliseconds;
  return {.name = "signals",
          .stream = signals_stream(),
          .credit = credit,
          .ack_wait = milliseconds{2'000},
          .redeliver_after = milliseconds{50},
          .idle_heartbeat = milliseconds{300},
          .retry_wait_max = milliseconds{200},
          .repair_wait = milliseconds{500}};
}

class StreamStage final : public SourceStage {
public:
  explicit StreamStage(const NatsStreamOptions& options, const std::string& config = {})
      : linked{config}, client{linked.server.url()}, options_{options} {
    renew();
  }
  Source& source() override { return *source_; }
  NatsStreamSource& stream_source() { return *source_; }
  bool renew() override {
    source_.reset();
    source_ = std::make_unique<NatsStreamSource>(*linked.link, options_);
    return true;
  }
  void send(const Delivery& what) override { REQUIRE(client.store(message_of(what, true))); }
  bool nothing_owed() override { return client.owed_by(options_.stream.name, options_.durable) == 0; }

  Linked linked;
  NatsClient client;

private:
  NatsStreamOptions options_;
  std::unique_ptr<NatsStreamSource> source_;
};

class CoreStage final : public SourceStage {
public:
  explicit CoreStage(std::size_t credit,
                     NatsCoreOptions options = {.name = "requests", .subjects = {"trading.signals.>"}})
      : client{linked.server.url()} {
    options.credit = credit;
    source_ = std::make_unique<NatsCoreSource>(*linked.link, std::move(options));
  }
  Source& source() override { return *source_; }
  NatsCoreSource& core_source() { return *source_; }
  bool renew() override { return false; }
  Result<bool> start(Source::Take take) override {
    auto started = source_->start(std::move(take));
    // What the server answers now, it says behind what it was told before.
    if (started) REQUIRE(NatsClient::flush(*linked.link->session()));
    return started;
  }
  void send(const Delivery& what) override { client.publish(message_of(what, false), what.reply_to); }
  bool nothing_owed() override { return source_->unsettled() == 0; }

  Linked linked;
  NatsClient client;

private:
  std::unique_ptr<NatsCoreSource> source_;
};

} // namespace riskcluster::test
