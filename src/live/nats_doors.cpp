#include "live/nats_doors.hpp"

#include "live/subjects.hpp"
#include "telemetry/metrics.hpp"
#include "transport/nats_core_destination.hpp"
#include "transport/nats_core_source.hpp"
#include "transport/nats_destination.hpp"
#include "transport/nats_publisher.hpp"
#include "transport/nats_stream_source.hpp"

namespace riskcluster {

namespace {

/// Of the batches that the node takes: so many may be here at a time without a stream, what is refused included.
constexpr std::size_t refused_too = 2;

NatsOptions link_options(const NatsSettings& settings) {
  return {.url = settings.url,
          .name = settings.name,
          .credentials_file = settings.credentials_file,
          .ca_file = settings.tls_ca_file,
          .certificate_file = settings.tls_cert_file,
          .key_file = settings.tls_key_file,
          .connect_timeout = settings.connect_timeout,
          .reconnect_wait = settings.reconnect_wait,
          .ping_interval = settings.ping_interval,
          .publish_deadline = settings.publish_deadline};
}

StreamOptions with(StreamOptions stream, const NatsSettings& settings) {
  stream.replicas = settings.replicas;
  return stream;
}

NatsStreamOptions stream_input(std::string name, StreamOptions stream, const NatsSettings& settings) {
  return {.name = std::move(name),
          .stream = with(std::move(stream), settings),
          .create_streams = settings.create_streams,
          .credit = settings.signals_in_flight_max,
          .ack_wait = settings.ack_wait,
          .redeliver_after = settings.redeliver_after};
}

} // namespace

Result<std::unique_ptr<NatsDoors>> NatsDoors::open(const NatsSettings& settings, std::size_t batches_max,
                                                   NatsLink::Notice notice) {
  auto link = NatsLink::open(link_options(settings), std::move(notice));
  if (!link) return link.error();
  std::unique_ptr<NatsDoors> doors{new NatsDoors};
  doors->link_ = std::move(*link);
  NatsLink& to = *doors->link_;
  const std::size_t credit = settings.signals_in_flight_max;
  const auto core = [&](NatsCoreOptions options) {
    auto source = std::make_unique<NatsCoreSource>(to, std::move(options));
    doors->droppers_.push_back(source.get());
    return source;
  };
  const auto add_stream = [&](std::string name, StreamOptions stream) {
    doors->inputs_.push_back(
        {std::make_unique<NatsStreamSource>(to, stream_input(std::move(name), std::move(stream), settings)), credit});
  };
  const auto add_core = [&](std::string name, std::vector<std::string> subjects, std::size_t places) {
    doors->inputs_.push_back(
        {core({.name = std::move(name), .subjects = std::move(subjects), .credit = places}), places});
  };
  if (settings.jetstream) {
    auto destination = NatsDestination::open(
        to, {.create_streams = settings.create_streams, .stream = with(outputs_stream(), settings)});
    if (!destination) return destination.error();
    doors->destination_ = std::move(*destination);
    add_stream("nats-signals", signals_stream());
    add_stream("nats-updates", updates_stream());
  } else {
    doors->destination_ = std::make_unique<NatsCoreDestination>(to, NatsCoreDestinationOptions{});
    add_core("nats-signals", {signals_filter, strategies_filter}, refused_too * batches_max);
    add_core("nats-updates", {updates_filter}, credit); // a fact that waits is better than one that is refused
  }
  add_core("nats-commands", {commands_subject, commands_filter}, credit);
  doors->prices_ = core({.name = "nats-prices", .subjects = {market_filter}, .queue = "", .credit = credit}); // all
  doors->publisher_ = std::make_unique<NatsPublisher>(to);
  doors->bulk_ = std::make_unique<NatsPublisher>(to, NatsPublisherOptions{.name = "metrics"});
  return doors;
}

NatsDoors::~NatsDoors() = default;

bool NatsDoors::connected() const { return link_->connected(); }

void NatsDoors::show(Metrics& metrics) const {
  metrics.gauge_of("riskd_nats_connected", "1 while there is a connection", {},
                   [this] { return link_->connected() ? 1.0 : 0.0; });
  const auto count = [&](const char* name, const char* help, std::uint64_t NatsCounters::*counter) {
    metrics.counter_of(name, help, {}, [this, counter] { return static_cast<double>(link_->counters().*counter); });
  };
  count("riskd_nats_reconnects_total", "Connections made after the first one", &NatsCounters::reconnects);
  count("riskd_nats_slow_consumers_total", "Times that a subscription began to drop messages",
        &NatsCounters::slow_consumers);
  count("riskd_nats_replies_refused_total", "Inputs that asked for an answer where none may go",
        &NatsCounters::replies_refused);
  count("riskd_nats_received_messages_total", "Messages taken from the server", &NatsCounters::messages_in);
  count("riskd_nats_received_bytes_total", "Their bytes", &NatsCounters::bytes_in);
  count("riskd_nats_sent_messages_total", "Messages given to the server", &NatsCounters::messages_out);
  count("riskd_nats_sent_bytes_total", "Their bytes", &NatsCounters::bytes_out);
  for (const auto* source : droppers_)
    metrics.counter_of("riskd_input_dropped_total", "Messages of no stream that were dropped because too many waited",
                       {{"source", source->name()}}, [source] { return static_cast<double>(source->dropped()); });
  metrics.counter_of("riskd_nats_dropped_total", "Replies and copies of dead letters that could not be sent", {},
                     [this] { return static_cast<double>(publisher_->dropped()); });
}

Figures NatsDoors::figures() const {
  const auto counters = link_->counters();
  return {{"connected", link_->connected()},         {"server", link_->address()},
          {"reconnects", counters.reconnects},       {"slow_consumers", counters.slow_consumers},
          {"messages_in", counters.messages_in},     {"messages_out", counters.messages_out},
          {"replies_dropped", publisher_->dropped()}};
}

} // namespace riskcluster
