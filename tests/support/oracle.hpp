#pragma once
// What the road must give, worked out without it: one tenant at a time, one input after the other, admit → assess →
// apply in a plain loop. The journal says in which order inputs were decided and how they were numbered; what they were
// decided as, to the byte, is the oracle's own.

#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "journal/journal.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_risk.hpp"
#include "support/tenant.hpp"

namespace riskcluster::test {

class Oracle {
public:
  explicit Oracle(MarketViewPtr view) : view_{std::move(view)} {}

  void opened(const TenantEvent& event) { events_[std::get<TenantOpened>(event.fact).id.text()].push_back(event); }
  void sent(const SignalBatch& batch) { batches_[batch.tenant().text()][batch.batch_id.value] = batch; }
  void sent(const PortfolioUpdate& update) { updates_[update.tenant.text()][id_of(update.command)] = update; }

  /// Decides again what the tenant's records say was decided, and compares.
  TenantState fold(const std::string& entity, const std::vector<JournalRecord>& records) {
    TenantState state;
    std::vector<TenantEvent> expected = events_[entity];
    std::size_t at = 0;
    for (const auto& record : records) {
      CAPTURE(entity);
      CAPTURE(record.n.value);
      if (at == expected.size()) {
        expected = decide_again(entity, state, records, at_of(records, record));
        at = 0;
      }
      REQUIRE(at < expected.size());
      CHECK(record.payload == encode_event(expected[at]));
      if (auto* decided = std::get_if<BatchDecided>(&expected[at].fact)) {
        answers[entity][decided->batch_id.value] = with_position(decided->answer, record);
        const bool numbered = decided->sequence != 0;
        const std::string number = decided->source.value + " " + std::to_string(decided->sequence);
        CHECK(decisions_[entity].insert(numbered ? number : decided->batch_id.value).second); // none was decided twice
        decided->answer = {};
      }
      apply(state, expected[at++], record.n);
    }
    CHECK(at == expected.size());
    return state;
  }

  /// By entity and batch: what everybody who sent it must have been answered.
  std::map<std::string, std::map<std::string, std::string>> answers;

private:
  static std::string id_of(const Command& command) {
    if (const auto* report = std::get_if<ExecutionReport>(&command)) return report->execution_id.value;
    return std::get<AccountUpdate>(command).update_id;
  }
  static std::size_t at_of(const std::vector<JournalRecord>& records, const JournalRecord& record) {
    return static_cast<std::size_t>(&record - records.data());
  }
  static std::string with_position(const std::string& bytes, const JournalRecord& record) {
    auto answer = decode_answer_bytes(bytes);
    answer->journal_position = JournalPosition{record.shard, record.epoch, record.n};
    return encode_answer_bytes(*answer);
  }
  /// Expirations come before a batch's decision and behind a fact; the first record of the other kind names the input.
  std::vector<TenantEvent> decide_again(const std::string& entity, const TenantState& state,
                                        const std::vector<JournalRecord>& records, std::size_t from) {
    for (std::size_t i = from; i < records.size(); ++i) {
      const auto event = decode_event(records[i].payload);
      if (const auto* decided = std::get_if<BatchDecided>(&event->fact))
        return judge_again(state, batches_[entity].at(decided->batch_id.value));
      if (const auto* fill = std::get_if<FillApplied>(&event->fact))
        return fact_again(state, updates_[entity].at(fill->execution_id.value));
      if (const auto* changed = std::get_if<AccountChanged>(&event->fact))
        return fact_again(state, updates_[entity].at(changed->update_id));
    }
    return {};
  }
  std::vector<TenantEvent> judge_again(const TenantState& state, const SignalBatch& batch) {
    const Admission admission = admit(state, {InputKind::batch, batch.batch_id.value, batch.source, batch.sequence});
    CHECK(admission.kind == Admission::Kind::fresh);
    Candidate candidate =
        assess(state, batch, *view_, std::max(batch.created_at_ms, state.last_at_ms), {}, scratch_, Standing::normal);
    if (!candidate.events.empty())
      std::get<BatchDecided>(candidate.events.back().fact).answer = encode_answer_bytes(candidate.answer);
    return candidate.events;
  }
  std::vector<TenantEvent> fact_again(const TenantState& state, const PortfolioUpdate& update) const {
    return *decide(state, update.command, *view_, std::max(update.at_ms(), state.last_at_ms));
  }

  MarketViewPtr view_;
  AssessScratch scratch_;
  std::map<std::string, std::vector<TenantEvent>> events_; ///< how each was opened
  std::map<std::string, std::map<std::string, SignalBatch>> batches_;
  std::map<std::string, std::map<std::string, PortfolioUpdate>> updates_;
  std::map<std::string, std::set<std::string>> decisions_;
};

} // namespace riskcluster::test
