#pragma once
// The NATS server that signals come from and answers go to. Secrets are named by their files, never written here.

#include <chrono>
#include <cstddef>
#include <string>

#include "config/text_rules.hpp"

namespace riskcluster {

struct NatsSettings {
  std::string url = "nats://127.0.0.1:4222";
  std::string credentials_file;
  std::string tls_ca_file;
  std::string tls_cert_file;
  std::string tls_key_file;
  std::string name = "riskd";
  bool jetstream = true;
  std::string outputs = "protobuf";
  std::chrono::milliseconds risk_metrics_interval{1'000};
  bool create_streams = true;
  int replicas = 1;
  std::size_t signals_in_flight_max = 256;
  std::size_t message_bytes_max = 1'048'576;
  std::chrono::seconds ack_wait{5};
  std::chrono::milliseconds publish_deadline{2'000};
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds reconnect_wait{100};
  std::chrono::milliseconds ping_interval{1'000};
  std::chrono::milliseconds redeliver_after{1'000};
};

inline constexpr TextRule server_list{"nats:// or tls://, a host, a port from 1 to 65535, no user and no password; up "
                                      "to 16 of these, with commas between",
                                      is_server_list};
inline constexpr TextRule plain_name{"1 to 64 letters, digits, dots, dashes and underscores", is_plain_name};

inline constexpr TextRule output_format{"protobuf or json",
                                        [](std::string_view text) { return text == "protobuf" || text == "json"; }};

template <class Visit>
void each_setting(NatsSettings& nats, Visit&& visit) {
  visit("url", nats.url, server_list, "Servers of one cluster: any of them will do, and it names the others.");
  visit("credentials_file", nats.credentials_file, path_or_empty,
        "Who the node is, as a .creds file. Without it whoever reaches the server may send signals.");
  visit("tls_ca_file", nats.tls_ca_file, path_or_empty,
        "Whom to believe that it is the server; empty: the authorities that the machine trusts.");
  visit("tls_cert_file", nats.tls_cert_file, path_or_empty, "The node's own certificate; only with tls_key_file.");
  visit("tls_key_file", nats.tls_key_file, path_or_empty, "The key of tls_cert_file.");
  visit("name", nats.name, plain_name, "What the server's lists of connections call this node.");
  visit(
      "jetstream", nats.jetstream, Switch{},
      "Signals come again until they are answered, outputs until they are confirmed. Without it both are sent at most "
      "once, and what is lost is lost.");
  visit(
      "outputs", nats.outputs, output_format,
      "What approvals, assessments, actions and alerts are written as. json costs more time and three times the bytes, "
      "and carries the header Content-Type: application/json.");
  visit("risk_metrics_interval_ms", nats.risk_metrics_interval, Whole{0, 3'600'000},
        "A tenant's book after its decisions goes to risk.metrics, once in so long, and is not sent again when it is "
        "lost. Each costs about 40 us of processor time. 0: never.");
  visit("create_streams", nats.create_streams, Switch{},
        "Make the streams that are not there. Where somebody else administers them: false.");
  visit("replicas", nats.replicas, Whole{1, 5, "servers"},
        "Servers that hold a copy of each stream that is made here.");
  visit("signals_in_flight_max", nats.signals_in_flight_max, Whole{1, 65'536, "messages"},
        "Messages of a stream taken and not settled, also orders and facts that come without one. Beyond in_flight_max "
        "of [node] they would be refused. Signals without a stream are taken up to twice that, and refused at once.");
  visit("message_bytes_max", nats.message_bytes_max, Whole{1'024, 1'048'576, "bytes"},
        "Size of one message that is read; larger ones are dead letters. 1 MiB is the server's own bound, too.");
  visit(
      "ack_wait_s", nats.ack_wait, Whole{1, 3'600},
      "After so long without a sign of life from its node the server gives a message to another one. A node gives such "
      "a sign each half of it, so that a short one only means: what a killed node held is answered sooner. A consumer "
      "that is there keeps its own.");
  visit("publish_deadline_ms", nats.publish_deadline, Whole{10, 60'000},
        "After so long an output that is not confirmed counts as not sent, and is sent again.");
  visit("connect_timeout_ms", nats.connect_timeout, Whole{10, 60'000}, "How long one attempt to connect may take.");
  visit("reconnect_wait_ms", nats.reconnect_wait, Whole{10, 60'000},
        "Pause between two attempts to connect; none is the last.");
  visit("ping_interval_ms", nats.ping_interval, Whole{100, 60'000},
        "How often a silent server is asked whether it is there: a frozen one is noticed after a few.");
  visit("redeliver_after_ms", nats.redeliver_after, Whole{1, 60'000},
        "Pause before a message comes again that could not be taken: the node was full, or its disk refused.");
}

} // namespace riskcluster
