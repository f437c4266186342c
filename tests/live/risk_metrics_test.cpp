// A tenant's book for whoever draws it: when it goes out, and what it says.

#include "live/risk_metrics.hpp"

#include <doctest/doctest.h>

#include "live/latest_answers.hpp"
#include "risk/risk_metrics.pb.h"
#include "transport/memory_publisher.hpp"
#include "transport/waiting.hpp"

using namespace riskcluster;
using namespace std::chrono_literals;

namespace {

constexpr TimeMs noon = 1'793'361'600'000;

AnswerPtr answer(const std::string& user, double exposure = 0, TimeMs decided_at = noon) {
  RiskAssessmentBatch made{.batch_id = BatchId{"b1"},
                           .company_id = CompanyId{"acme"},
                           .user_id = UserId{user},
                           .portfolio_risk = PortfolioRisk{.projected_exposure = exposure},
                           .journal_position = JournalPosition{{3}, {1}, {17}},
                           .view_id = "v1",
                           .decided_at_ms = decided_at};
  return std::make_shared<const RiskAssessmentBatch>(std::move(made));
}

std::string user_of(const AnswerPtr& answer) { return answer ? answer->user_id.value : "-"; }

} // namespace

TEST_CASE("of a tenant's answers within an interval the last one is handed out, an interval after the first") {
  LatestAnswers latest{1'000ms, 10};
  const LatestAnswers::TimePoint start{};
  CHECK_FALSE(latest.due_at());
  CHECK(latest.put(answer("ann", 1), start));
  CHECK(latest.put(answer("bob", 5), start + 100ms));
  CHECK(latest.put(answer("ann", 2), start + 900ms));
  CHECK(latest.due_at() == start + 1'000ms);
  CHECK_FALSE(latest.take(start + 999ms));
  const auto first = latest.take(start + 1'000ms);
  REQUIRE(first);
  CHECK(first->portfolio_risk->projected_exposure == 2);
  CHECK_FALSE(latest.take(start + 1'000ms));
  CHECK(user_of(latest.take(start + 1'100ms)) == "bob");
  CHECK(latest.put(answer("ann", 3), start + 1'200ms));
  CHECK(latest.due_at() == start + 2'200ms);
}

TEST_CASE("tenants beyond the bound find no room; who has one keeps it") {
  LatestAnswers latest{1'000ms, 2};
  CHECK(latest.put(answer("ann"), {}));
  CHECK(latest.put(answer("bob"), {}));
  CHECK_FALSE(latest.put(answer("cid"), {}));
  CHECK(latest.put(answer("bob", 7), {}));
  const LatestAnswers::TimePoint later{1'000ms};
  CHECK(user_of(latest.take(later)) == "ann");
  CHECK(latest.put(answer("cid"), later));
}

TEST_CASE("a book goes to its tenant's subject, with its decision's place; an answer of before sends none") {
  MemoryPublisher publisher;
  RiskMetricsFeed feed{publisher, 1ms, false};
  feed.take(answer("bob", 9, noon - 1), noon);
  feed.take(answer("ann", 100), noon);
  REQUIRE(test::eventually([&] { return !publisher.published().empty(); }));
  REQUIRE(publisher.published().size() == 1);
  const auto message = publisher.published().front();
  CHECK(message.subject == "risk.metrics.acme.ann");
  CHECK(message.headers.empty());
  risk::RiskMetrics metrics;
  REQUIRE(metrics.ParseFromString(message.bytes));
  CHECK(metrics.company_id() == "acme");
  CHECK(metrics.portfolio_risk().projected_exposure() == 100);
  CHECK(metrics.view_id() == "v1");
  CHECK(metrics.decided_at_ms() == noon);
  CHECK(metrics.journal_position().n() == 17);
  CHECK(feed.dropped() == 0);
}

TEST_CASE("where outputs are JSON a book is, too") {
  MemoryPublisher publisher;
  RiskMetricsFeed feed{publisher, 1ms, true};
  feed.take(answer("ann", 100), noon);
  REQUIRE(test::eventually([&] { return !publisher.published().empty(); }));
  const auto message = publisher.published().front();
  CHECK(message.headers == Headers{{"Content-Type", "application/json"}});
  CHECK(message.bytes.starts_with(R"({"output":"metrics","company_id":"acme","user_id":"ann","portfolio_risk":{)"));
}
