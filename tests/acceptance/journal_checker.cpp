#include "acceptance/journal_checker.hpp"

#include <algorithm>
#include <cmath>

#include "acceptance/answer_form.hpp"
#include "acceptance/decision.hpp"

namespace riskcluster::acceptance {

namespace {

bool same(double a, double b) { return std::abs(a - b) <= relative * std::max({std::abs(a), std::abs(b), 1e-3}); }

} // namespace

void JournalChecker::find(std::string control, std::string what, double value, double limit, double before) {
  Finding finding = place_;
  finding.control = std::move(control);
  finding.what = std::move(what);
  finding.value = value;
  finding.limit = limit;
  finding.before = before;
  findings_.push_back(std::move(finding));
}

std::map<std::string, std::uint64_t> JournalChecker::findings_by_control() const {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& finding : findings_) ++counts[finding.control];
  return counts;
}

void JournalChecker::check_chain(const JournalRecord& record) {
  ShardEnd& end = shards_[record.shard];
  if (record.n.value != end.n + 1) find("chain", "a gap in n");
  if (record.previous_hash != end.hash) find("chain", "the hash of the record before is wrong");
  if (record.epoch < end.epoch || record.epoch.value == 0) find("chain", "the epoch falls");
  end = {record.n.value, record.epoch, hash_of(record)};
}

void JournalChecker::check(const JournalRecord& record) {
  ++counts_.records;
  place_ = {.shard = record.shard.value, .n = record.n.value, .tenant = record.entity};
  check_chain(record);
  journal::TenantEvent event;
  if (!event.ParseFromString(record.payload)) return find("chain", "the payload cannot be read");
  if (event.at_ms() != record.at_ms) find("chain", "the record and its event disagree about the time");
  now_ms_ = event.at_ms();
  if (live_pct_ && record.entity.ends_with('/')) return; // a company's orders, or the system's
  Ledger& ledger = ledgers_[record.entity];
  if (event.has_tenant_opened() != ledger.terms.limits().empty()) find("chain", "not opened first, or opened twice");
  if (now_ms_ < ledger.last_at_ms) find("books", "time runs backwards");
  ledger.last_at_ms = now_ms_;
  switch (event.event_case()) {
  case journal::TenantEvent::kTenantOpened:
    if (record.entity != event.tenant_opened().company_id() + "/" + event.tenant_opened().user_id())
      find("chain", "opened under another name");
    return ledger.open(event.tenant_opened());
  case journal::TenantEvent::kBatchDecided:
    return check_batch(ledger, event.batch_decided());
  case journal::TenantEvent::kFillApplied:
    check_fill(ledger, event.fill_applied());
    return ledger.fill(event.fill_applied());
  case journal::TenantEvent::kAccountChanged:
    return ledger.change(event.account_changed());
  case journal::TenantEvent::kReservationExpired:
    ++counts_.expired;
    return ledger.expire(event.reservation_expired());
  case journal::TenantEvent::kPolicyOpened:
  case journal::TenantEvent::kHalted:
  case journal::TenantEvent::kResumed:
  case journal::TenantEvent::kLimitsSet:
  case journal::TenantEvent::kLimitsMerged:
    return check_order(record, event);
  case journal::TenantEvent::EVENT_NOT_SET:
    return find("chain", "a fact of an unknown kind");
  }
}

void JournalChecker::check_order(const JournalRecord& record, const journal::TenantEvent& event) {
  if (!live_pct_) return find("chain", "an order, which nobody gives while files are replayed");
  Ledger& ledger = ledgers_[record.entity];
  if (event.has_halted() && event.halted().halt().scope() == journal::Halt::ALL) ledger.halted = true;
  if (event.has_resumed() && event.resumed().scope() == journal::Halt::ALL) ledger.halted = false;
  if (event.has_limits_merged()) ledger.merge(event.limits_merged());
}

void JournalChecker::check_fill(Ledger& ledger, const journal::FillApplied& fill) {
  ++counts_.fills;
  const double realized = ledger.realized_by(fill);
  if (realized == 0) {
    if (fill.realized_pnl() != 0) find("books", "a fill that closes nothing realises something", fill.realized_pnl());
    return;
  }
  const auto view = view_at_(now_ms_);
  const auto instrument = view ? (*view)->instrument(Symbol{fill.symbol()}) : std::nullopt;
  const auto rate =
      instrument ? (*view)->fx(instrument->quote, Currency{ledger.terms.currency()}) : std::optional<FxRate>{};
  const double expected = rate ? realized * instrument->contract_size * rate->rate : 0;
  // The record of a fill has no rate: a live one is only known to be near the last close.
  const double off = live_pct_ ? *live_pct_ / 100 * std::abs(expected) : 0;
  if (!same(fill.realized_pnl(), expected) && std::abs(fill.realized_pnl() - expected) > off)
    find("books", "realised P&L", fill.realized_pnl(), expected);
}

/// The model of the files' rows, at the prices of the record where feeds had others.
Result<MarketViewPtr> JournalChecker::view_of(const journal::BatchDecided& batch) {
  auto daily = view_at_(now_ms_);
  if (!daily || !live_pct_) return daily;
  auto symbols = (*daily)->symbols();
  for (const auto& mark : batch.marks()) {
    const auto own = std::find_if(symbols.begin(), symbols.end(),
                                  [&](const auto& s) { return s.instrument.symbol.value == mark.symbol(); });
    if (own == symbols.end() || own->quote.price == mark.price()) continue;
    if (std::abs(mark.price() / own->quote.price - 1) > *live_pct_ / 100)
      find("view", "a price of " + mark.symbol() + " that no feed sent", mark.price(), own->quote.price);
    own->quote = {.price = mark.price(), .at = now_ms_, .source = DataSource::real_time};
  }
  return std::make_shared<const MarketView>(std::shared_ptr<const MarketModel>{*daily, &(*daily)->model()},
                                            std::shared_ptr<const InstrumentTable>{*daily, &(*daily)->instruments()},
                                            std::move(symbols));
}

void JournalChecker::check_view(const journal::BatchDecided& batch, const MarketView& view) {
  if (live_pct_) {
    if (view.seed() != batch.seed()) find("view", "not the model of " + format_rfc3339(now_ms_));
    return;
  }
  if (view.id() != batch.view_id() || view.seed() != batch.seed())
    find("view", "not the view of " + format_rfc3339(now_ms_));
  for (const auto& mark : batch.marks()) {
    const auto* symbol = view.find(Symbol{mark.symbol()});
    if (!symbol || symbol->quote.price != mark.price()) find("view", "mark of " + mark.symbol(), mark.price());
  }
}

const trading::TradingSignal* JournalChecker::wish_for(const std::string& batch, const std::string& signal) const {
  const auto at = wishes_.find(batch);
  if (at == wishes_.end()) return nullptr;
  for (const auto& wish : at->second.trading_signals())
    if (wish.signal_id() == signal) return &wish;
  return nullptr;
}

void JournalChecker::check_rate(Ledger& ledger, const journal::SignalDecided& decided) {
  if (decided.takes_token() && (ledger.tokens -= 1) < -relative) find("message_rate", "no token left", ledger.tokens);
  if (!decided.remembered()) return;
  const auto [seen, fresh] = ledger.seen_at_ms.try_emplace(decided.fingerprint(), now_ms_);
  if (!fresh && now_ms_ - seen->second < 500)
    find("duplicate", "the same wish just before", static_cast<double>(now_ms_ - seen->second), 500);
  seen->second = now_ms_;
}

void JournalChecker::check_repeat(const Ledger& ledger, const risk::RiskAssessment& assessment) {
  ++counts_.repeats;
  const auto known = ledger.answers.find(assessment.signal_id());
  if (known == ledger.answers.end()) return find("repeat", "answered, but never decided");
  if (known->second != assessment.SerializeAsString()) find("repeat", "another answer than before");
}

void JournalChecker::check_batch(Ledger& ledger, const journal::BatchDecided& batch) {
  ++counts_.batches;
  const auto view = view_of(batch);
  if (!view) return find("view", view.error().message);
  check_view(batch, **view);
  risk::RiskAssessmentBatch answer;
  if (!answer.ParseFromString(batch.answer())) return find("form", "the answer cannot be read");
  for (const auto& promise : ledger.promises)
    if (promise.expires_at_ms <= now_ms_) find("books", "a reservation outlived its time: " + promise.signal);

  const double burst = ledger.limit("message_burst");
  const double gained = ledger.limit("message_rate_per_s") * static_cast<double>(now_ms_ - ledger.tokens_at_ms) / 1000;
  ledger.tokens = ledger.tokens_at_ms == 0 ? burst : std::min(burst, ledger.tokens + gained);
  ledger.tokens_at_ms = now_ms_;

  ValuedBook book{ledger, batch, **view};
  int next = 0;
  std::unordered_map<std::string, std::string> unnamed_here; // an id that is none is known within its batch alone
  for (const auto& assessment : answer.assessments()) {
    place_.signal = assessment.signal_id();
    const auto* decided = next < batch.signals_size() ? &batch.signals(next) : nullptr;
    const bool unnamed = decided && decided->signal_id().empty() && !unnamed_here.contains(assessment.signal_id()) &&
                         !ledger.answers.contains(assessment.signal_id());
    if (!decided || (decided->signal_id() != assessment.signal_id() && !unnamed)) {
      const auto here = unnamed_here.find(assessment.signal_id());
      if (here == unnamed_here.end())
        check_repeat(ledger, assessment);
      else if (here->second != assessment.SerializeAsString())
        find("repeat", "another answer than in the same batch");
      continue;
    }
    ++next;
    ++counts_.decided;
    Decision decision{ledger, book, **view, *decided, assessment, wish_for(batch.batch_id(), assessment.signal_id())};
    if (const auto fault = fault_of_form(assessment, live_pct_.has_value()); !fault.empty()) find("form", fault);
    check_rate(ledger, *decided);
    check_status(decision);
    check_closing(decision);
    check_opening(decision);
    if (decided->approved()) {
      check_wish(decision);
      ledger.promise(*decided);
    }
    (unnamed ? unnamed_here : ledger.answers)[assessment.signal_id()] = assessment.SerializeAsString();
  }
  place_.signal.clear();
  if (next != batch.signals_size()) find("form", "decided, but not answered");
  check_after(answer, book);
}

void JournalChecker::check_after(const risk::RiskAssessmentBatch& answer, const ValuedBook& book) {
  if (const auto path = not_finite(answer); !path.empty()) find("form", path + " is not finite");
  if (!answer.has_portfolio_risk() || !book.unmeasurable().empty()) return;
  const auto& told = answer.portfolio_risk();
  const double gross = book.gross();
  const double var = book.var().largest();
  if (!same(told.equity(), book.equity)) find("books", "equity", told.equity(), book.equity);
  if (!same(told.projected_exposure(), gross)) find("books", "projected exposure", told.projected_exposure(), gross);
  // A millionth of a money unit: what is left of an offset book is the rounding of its sums.
  if (std::abs(told.projected_var() - var) > relative * var + float_share * book.gross_peak() + 1e-6)
    find("books", "projected VaR", told.projected_var(), var);
}

} // namespace riskcluster::acceptance
