#include "replay/engine.hpp"

#include <algorithm>

#include "messages/codec_journal.hpp"
#include "messages/codec_risk.hpp"
#include "tenant/decide.hpp"

namespace riskcluster {

namespace {

constexpr Epoch first_epoch{1};
constexpr std::size_t read_records_max = 1'024;

/// At least the tenant's own clock: time never runs backwards for one tenant.
TimeMs clock_of(const TenantState& state, TimeMs at) { return std::max(at, state.last_at_ms); }

} // namespace

Engine::Engine(Journal& journal, ViewAt view_at, std::uint32_t shard_count)
    : journal_{journal}, view_at_{std::move(view_at)}, shard_count_{shard_count} {}

Result<bool> Engine::open(const TenantSetup& setup, const CompanySetup* company) {
  const auto [entry, fresh] = tenants_.try_emplace(setup.id);
  if (!fresh) return invalid(setup.id.text() + " is there twice");
  entry->second.id = setup.id;
  // It opens before everything that happens to it.
  const auto committed = commit(entry->second, {open_tenant(setup, company, 0)});
  if (!committed) return committed.error();
  return true;
}

Result<SequenceNumber> Engine::commit(TenantState& state, const std::vector<TenantEvent>& events) {
  const std::string entity = state.id.text();
  std::vector<JournalEntry> entries;
  entries.reserve(events.size());
  for (const auto& event : events) entries.push_back({entity, event.at_ms, encode_event(event)});
  Result<Committed> committed = Error{Errc::unavailable, "the journal did not answer"};
  journal_.append(shard_of(entity, shard_count_), first_epoch, std::move(entries),
                  [&](Result<Committed> result) { committed = std::move(result); });
  if (!committed) return committed.error();
  SequenceNumber n = committed->first;
  for (const auto& event : events) {
    apply(state, event, n);
    ++n.value;
  }
  return committed->last;
}

Result<RiskAssessmentBatch> Engine::judge(const SignalBatch& batch) {
  const auto tenant = tenants_.find(batch.tenant());
  if (tenant == tenants_.end())
    return refuse(batch, "UNKNOWN_TENANT", batch.tenant().text() + " is not known here", batch.created_at_ms);
  TenantState& state = tenant->second;
  const TimeMs now = clock_of(state, batch.created_at_ms);
  const Admission admission = admit(state, {InputKind::batch, batch.batch_id.value, batch.source, batch.sequence});
  switch (admission.kind) {
  case Admission::Kind::repeat:
    return answer_at(state, admission.n);
  case Admission::Kind::refused:
    return refuse(batch, admission.reason_code, admission.message, now);
  case Admission::Kind::fresh:
    break;
  }
  return decide_batch(state, batch, now);
}

Result<RiskAssessmentBatch> Engine::decide_batch(TenantState& state, const SignalBatch& batch, TimeMs now) {
  auto view = view_at_(now);
  if (!view) return view.error();
  const auto prior = prior_answers(state, batch);
  if (!prior) return prior.error();
  Candidate candidate = assess(state, batch, **view, now, *prior, scratch_);
  if (candidate.events.empty()) return std::move(candidate.answer);
  std::get<BatchDecided>(candidate.events.back().fact).answer = encode_answer_bytes(candidate.answer);
  const auto n = commit(state, candidate.events);
  if (!n) return n.error();
  candidate.answer.journal_position = JournalPosition{shard_of(state.id.text(), shard_count_), first_epoch, *n};
  return std::move(candidate.answer);
}

Result<RiskAssessmentBatch> Engine::answer_at(const TenantState& state, SequenceNumber n) const {
  const ShardId shard = shard_of(state.id.text(), shard_count_);
  const auto records = journal_.read(shard, n, 1);
  if (!records) return records.error();
  if (records->empty()) return malformed("the journal has no n " + std::to_string(n.value));
  const auto event = decode_event(records->front().payload);
  if (!event) return event.error();
  const auto* decided = std::get_if<BatchDecided>(&event->fact);
  if (!decided) return malformed("n " + std::to_string(n.value) + " of the journal is not a decision");
  auto answer = decode_answer_bytes(decided->answer);
  if (answer) answer->journal_position = JournalPosition{shard, records->front().epoch, n};
  return answer;
}

Result<std::vector<PriorAnswer>> Engine::prior_answers(const TenantState& state, const SignalBatch& batch) const {
  std::vector<PriorAnswer> prior;
  for (const auto& repeated : repeated_signals(state, batch)) {
    auto answer = answer_at(state, repeated.n);
    if (!answer) return answer.error();
    for (auto& assessment : answer->assessments)
      if (assessment.signal_id == repeated.signal_id) prior.push_back({repeated.signal_id, std::move(assessment)});
  }
  return prior;
}

Result<bool> Engine::update(const PortfolioUpdate& update) {
  const auto tenant = tenants_.find(update.tenant);
  if (tenant == tenants_.end()) return Error{Errc::not_found, update.tenant.text() + " is not known here"};
  TenantState& state = tenant->second;
  const TimeMs now = clock_of(state, update.at_ms());
  const auto view = view_at_(now);
  if (!view) return view.error();
  const auto events = decide(state, update.command, **view, now);
  if (!events) return events.error();
  if (events->empty()) return false;
  const auto n = commit(state, *events);
  if (!n) return n.error();
  return true;
}

std::vector<TenantId> Engine::subscribers(const StrategyId& strategy) const {
  std::vector<TenantId> found;
  for (const auto& [id, state] : tenants_)
    if (std::binary_search(state.strategies.begin(), state.strategies.end(), strategy)) found.push_back(id);
  return found;
}

Result<std::map<TenantId, TenantState>> fold(const Journal& journal, std::uint32_t shard_count) {
  std::map<std::string, TenantState> by_entity;
  for (std::uint32_t shard = 0; shard < shard_count; ++shard) {
    for (SequenceNumber next{1};;) {
      const auto records = journal.read({shard}, next, read_records_max);
      if (!records) return records.error();
      if (records->empty()) break;
      for (const auto& record : *records) {
        const auto event = decode_event(record.payload);
        if (!event) return event.error();
        apply(by_entity[record.entity], *event, record.n);
      }
      next.value += records->size();
    }
  }
  std::map<TenantId, TenantState> tenants;
  for (auto& [entity, state] : by_entity) {
    const TenantId id = state.id;
    tenants.emplace(id, std::move(state));
  }
  return tenants;
}

} // namespace riskcluster
