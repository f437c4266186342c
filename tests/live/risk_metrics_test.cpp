// A tenant's book for whoever draws it: when it goes out, and what it says.

#include "live/risk_metrics.hpp"

#include <doctest/doctest.h>

#include "live/latest_books.hpp"
#include "risk/risk_metrics.pb.h"
#include "transport/memory_publisher.hpp"
#include "transport/waiting.hpp"

using namespace riskcluster;
using namespace std::chrono_literals;

namespace {

constexpr TimeMs noon = 1'793'361'600'000;

RiskAssessmentBatch answer(const std::string& user, double exposure = 0, TimeMs decided_at = noon,
                           std::uint64_t n = 17) {
  return {.batch_id = BatchId{"b1"},
          .company_id = CompanyId{"acme"},
          .user_id = UserId{user},
          .portfolio_risk = PortfolioRisk{.projected_exposure = exposure},
          .journal_position = JournalPosition{{3}, {1}, {n}},
          .view_id = "v1",
          .decided_at_ms = decided_at};
}

RiskMetrics book(const std::string& user, std::uint64_t n, double exposure = 0) {
  return *metrics_of(answer(user, exposure, noon, n));
}

std::string user_of(const std::optional<RiskMetrics>& book) { return book ? book->user_id.value : "-"; }

} // namespace

TEST_CASE("of a tenant's books within an interval the last one is handed out, an interval after the first") {
  LatestBooks latest{1'000ms, 10};
  const LatestBooks::TimePoint start{};
  CHECK_FALSE(latest.due_at());
  CHECK(latest.put(book("ann", 1, 1), start));
  CHECK(latest.put(book("bob", 2, 5), start + 100ms));
  CHECK(latest.put(book("ann", 3, 2), start + 900ms));
  CHECK(latest.due_at() == start + 1'000ms);
  CHECK_FALSE(latest.take(start + 999ms));
  const auto first = latest.take(start + 1'000ms);
  REQUIRE(first);
  CHECK(first->portfolio_risk.projected_exposure == 2);
  CHECK_FALSE(latest.take(start + 1'000ms));
  CHECK(user_of(latest.take(start + 1'100ms)) == "bob");
  CHECK(latest.put(book("ann", 4), start + 1'200ms));
  CHECK(latest.due_at() == start + 2'200ms);
}

TEST_CASE("a decision that is told after a later one does not bring its book back, sent or not") {
  LatestBooks latest{1'000ms, 10};
  CHECK(latest.put(book("ann", 6, 60), {}));
  CHECK(latest.put(book("ann", 5, 50), {}));
  const LatestBooks::TimePoint later{1'000ms};
  CHECK(latest.take(later)->portfolio_risk.projected_exposure == 60);
  CHECK(latest.put(book("ann", 5, 50), later));
  CHECK(latest.put(book("ann", 6, 60), later));
  CHECK_FALSE(latest.due_at());
}

TEST_CASE("tenants beyond the bound find no room while all of them wait; who waits keeps it") {
  LatestBooks latest{1'000ms, 2};
  CHECK(latest.put(book("ann", 1), {}));
  CHECK(latest.put(book("bob", 2), {}));
  CHECK_FALSE(latest.put(book("cid", 3), {}));
  CHECK(latest.put(book("bob", 4), {}));
  const LatestBooks::TimePoint later{1'000ms};
  CHECK(user_of(latest.take(later)) == "ann");
  CHECK(latest.put(book("cid", 5), later));
  CHECK(user_of(latest.take(later)) == "bob");
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
