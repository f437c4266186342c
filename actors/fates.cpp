#include "actors/fates.hpp"

#include "actors/candidate.hpp"

namespace riskcluster {

namespace {

Fate fate_of(const std::string& refusal) {
  if (refusal.empty()) return Fate::settled;
  return refusal == "UNAVAILABLE" || refusal == "OVERLOADED" ? Fate::retry : Fate::dead;
}

} // namespace

void judge_fate(Reply& reply) {
  std::size_t refused = 0;
  for (const auto& answer : reply.answers) {
    const Fate fate = fate_of(answer->refusal);
    if (fate == Fate::settled) continue;
    ++refused;
    if (reply.fate == Fate::retry) continue;
    reply.fate = fate;
    reply.reason_code = answer->refusal;
    reply.reason = answer->refusal_reason;
  }
  if (reply.answers.size() > 1 && refused > 0)
    reply.reason = std::to_string(refused) + " of " + std::to_string(reply.answers.size()) +
                   " subscribers were refused, one of them: " + reply.reason;
}

void die(Reply& reply, const Error& error) {
  reply.fate = Fate::dead;
  reply.reason_code = error.code == Errc::denied ? "UNAUTHORISED" : "MALFORMED";
  reply.reason = error.message;
}

void judge_failure(Reply& reply, const Error& error) {
  // A fact must survive what a restart or a repair would cure: it dies only when nobody could ever apply it.
  // Malformed is a record of ours that cannot be read; a fact that cannot never gets here.
  const bool hopeless = error.code == Errc::not_found || error.code == Errc::failed || error.code == Errc::denied ||
                        error.code == Errc::invalid_argument;
  reply.fate = hopeless ? Fate::dead : Fate::retry;
  reply.reason_code = refusal_code(error.code);
  reply.reason = error.message;
}

} // namespace riskcluster
