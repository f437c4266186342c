#include "live/board.hpp"

#include <algorithm>
#include <array>

namespace riskcluster {

namespace {

const char* name(Input::Kind kind) {
  constexpr std::array names = {"signals", "update", "command", "price"};
  return names[static_cast<std::size_t>(kind)];
}

const char* name(Fate fate) {
  constexpr std::array names = {"settled", "dead", "retry"};
  return names[static_cast<std::size_t>(fate)];
}

const char* name(ApprovalStatus status) {
  switch (status) {
  case ApprovalStatus::approved:
    return "approved";
  case ApprovalStatus::reduced:
    return "reduced";
  default:
    return "rejected";
  }
}

/// The book after the batch is within the daily VaR that its rows name.
bool within_var(const RiskAssessmentBatch& answer) {
  if (!answer.portfolio_risk) return false;
  for (const auto& assessment : answer.assessments) {
    const auto& checks = assessment.checks;
    const auto place = static_cast<std::size_t>(ControlId::daily_var);
    if (place < checks.size() && checks[place].limit)
      return answer.portfolio_risk->projected_var <= *checks[place].limit * (1 + 1e-9);
  }
  return answer.portfolio_risk->risk_limit_compliance; // nothing was opened: no row names the limit
}

/// It is tried again by itself, so that half-open says nothing new.
std::optional<Alert> breaker_alert(const std::string& source, BreakerState before, BreakerState now) {
  const bool was_cut = before != BreakerState::closed, is_cut = now != BreakerState::closed;
  if (was_cut == is_cut) return std::nullopt;
  if (is_cut) return Alert{"FEED_CUT_OFF", source, "too many of its prices cannot be true"};
  return Alert{"FEED_BELIEVED", source, "its prices make sense again"};
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const auto& sentence : sentences) text += (text.empty() ? "" : "; ") + sentence;
  return text;
}

} // namespace

Board::Board(std::string version)
    : version_{std::move(version)},
      took_{metrics_.histogram("riskd_input_seconds", "From taking an input to knowing that its answer is durable")} {
  // From 0 on: the first of a kind is a rise, too, and somebody may have to be woken by it.
  for (const char* reason :
       {"MALFORMED", "UNAUTHORISED", "UNKNOWN_TENANT", "RATE_LIMIT", "SEQUENCE_CONFLICT", "TOO_MANY_SOURCES",
        "DUPLICATE_EXPIRED", "CANNOT_BE_APPLIED", "STATE_UNREADABLE", "TENANT_QUARANTINED", "NOT_OWNER"})
    dead_letters(reason).add(0);
}

Counter Board::dead_letters(const std::string& reason) {
  return metrics_.counter("riskd_dead_letters_total", "Inputs refused for good", {{"reason", reason}});
}

void Board::seen(const IntakeNotice& notice, TimeMs now) {
  metrics_
      .counter("riskd_inputs_total", "Inputs by where they came from and what became of them",
               {{"source", notice.source}, {"kind", name(notice.kind)}, {"fate", name(notice.fate)}})
      .add();
  if (notice.fate == Fate::dead) dead_letters(notice.reason_code).add();
  if (notice.kind != Input::Kind::price) took_.observe(notice.took);
  if (!notice.reply) return;
  for (const auto& answer : notice.reply->answers) count_answer(*answer, now);
  if (notice.kind != Input::Kind::signals || notice.fate != Fate::settled) return;
  batches_.add(now);
  seconds_.add(now, std::chrono::duration<double>(notice.took).count());
}

void Board::count_answer(const RiskAssessmentBatch& answer, TimeMs now) {
  if (!answer.refusal.empty()) {
    metrics_.counter("riskd_refusals_total", "Batches refused unjudged", {{"reason", answer.refusal}}).add();
    return;
  }
  for (const auto& assessment : answer.assessments) {
    metrics_.counter("riskd_signals_total", "Signals answered", {{"outcome", name(assessment.approval_status)}}).add();
    assessments_.add(now);
    if (assessment.approval_status != ApprovalStatus::rejected) approvals_.add(now);
    if (assessment.position_sizing) sized_.add(now);
  }
  if (!answer.portfolio_risk) return;
  measured_.add(now);
  if (answer.portfolio_risk->risk_limit_compliance) compliant_.add(now);
  if (within_var(answer)) within_var_.add(now);
}

void Board::alert(const Alert& alert) {
  metrics_.counter("riskd_alerts_total", "What a person had to be told", {{"type", alert.type}}).add();
}

std::vector<Alert> Board::market(const LiveMarket& market, TimeMs now) {
  std::vector<Alert> alerts;
  const std::lock_guard lock{mutex_};
  live_symbols_ = 0;
  newest_price_at_ = 0;
  symbols_ = market.history().closes.size();
  for (const auto& [symbol, feed] : market.symbols()) {
    if (feed.tick && is_live(feed.tick->at, now)) {
      ++live_symbols_;
      newest_price_at_ = std::max(newest_price_at_, feed.tick->at);
    }
  }
  newest_price_age_max_ = live_symbols_ > 0 ? tick_age_max : last_close_age_max;
  if (live_symbols_ == 0)
    for (const auto& [symbol, closes] : market.history().closes)
      if (!closes.empty()) newest_price_at_ = std::max(newest_price_at_, closes.back().date.end_ms());
  for (const auto& status : market.sources().status(now)) {
    const std::string source = status.source.empty() ? "_" : status.source.value;
    SourceStatus& told = sources_[source];
    if (auto alert = breaker_alert(source, told.breaker, status.breaker)) alerts.push_back(std::move(*alert));
    count_source(source, told, status);
    told = status;
  }
  return alerts;
}

void Board::count_source(const std::string& source, const SourceStatus& told, const SourceStatus& now) {
  for (std::size_t verdict = 0; verdict < feed_verdict_count; ++verdict)
    if (now.counts[verdict] != told.counts[verdict])
      metrics_
          .counter("riskd_prices_total", "Ticks and bars by verdict",
                   {{"source", source}, {"verdict", std::string{riskcluster::name(static_cast<FeedVerdict>(verdict))}}})
          .add(static_cast<double>(now.counts[verdict] - told.counts[verdict]));
  metrics_
      .counter("riskd_feed_breaker_openings_total", "Times that a source of prices was cut off", {{"source", source}})
      .add(static_cast<double>(now.openings - told.openings));
  metrics_.gauge("riskd_feed_breaker_open", "1 while a source of prices is not listened to", {{"source", source}})
      .set(now.breaker == BreakerState::closed ? 0 : 1);
}

void Board::recovered(std::size_t tenants, std::size_t companies) {
  const std::lock_guard lock{mutex_};
  recovered_ = true;
  tenants_ = tenants;
  companies_ = companies;
}

Readiness Board::readiness(TimeMs now, const std::string& journal_trouble) const {
  const std::lock_guard lock{mutex_};
  Readiness readiness;
  readiness.journal_writable = {journal_trouble.empty(), journal_trouble};
  readiness.recovery_done = {recovered_, recovered_ ? "" : "shards and tenants are being read"};
  const bool fresh = newest_price_at_ > 0 && now - newest_price_at_ <= newest_price_age_max_;
  readiness.market_view_fresh = {fresh, fresh ? ""
                                        : newest_price_at_ == 0
                                            ? "no price is known"
                                            : "the newest price is of " + format_rfc3339(newest_price_at_)};
  return readiness;
}

HealthReport Board::health(TimeMs now, const Seen& others) const {
  const Readiness ready = readiness(now, others.journal_trouble);
  HealthReport report{.timestamp = now, .version = version_};
  const double batches = batches_.sum(now), assessments = assessments_.sum(now), measured = measured_.sum(now);
  const std::string nothing_yet = "nothing was assessed in the last 24 hours";
  report.avg_risk_calc_time_ms = Figure::share(1'000 * seconds_.sum(now), batches, nothing_yet);
  report.var_calculation_accuracy =
      Figure::absent("needs realised returns of each book; riskctl calc backtest has them");
  report.position_sizing_success_rate = Figure::share(sized_.sum(now), assessments, nothing_yet);
  report.kelly_criterion_performance = Figure::absent("needs closed trades of all tenants in one place");
  report.portfolio_risk_compliance = Figure::share(compliant_.sum(now), measured, nothing_yet);
  report.drawdown_protection_active = Figure{false};
  report.cache_hit_rate = Figure::absent("there is no cache: a view is immutable and shared");
  report.risk_assessments_24h = static_cast<std::int64_t>(assessments);
  report.risk_approval_rate = Figure::share(approvals_.sum(now), assessments, nothing_yet);
  report.portfolio_var_compliance = Figure::share(within_var_.sum(now), measured, nothing_yet);
  const std::lock_guard lock{mutex_};
  std::vector<std::string> troubles = others.troubles;
  report.active_risk_profiles = tenants_;
  report.company_risk_policies = companies_;
  report.market_data_circuit_breaker = Figure::absent("no source has sent prices yet");
  BreakerState worst = BreakerState::closed;
  for (const auto& [source, status] : sources_) {
    if (status.breaker != BreakerState::closed && worst != BreakerState::open) worst = status.breaker;
    report.market.emplace_back("breaker_" + source, riskcluster::name(status.breaker));
    report.market_data_circuit_breaker = riskcluster::name(worst);
    if (status.breaker != BreakerState::closed) troubles.push_back("prices of " + source + " are not listened to");
  }
  report.market.emplace_back("symbols", symbols_);
  report.market.emplace_back("live_symbols", live_symbols_);
  report.journal.emplace_back("writable", others.journal_trouble.empty());
  report.journal.insert(report.journal.end(), others.journal.begin(), others.journal.end());
  if (others.nats) report.nats = *others.nats;
  for (const auto* check : {&ready.market_view_fresh, &ready.recovery_done, &ready.journal_writable})
    if (!check->good) troubles.insert(troubles.begin(), check->reason); // the worst first
  if (!troubles.empty()) report.error = joined(troubles);
  report.status = !ready.journal_writable.good || !ready.recovery_done.good ? HealthStatus::unhealthy
                  : !troubles.empty()                                       ? HealthStatus::degraded
                                                                            : HealthStatus::healthy;
  return report;
}

} // namespace riskcluster
