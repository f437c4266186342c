// What may be published to, and what an output looks like on its way.

#include <random>

#include <doctest/doctest.h>

#include "transport/subject.hpp"

using namespace riskcluster;

TEST_CASE("a subject is words between dots, without blanks, controls and wildcards") {
  for (const auto* const good : {"a", "a.b", "trading.signals.acme.ann", "_INBOX.Xy9-_.1", "$JS.API.INFO"}) {
    CAPTURE(good);
    CHECK(is_subject(good));
    CHECK(is_subject_filter(good));
  }
  for (const std::string bad : {"", ".", "a.", ".a", "a..b", "a b", "a\tb", "a\r\nb", "a.\x7f", "\xc3\xa4"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_subject(bad));
    CHECK_FALSE(is_subject_filter(bad));
  }
  CHECK_FALSE(is_subject(std::string(subject_length_max + 1, 'a')));
  CHECK(is_subject(std::string(subject_length_max, 'a')));
}

TEST_CASE("a wildcard is a word of a filter, and the rest only its last one") {
  for (const auto* const good : {"*", ">", "a.*.b", "a.>", "*.*", "a.*.>"}) {
    CAPTURE(good);
    CHECK(is_subject_filter(good));
    CHECK_FALSE(is_subject(good));
  }
  for (const auto* const bad : {"a.>.b", "a*", "a.b>", ">.a", "a.**"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_subject_filter(bad));
  }
}

TEST_CASE("an answer goes to inboxes only") {
  const std::vector<std::string> prefixes{"_INBOX.", "clients.replies."};
  for (const auto* const good : {"_INBOX.a", "_INBOX.a.b", "clients.replies.7"}) CHECK(may_reply_to(good, prefixes));
  for (const auto* const bad : {"", "_INBOX", "_INBOX.", "_INBOX.>", "_INBOX.a b", "risk.approved.acme.ann",
                                "clients.replie", "$JS.API.STREAM.PURGE.RISK_OUT", "trading.signals.acme.ann"}) {
    CAPTURE(bad);
    CHECK_FALSE(may_reply_to(bad, prefixes));
  }
}

TEST_CASE("an output goes to its channel, company and user, and an absent one is no empty word") {
  const auto subject = [](const char* company, const char* user) {
    return output_subject({.channel = "alerts", .tenant = {CompanyId{company}, UserId{user}}});
  };
  CHECK(subject("acme", "ann") == "risk.alerts.acme.ann");
  CHECK(subject("acme", "") == "risk.alerts.acme._");
  CHECK(subject("", "") == "risk.alerts._._");
}

TEST_CASE("an output carries its id, and what it was caused by where that is known") {
  Publication publication{.id = "1-2-3", .bytes = "b"};
  CHECK(output_message(publication, "s") == Message{"s", {{"Nats-Msg-Id", "1-2-3"}}, "b"});
  publication.traceparent = "00-t";
  publication.correlation_id = "c-7";
  CHECK(output_message(publication, "s").headers ==
        Headers{{"Nats-Msg-Id", "1-2-3"}, {"traceparent", "00-t"}, {"Risk-Correlation-Id", "c-7"}});
}

TEST_CASE("what is more than a server takes goes without its body, and says how much it was") {
  const Message message{"s", {{"a", "b"}}, "12345"};
  REQUIRE(payload_bytes(message) == std::string_view{"NATS/1.0\r\na: b\r\n\r\n12345"}.size());
  CHECK(fitting(message, payload_bytes(message)) == message);
  CHECK(fitting(message, payload_bytes(message) - 1) == Message{"s", {{"a", "b"}, {"Risk-Too-Large", "5"}}, ""});
  CHECK(payload_bytes({"s", {}, "123"}) == 3);
}

TEST_CASE("any text is a subject or none, never a crash") {
  constexpr unsigned seed = 20261202;
  MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 12, ' ');
    for (char& c : text) c = random() % 3 == 0 ? ".*> a"[random() % 5] : static_cast<char>(random());
    if (is_subject(text)) CHECK(is_subject_filter(text));
  }
}
