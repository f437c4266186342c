// What people are told of the node itself, and where.

#include "live/node_alerts.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "risk/risk_notices.pb.h"
#include "transport/memory_publisher.hpp"

using namespace riskcluster;

namespace {

constexpr TimeMs noon = 1'793'361'600'000;

Message told(const Alert& alert, bool json = false) {
  MemoryPublisher publisher;
  NodeAlerts alerts{publisher, json};
  alerts.tell(alert, noon);
  REQUIRE(publisher.published().size() == 1);
  return publisher.published().front();
}

} // namespace

TEST_CASE("an alert goes to the tenant or the company that it is about, otherwise to nobody in particular") {
  const struct {
    const char* about;
    const char* subject;
  } table[] = {
      {"acme/ann", "risk.alerts.acme.ann"}, {"acme/", "risk.alerts.acme._"}, {"_system/", "risk.alerts._._"},
      {"shard 3", "risk.alerts._._"},       {"node", "risk.alerts._._"},     {"journal", "risk.alerts._._"},
  };
  for (const auto& line : table) {
    CAPTURE(line.about);
    CHECK(told({"PORTFOLIO_DIED", line.about, "why"}).subject == line.subject);
  }
}

TEST_CASE("an alert says how bad it is, what happened and what to do; an unknown one is not taken lightly") {
  risk::RiskAlert halted, unknown;
  REQUIRE(halted.ParseFromString(told({"SHARD_HALTED", "shard 3", "fenced"}).bytes));
  CHECK(halted.type() == "SHARD_HALTED");
  CHECK(halted.severity() == risk::RiskAlert::CRITICAL);
  CHECK(halted.description() == "shard 3: fenced");
  CHECK_FALSE(halted.title().empty());
  CHECK_FALSE(halted.recommended_action().empty());
  CHECK(halted.created_at_ms() == noon);
  REQUIRE(unknown.ParseFromString(told({"NEVER_HEARD_OF", "node", "why"}).bytes));
  CHECK(unknown.severity() == risk::RiskAlert::HIGH);
  CHECK(unknown.title() == "NEVER_HEARD_OF");
}

TEST_CASE("whatever the actors, the node and the board raise is described") {
  const std::filesystem::path source{RISKCLUSTER_SOURCE_DIR};
  std::vector<std::filesystem::path> files{source / "src/node/node.cpp", source / "src/live/board.cpp"};
  for (const auto& file : std::filesystem::directory_iterator{source / "actors"}) files.push_back(file.path());
  const std::regex raised{R"((raise_alert\(|tell\(\{|Alert\{)[^;]*;)"}, type{R"x("([A-Z]+_[A-Z_]+)")x"};
  std::set<std::string> types;
  for (const auto& file : files) {
    std::ostringstream read;
    read << std::ifstream{file}.rdbuf();
    const std::string text = read.str();
    for (std::sregex_iterator at{text.begin(), text.end(), raised}, end; at != end; ++at) {
      const std::string statement = at->str();
      for (std::sregex_iterator word{statement.begin(), statement.end(), type}; word != end; ++word)
        types.insert((*word)[1]);
    }
  }
  CHECK(types.size() >= 17);
  for (const auto& one : types) {
    CAPTURE(one);
    CHECK(risk_alert_of({one, "node", "why"}).title != one);
  }
}

TEST_CASE("a tenant hears that something is wrong, and nothing of others") {
  risk::RiskAlert alert;
  REQUIRE(alert.ParseFromString(told({"SNAPSHOT_CORRUPT", "acme/ann", "it is of globex/bob"}).bytes));
  CHECK(alert.description() == "acme/ann: the node's log says why");
}

TEST_CASE("an alert has an id that no other has, in this life of the node or another, and a stream knows it by") {
  std::set<std::string> ids;
  for (int life = 0; life < 3; ++life) {
    MemoryPublisher publisher;
    NodeAlerts alerts{publisher, false};
    for (int i = 0; i < 3; ++i) alerts.tell({"SHARD_REBUILT", "shard 1", "why"}, noon);
    for (const auto& message : publisher.published()) {
      risk::RiskAlert alert;
      REQUIRE(alert.ParseFromString(message.bytes));
      CHECK(message.headers == Headers{{"Nats-Msg-Id", alert.alert_id()}});
      ids.insert(alert.alert_id());
    }
  }
  CHECK(ids.size() == 9);
}

TEST_CASE("where outputs are JSON an alert is a line like theirs, and says so") {
  const auto message = told({"EGRESS_LAGS", "egress", "10 records"}, true);
  CHECK(message.headers.back() == std::pair<std::string, std::string>{"Content-Type", "application/json"});
  CHECK(message.bytes.starts_with(R"({"output":"alert","alert_id":"node-)"));
  CHECK(message.bytes.find(R"("type":"EGRESS_LAGS","severity":"CRITICAL")") != std::string::npos);
}
