// What the server says in the subject under which a message is settled.

#include <random>

#include <doctest/doctest.h>

#include "transport/ack_subject.hpp"

using namespace riskcluster;

// The two forms are those of nats-server 2.9 and of servers with domains (ADR-15 of the NATS architecture records).
TEST_CASE("an ack subject says which message of the stream it is, and how often it was delivered") {
  const StreamDelivery expected{.place = {7, 1'580'000'000'000'000'001}, .deliveries = 3};
  for (const auto* const subject : {"$JS.ACK.RISK_SIGNALS_IN.riskd.3.7.9.1580000000000000001.0",
                                    "$JS.ACK.hub.ACCOUNT.RISK_SIGNALS_IN.riskd.3.7.9.1580000000000000001.0",
                                    "$JS.ACK._.ACCOUNT.RISK_SIGNALS_IN.riskd.3.7.9.1580000000000000001.0.random"}) {
    const auto parsed = parse_ack_subject(subject);
    REQUIRE(parsed);
    CHECK(parsed->place == expected.place);
    CHECK(parsed->deliveries == expected.deliveries);
  }
}

TEST_CASE("nothing else is an ack subject") {
  const std::string good = "$JS.ACK.S.d.3.7.9.1580000000000000001.0";
  for (const std::string bad :
       {"", "$JS.ACK.", "$JS.ACK.S.d.3.7.9.1", "$JS.ACK.S.d.3.7.9.1.0.0", "$JS.ACK.S.d.x.7.9.1.0",
        "$JS.ACK.S.d.3.-7.9.1.0", "$JS.ACK.S.d.3.7.9.99999999999999999999.0", "_INBOX.a"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_ack_subject(bad));
  }
  constexpr unsigned seed = 20261203;
  MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  for (int round = 0; round < 20'000; ++round) {
    auto text = good;
    for (int changes = 1 + static_cast<int>(random() % 4); changes > 0; --changes)
      text[random() % text.size()] = static_cast<char>(random());
    text.resize(random() % (text.size() + 1));
    parse_ack_subject(text); // an answer or none, never a crash
  }
}
