// Outputs into a stream: the contract, what the server refuses, what comes twice.

#include "transport/nats_destination.hpp"

#include <condition_variable>

#include "transport/destination_contract.hpp"
#include "transport/nats_client.hpp"
#include "transport/nats_core_destination.hpp"
#include "transport/nats_link.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using Kind = NatsNotice::Kind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

std::vector<std::pair<std::string, std::string>> ids_and_bytes(const std::vector<Message>& messages) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& message : messages)
    for (const auto& [name, value] : message.headers)
      if (name == "Nats-Msg-Id") all.emplace_back(value, message.bytes);
  return all;
}

std::unique_ptr<NatsDestination> open(NatsLink& link, NatsDestinationOptions options = {}) {
  auto made = NatsDestination::open(link, std::move(options));
  REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
  return std::move(*made);
}

class StreamDestinationStage final : public DestinationStage {
public:
  StreamDestinationStage() : client_{linked_.server.url()}, destination_{open(*linked_.link)} {}
  Destination& destination() override { return *destination_; }
  void break_down() override {
    linked_.server.kill();
    REQUIRE(linked_.wait_until_connected(false));
  }
  void mend() override {
    linked_.server.start();
    client_.wait_until_back();
  }
  std::vector<std::pair<std::string, std::string>> arrived() override {
    return ids_and_bytes(client_.all_of("RISK_OUT"));
  }

private:
  Linked linked_;
  NatsClient client_;
  std::unique_ptr<NatsDestination> destination_;
};

/// Read by a stream that is none of the destination's doing: it hears what is published while a reader is coming back.
class CoreDestinationStage final : public DestinationStage {
public:
  CoreDestinationStage() : client_{linked_.server.url()}, destination_{*linked_.link, {}} {
    client_.make_stream("LISTENS", {"risk.>"});
  }
  Destination& destination() override { return destination_; }
  void break_down() override {
    linked_.server.kill();
    REQUIRE(linked_.wait_until_connected(false));
  }
  void mend() override {
    linked_.server.start();
    client_.wait_until_back();
  }
  std::vector<std::pair<std::string, std::string>> arrived() override {
    return ids_and_bytes(client_.all_of("LISTENS"));
  }

private:
  Linked linked_;
  NatsClient client_;
  NatsCoreDestination destination_;
};

} // namespace

TEST_CASE("a stream as a destination keeps the contract") {
  if (nats_server_is_missing()) return;
  destination_contract([] { return std::make_unique<StreamDestinationStage>(); });
}

TEST_CASE("core NATS as a destination keeps the contract") {
  if (nats_server_is_missing()) return;
  destination_contract([] { return std::make_unique<CoreDestinationStage>(); });
}

TEST_CASE("each output goes to its subject with its id and what caused it") {
  if (nats_server_is_missing()) return;
  Linked linked;
  NatsClient client{linked.server.url()};
  const auto destination = open(*linked.link);
  CHECK(destination->name() == "nats");
  CHECK(linked.notices.wait_for(Kind::repaired, "RISK_OUT"));
  auto one = output(2, 1), two = output(2, 2);
  one.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  one.correlation_id = "c-1";
  two.channel = "assessments";
  two.tenant.user = {};
  REQUIRE(publish(*destination, 2, {one, two}));
  const auto all = client.all_of("RISK_OUT");
  REQUIRE(all.size() == 2);
  CHECK(all[0] == Message{"risk.approved.acme.ann2",
                          {{"Nats-Msg-Id", "2-1-0"}, {"traceparent", one.traceparent}, {"Risk-Correlation-Id", "c-1"}},
                          "bytes of 2-1-0"});
  CHECK(all[1] == Message{"risk.assessments.acme._", {{"Nats-Msg-Id", "2-2-0"}}, "bytes of 2-2-0"});
}

TEST_CASE("what the stream has already has arrived, and is not there twice") {
  if (nats_server_is_missing()) return;
  Linked linked;
  NatsClient client{linked.server.url()};
  const auto destination = open(*linked.link);
  for (int time = 0; time < 3; ++time) CHECK(publish(*destination, 0, portion(0, 1, 5)));
  CHECK(publish(*destination, 0, portion(0, 4, 4)));
  CHECK(ids_and_bytes(client.all_of("RISK_OUT")).size() == 7);
  CHECK(first_seen(ids_and_bytes(client.all_of("RISK_OUT")), 0) == ids_of(portion(0, 1, 7)));
}

TEST_CASE("what is more than the server takes goes without its body, and holds nothing up") {
  if (nats_server_is_missing()) return;
  Linked linked{"max_payload: 4096"};
  NatsClient client{linked.server.url()};
  const auto destination = open(*linked.link);
  CHECK(publish(*destination, 0, {output(0, 1), output(0, 2, std::string(5'000, 'x')), output(0, 3)}));
  const auto arrived = ids_and_bytes(client.all_of("RISK_OUT"));
  CHECK(first_seen(arrived, 0) == ids_of(portion(0, 1, 3)));
  CHECK(std::count(arrived.begin(), arrived.end(), std::pair<std::string, std::string>{"0-2-0", ""}) == 1);
  CHECK(linked.notices.wait_for(Kind::failed, "5000 bytes"));
  CHECK(linked.link->counters().reconnects == 0);
}

TEST_CASE("nothing overtakes what the stream refuses") {
  if (nats_server_is_missing()) return;
  Linked linked;
  NatsClient client{linked.server.url()};
  client.make_stream("RISK_OUT", outputs_stream().subjects, 8'192); // it refuses what is too much, and takes what fits
  const auto destination = open(*linked.link);
  const auto large = output(0, 2, std::string(9'000, 'x'));
  auto other = output(0, 4);
  other.channel = "assessments";
  CHECK_FALSE(publish(*destination, 0, {output(0, 1), large, output(0, 3), other}));
  auto seen = first_seen(ids_and_bytes(client.all_of("RISK_OUT")), 0);
  std::sort(seen.begin(), seen.end());
  CHECK(seen == std::vector<std::string>{"0-1-0", "0-4-0"}); // another subject has nothing to wait for
  CHECK(linked.notices.wait_for(Kind::failed, "0-2-0: maximum bytes exceeded"));
}

TEST_CASE("an output that no stream takes has not arrived; with a stream it does") {
  if (nats_server_is_missing()) return;
  Linked linked;
  NatsClient client{linked.server.url()};
  SUBCASE("it may not make one") {
    const auto destination = open(*linked.link, {.create_streams = false});
    CHECK_FALSE(publish(*destination, 0, portion(0, 1, 2)));
    CHECK(linked.notices.wait_for(Kind::failed, "no stream takes it"));
    client.make_stream("OURS", {"risk.>"});
    CHECK(publish(*destination, 0, portion(0, 1, 2)));
  }
  SUBCASE("somebody has deleted it") {
    const auto destination = open(*linked.link, {.repair_wait = milliseconds{300}});
    REQUIRE(publish(*destination, 0, portion(0, 1, 2)));
    client.delete_stream("RISK_OUT");
    CHECK(eventually([&] { return publish(*destination, 0, portion(0, 3, 2)); }));
    CHECK(linked.notices.count(Kind::repaired, "RISK_OUT") == 2);
  }
}

TEST_CASE("a stream with other subjects is refused, now or when the server comes") {
  if (nats_server_is_missing()) return;
  Linked linked;
  NatsClient client{linked.server.url()};
  client.make_stream("RISK_OUT", {"risk.approved.>"});
  const auto refused = NatsDestination::open(*linked.link);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::invalid_argument);
  CHECK(refused.error().message.find("is there with the subjects risk.approved.>, not ") != std::string::npos);
  linked.server.kill();
  REQUIRE(linked.wait_until_connected(false));
  const auto destination = open(*linked.link);
  linked.server.start();
  REQUIRE(linked.wait_until_connected());
  CHECK_FALSE(publish(*destination, 0, portion(0, 1, 1)));
  CHECK(linked.notices.wait_for(Kind::failed, "is there with the subjects"));
}

TEST_CASE("without a connection it fails at once, and a server that says nothing is given its deadline") {
  if (nats_server_is_missing()) return;
  Linked linked;
  const auto destination = open(*linked.link);
  REQUIRE(publish(*destination, 0, portion(0, 1, 1)));
  const auto deadline = linked.link->options().publish_deadline;
  auto begin = steady_clock::now();
  linked.server.freeze();
  CHECK_FALSE(publish(*destination, 0, portion(0, 2, 1)));
  auto took = steady_clock::now() - begin;
  CHECK(took > milliseconds{300}); // until it was given up, or the deadline, which comes first
  CHECK(took < 3 * deadline);
  REQUIRE(linked.wait_until_connected(false));
  begin = steady_clock::now();
  CHECK_FALSE(publish(*destination, 0, portion(0, 2, 1)));
  took = steady_clock::now() - begin;
  CHECK(took < deadline / 2);
  linked.server.thaw();
  CHECK(eventually([&] { return publish(*destination, 0, portion(0, 2, 1)); }));
}

TEST_CASE("without an answer it fails at its deadline, and what was stored meanwhile is not stored again") {
  if (nats_server_is_missing()) return;
  NatsServer server;
  Notices notices;
  auto patient = quick(server.url());
  patient.ping_interval = milliseconds{60'000};
  const auto link = open_link(patient, notices);
  NatsClient client{server.url()};
  const auto destination = open(*link);
  REQUIRE(publish(*destination, 0, portion(0, 1, 1)));
  server.freeze();
  CHECK_FALSE(publish(*destination, 0, portion(0, 2, 3)));
  CHECK(notices.wait_for(Kind::failed, "no answer within 1000 ms"));
  CHECK(link->connected());
  server.thaw();
  CHECK(publish(*destination, 0, portion(0, 2, 3)));
  const auto arrived = ids_and_bytes(client.all_of("RISK_OUT"));
  CHECK(arrived.size() == 4);
  CHECK(first_seen(arrived, 0) == ids_of(portion(0, 1, 4)));
}

TEST_CASE("when the connection goes it fails at once, whatever the deadline") {
  if (nats_server_is_missing()) return;
  NatsServer server;
  Notices notices;
  auto patient = quick(server.url());
  patient.publish_deadline = 10 * patience;
  const auto link = open_link(patient, notices);
  const auto destination = open(*link);
  REQUIRE(publish(*destination, 9, portion(9, 1, 1))); // it knows its stream
  server.freeze();
  std::atomic<int> failed{0};
  for (std::uint32_t shard = 0; shard < 4; ++shard)
    destination->publish({shard}, portion(shard, 1, 2), [&](bool arrived) { failed += arrived ? 100 : 1; });
  server.kill();
  CHECK(eventually([&] { return failed == 4; }));
}

TEST_CASE("a server that stands still holds up no caller, and more than the bound is refused") {
  if (nats_server_is_missing()) return;
  Linked linked;
  const auto destination = open(*linked.link, {.lanes_max = 100});
  linked.server.freeze();
  std::atomic<int> failed{0};
  steady_clock::duration slowest{};
  for (std::uint32_t shard = 0; shard < 150; ++shard) {
    auto large = portion(shard, 1, 4);
    for (auto& publication : large) publication.bytes.assign(100'000, 'x');
    const auto begin = steady_clock::now();
    destination->publish({shard}, std::move(large), [&](bool arrived) { failed += arrived ? 1'000 : 1; });
    slowest = std::max(slowest, steady_clock::now() - begin);
  }
  CHECK(failed >= 50);
  CHECK(slowest < milliseconds{500});
  CHECK(eventually([&] { return failed == 150; }));
  linked.server.thaw();
}

TEST_CASE("after its end no answer comes any more") {
  if (nats_server_is_missing()) return;
  Linked linked;
  constexpr unsigned rounds = 100;
  for (unsigned round = 0; round < rounds; ++round) {
    auto destination = open(*linked.link);
    auto calls = std::make_shared<std::atomic<int>>(0);
    auto ended = std::make_shared<std::atomic<bool>>(false);
    auto late = std::make_shared<std::atomic<bool>>(false);
    for (std::uint32_t shard = 0; shard < 4; ++shard)
      destination->publish({shard}, portion(shard, 1 + static_cast<int>(round) * 3, 3), [=](bool) {
        if (*ended) *late = true;
        ++*calls;
      });
    // Ended at any moment of its work.
    const int wanted = static_cast<int>(round % 5);
    eventually([&] { return *calls >= wanted; });
    destination.reset();
    *ended = true;
    const int before = *calls;
    REQUIRE(NatsClient::flush(*linked.link->session())); // an answer on its way would be here now
    CHECK_FALSE(*late);
    CHECK(*calls == before);
  }
}

TEST_CASE("a cursor's name and a bound are checked") {
  if (nats_server_is_missing()) return;
  Linked linked;
  for (const auto* const name : {"", "A", "a b", "a/b"})
    CHECK_FALSE(NatsDestination::open(*linked.link, {.name = name}));
  CHECK_FALSE(NatsDestination::open(*linked.link, {.lanes_max = 0}));
}
