#include "actors/candidate.hpp"

#include "messages/codec_journal.hpp"
#include "messages/codec_risk.hpp"

namespace riskcluster {

namespace {

Result<RiskAssessmentBatch> recorded_answer(const std::string& entity, const JournalRecord& record) {
  const std::string place =
      "journal shard " + std::to_string(record.shard.value) + " n " + std::to_string(record.n.value);
  if (record.entity != entity) return malformed(place + " is not of " + entity);
  const auto event = decode_event(record.payload);
  if (!event) return malformed(place + ": " + event.error().message);
  const auto* decided = std::get_if<BatchDecided>(&event->fact);
  if (!decided) return malformed(place + " is not a decision");
  auto answer = decode_answer_bytes(decided->answer);
  if (answer) answer->journal_position = JournalPosition{record.shard, record.epoch, record.n};
  return answer;
}

} // namespace

const char* refusal_code(Errc code) {
  switch (code) {
  case Errc::fenced:
    return "NOT_OWNER";
  case Errc::overloaded:
    return "OVERLOADED";
  case Errc::not_found:
    return "UNKNOWN_TENANT";
  case Errc::malformed:
    return "STATE_UNREADABLE";
  case Errc::quarantined:
    return "TENANT_QUARANTINED";
  case Errc::failed:
    return "CANNOT_BE_APPLIED";
  default:
    return "UNAVAILABLE";
  }
}

JournalEntries entries_of(const std::string& entity, const std::vector<TenantEvent>& events) {
  auto entries = std::make_shared<std::vector<JournalEntry>>();
  entries->reserve(events.size());
  for (const auto& event : events) entries->push_back({entity, event.at_ms, encode_event(event)});
  return entries;
}

Judged seal(const std::string& entity, Candidate candidate) {
  Judged judged{.answer = std::make_shared<RiskAssessmentBatch>(std::move(candidate.answer))};
  if (candidate.events.empty()) return judged;
  std::get<BatchDecided>(candidate.events.back().fact).answer = encode_answer_bytes(*judged.answer);
  judged.entries = entries_of(entity, candidate.events);
  // The bytes are in the entries; whoever applies the event has no use for them.
  std::get<BatchDecided>(candidate.events.back().fact).answer = {};
  judged.events = std::move(candidate.events);
  return judged;
}

Result<std::vector<RiskAssessmentBatch>> recorded_answers(const std::string& entity,
                                                          const std::vector<JournalRecord>& records) {
  std::vector<RiskAssessmentBatch> answers;
  answers.reserve(records.size());
  for (const auto& record : records) {
    auto answer = recorded_answer(entity, record);
    if (!answer) return answer.error();
    answers.push_back(std::move(*answer));
  }
  return answers;
}

std::vector<PriorAnswer> answers_to(const std::vector<SignalId>& ids, const std::vector<RiskAssessmentBatch>& answers) {
  std::vector<PriorAnswer> prior;
  for (std::size_t i = 0; i < ids.size() && i < answers.size(); ++i)
    for (const auto& assessment : answers[i].assessments)
      if (assessment.signal_id == ids[i]) prior.push_back({ids[i], assessment});
  return prior;
}

RiskAssessmentBatch refusal(const SignalBatch& batch, const Error& error) {
  return refuse(batch, refusal_code(error.code), error.message, batch.created_at_ms);
}

} // namespace riskcluster
