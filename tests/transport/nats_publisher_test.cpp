// The publisher: the contract, and never in its caller's way.

#include "transport/nats_publisher.hpp"

#include "transport/nats_client.hpp"
#include "transport/nats_link.hpp"
#include "transport/publisher_contract.hpp"

using namespace riskcluster;
using namespace riskcluster::test;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

class NatsPublisherStage final : public PublisherStage {
public:
  explicit NatsPublisherStage(std::size_t messages_max)
      : client_{linked_.server.url()}, publisher_{*linked_.link, {.messages_max = messages_max}} {
    client_.make_stream("DEAD", {"risk.deadletter"}); // it hears what is sent before a reader is back
  }
  Publisher& publisher() override { return publisher_; }
  void hold() override {
    linked_.server.kill();
    REQUIRE(linked_.wait_until_connected(false));
  }
  void release() override {
    linked_.server.start();
    client_.wait_until_back();
  }
  std::vector<Message> arrived() override { return client_.all_of("DEAD"); }

private:
  Linked linked_;
  NatsClient client_;
  NatsPublisher publisher_;
};

} // namespace

TEST_CASE("a NATS publisher keeps the contract") {
  if (nats_server_is_missing()) return;
  publisher_contract([](std::size_t messages_max) { return std::make_unique<NatsPublisherStage>(messages_max); });
}

TEST_CASE("a server that stands still holds up no caller, and costs what its bounds say") {
  if (nats_server_is_missing()) return;
  Linked linked;
  constexpr std::size_t messages_max = 1'000, tries = 20'000;
  const NatsPublisherOptions options{.messages_max = messages_max, .grace = milliseconds{0}};
  auto publisher = std::make_unique<NatsPublisher>(*linked.link, options);
  linked.server.freeze();
  std::size_t accepted = 0;
  steady_clock::duration slowest{};
  const Message message{"a", {}, std::string(4'096, 'x')};
  for (std::size_t i = 0; i < tries; ++i) {
    const auto begin = steady_clock::now();
    accepted += publisher->publish(message) ? 1U : 0U;
    slowest = std::max(slowest, steady_clock::now() - begin);
  }
  MESSAGE(accepted << " of " << tries << " accepted, the slowest call took "
                   << std::chrono::duration_cast<std::chrono::microseconds>(slowest).count() << " us");
  CHECK(accepted < tries);
  CHECK(publisher->dropped() >= tries - accepted);
  // A write to this server waits for a second.
  CHECK(slowest < milliseconds{500});
  linked.server.thaw();
  publisher.reset();
}

TEST_CASE("a connection that breaks drops nothing that could not be written") {
  if (nats_server_is_missing()) return;
  Linked linked;
  NatsPublisher publisher{*linked.link};
  for (int round = 0; round < 10; ++round) {
    REQUIRE(linked.wait_until_connected());
    for (int i = 0; i < 50; ++i) REQUIRE(publisher.publish({"a", {}, std::string(1'000, 'x')}));
    linked.server.kill();
    for (int i = 0; i < 50; ++i) REQUIRE(publisher.publish({"a", {}, std::string(1'000, 'x')}));
    linked.server.start();
  }
  CHECK(eventually([&] { return linked.link->counters().messages_out == 1'000; }));
  CHECK(publisher.dropped() == 0);
}

TEST_CASE("it is bounded by bytes as well") {
  if (nats_server_is_missing()) return;
  Linked linked;
  linked.server.kill();
  REQUIRE(linked.wait_until_connected(false));
  NatsPublisher publisher{*linked.link, {.bytes_max = 10'000, .grace = milliseconds{0}}};
  CHECK(publisher.publish({"a", {}, std::string(6'000, 'x')}));
  CHECK_FALSE(publisher.publish({"a", {}, std::string(6'000, 'x')}));
  CHECK(publisher.publish({"a", {}, std::string(3'000, 'x')}));
  CHECK(publisher.dropped() == 1);
}

TEST_CASE("of a message that is more than the server takes the headers go, and it is named; the connection stays") {
  if (nats_server_is_missing()) return;
  Linked linked{"max_payload: 4096"};
  NatsClient client{linked.server.url()};
  client.listen("a");
  NatsPublisher publisher{*linked.link};
  CHECK(publisher.publish({"a", {}, std::string(5'000, 'x')}));
  CHECK(publisher.publish({"a", {}, "small"}));
  REQUIRE(eventually([&] { return client.heard().size() == 2; }));
  CHECK(client.heard().front().bytes.empty());
  CHECK(client.heard().back().bytes == "small");
  CHECK(publisher.dropped() == 0);
  CHECK(linked.notices.wait_for(NatsNotice::Kind::failed, "5000 bytes"));
  CHECK(linked.link->counters().reconnects == 0);
}

TEST_CASE("what waits at the end is sent, for a moment") {
  if (nats_server_is_missing()) return;
  Linked linked;
  NatsClient client{linked.server.url()};
  client.listen("a");
  {
    NatsPublisher publisher{*linked.link};
    for (int i = 0; i < 500; ++i) REQUIRE(publisher.publish({"a", {}, std::to_string(i)}));
  }
  CHECK(eventually([&] { return client.heard().size() == 500; }));
  linked.server.kill();
  REQUIRE(linked.wait_until_connected(false));
  const auto begin = steady_clock::now();
  {
    NatsPublisher publisher{*linked.link, {.grace = milliseconds{50}}};
    REQUIRE(publisher.publish({"a", {}, "never"}));
  }
  CHECK(steady_clock::now() - begin < milliseconds{2'000});
}
