#include "actors/ingress.hpp"

#include "actors/candidate.hpp"
#include "messages/codec_trading.hpp"

namespace riskcluster {

namespace {

AnswerPtr refused_answer(const SignalBatch& batch, const Error& error) {
  return std::make_shared<const RiskAssessmentBatch>(refusal(batch, error));
}

/// What a line can be answered with that was not read in full: something only where it names its batch.
AnswerPtr answer_to_header(std::string_view text, const char* code, const std::string& why) {
  const auto header = batch_header_of(text);
  if (!header) return nullptr;
  SignalBatch batch{.batch_id = header->batch_id,
                    .company_id = header->company_id,
                    .user_id = header->user_id,
                    .correlation_id = header->correlation_id};
  for (const auto& id : header->signals) batch.trading_signals.push_back({.signal_id = id});
  if (batch.trading_signals.empty()) batch.trading_signals.emplace_back(); // so that the answer says REJECTED
  return std::make_shared<const RiskAssessmentBatch>(refuse(batch, code, why, 0));
}

Result<SignalBatch> decode(const Input& input) {
  if (!input.fault.empty()) return malformed(input.fault);
  auto batch = input.format == Input::Format::json ? decode_batch_json(input.bytes) : decode_batch_bytes(input.bytes);
  if (!batch || batch->created_at_ms != 0) return batch;
  if (input.default_at_ms == 0) return malformed("created_at_ms: needed without --at");
  batch->created_at_ms = input.default_at_ms;
  return batch;
}

} // namespace

IngressState::Actor::behavior_type IngressState::behavior(router_actor router, RoadSettings settings) {
  router_ = std::move(router);
  settings_ = settings;
  return {
      [this](admit_atom, const InputPtr& input) {
        auto reply = self_->make_response_promise<ReplyPtr>();
        admit(*input, std::make_shared<Owed<ReplyPtr>>(Owed<ReplyPtr>{reply}));
        return reply;
      },
      [this](admit_atom, const SignalBatchPtr& batch) {
        auto reply = self_->make_response_promise<ReplyPtr>();
        admit(batch, std::make_shared<Owed<ReplyPtr>>(Owed<ReplyPtr>{reply}), {});
        return reply;
      },
      [this](admit_atom, const UpdatePtr& fact) {
        auto outcome = self_->make_response_promise<UpdateOutcome>();
        update(fact, std::make_shared<Owed<UpdateOutcome>>(Owed<UpdateOutcome>{outcome}));
        return outcome;
      },
      [this](open_atom, const OpeningsPtr& openings) { return self_->delegate(router_, open_atom::value, openings); },
  };
}

void IngressState::admit(const Input& input, OwedReply reply) {
  Reply made;
  if (batches_ >= settings_.in_flight_max && input.fault.empty()) {
    // Whoever is refused anyway must not cost the time of being read in full.
    if (auto answer = answer_to_header(input.bytes, "OVERLOADED", full())) {
      made.answers.push_back(std::move(answer));
      return reply->pay(std::make_shared<const Reply>(std::move(made)));
    }
  }
  auto batch = decode(input);
  if (!batch) {
    made.dead_letter = batch.error().message;
    if (auto answer = answer_to_header(input.bytes, "MALFORMED", made.dead_letter))
      made.answers.push_back(std::move(answer));
    return reply->pay(std::make_shared<const Reply>(std::move(made)));
  }
  for (const auto& signal : batch->trading_signals)
    if (!signal.fault.empty()) made.faults.push_back("signal '" + signal.signal_id.value + "': " + signal.fault);
  admit(std::make_shared<const SignalBatch>(std::move(*batch)), std::move(reply), std::move(made));
}

void IngressState::admit(const SignalBatchPtr& batch, OwedReply reply, Reply made) {
  if (auto why = refused(*batch); !why.empty()) {
    made.answers.push_back(refused_answer(*batch, {Errc::overloaded, std::move(why)}));
    return reply->pay(std::make_shared<const Reply>(std::move(made)));
  }
  ++batches_;
  if (!batch->is_fan_out()) ++by_tenant_[batch->tenant()];
  auto shared = std::make_shared<Reply>(std::move(made));
  batch->is_fan_out() ? fan_out(batch, std::move(reply), std::move(shared))
                      : judge(batch, std::move(reply), std::move(shared));
}

std::string IngressState::refused(const SignalBatch& batch) const {
  if (batches_ >= settings_.in_flight_max) return full();
  if (batch.is_fan_out()) return {};
  const auto own = by_tenant_.find(batch.tenant());
  if (own == by_tenant_.end() || own->second < settings_.in_flight_per_tenant_max) return {};
  return std::to_string(own->second) + " batches of the tenant are under way, it may have no more at a time";
}

std::string IngressState::full() const {
  return std::to_string(batches_) + " batches are under way, the node takes no more at a time";
}

void IngressState::return_credit(const SignalBatch& batch) {
  --batches_;
  if (batch.is_fan_out()) return;
  const auto own = by_tenant_.find(batch.tenant());
  if (--own->second == 0) by_tenant_.erase(own);
}

void IngressState::judge(const SignalBatchPtr& batch, OwedReply reply, std::shared_ptr<Reply> made) {
  const auto done = [this, batch, reply, made](AnswerPtr answer) {
    return_credit(*batch);
    made->answers.push_back(std::move(answer));
    reply->pay(made);
  };
  self_->request(router_, caf::infinite, judge_atom::value, batch)
      .then([done](AnswerPtr& answer) { done(std::move(answer)); },
            [done, batch](const caf::error& error) { done(refused_answer(*batch, from_caf(error))); });
}

void IngressState::fan_out(const SignalBatchPtr& batch, OwedReply reply, std::shared_ptr<Reply> made) {
  self_->request(router_, caf::infinite, fan_out_atom::value, batch)
      .then(
          [this, batch, reply, made](const AnswersPtr& answers) {
            return_credit(*batch);
            made->answers = *answers;
            reply->pay(made);
          },
          [this, batch, reply](const caf::error& error) {
            // Some shards may have decided: who sends it again gets those answers again, and the others' for the first
            // time.
            return_credit(*batch);
            reply->fail(error);
          });
}

void IngressState::update(const UpdatePtr& update, std::shared_ptr<Owed<UpdateOutcome>> outcome) {
  if (facts_ >= settings_.facts_in_flight_max)
    return outcome->fail(Error{Errc::overloaded, std::to_string(facts_) + " facts are under way"});
  ++facts_;
  self_->request(router_, caf::infinite, update_atom::value, update)
      .then(
          [this, outcome](UpdateOutcome what) {
            --facts_;
            outcome->pay(what);
          },
          [this, outcome](const caf::error& error) {
            --facts_;
            outcome->fail(error);
          });
}

} // namespace riskcluster
