#include "actors/ingress.hpp"

#include "actors/candidate.hpp"
#include "actors/fates.hpp"
#include "messages/codec_trading.hpp"
#include "messages/decode_input.hpp"

namespace riskcluster {

namespace {

/// Whoever orders something waits for a word, also where nobody could read it.
CommandAnswerPtr refused_order(std::string id, std::string code, std::string why) {
  return std::make_shared<const CommandAnswer>(CommandAnswer{.command_id = std::move(id),
                                                             .status = CommandAnswer::Status::refused,
                                                             .reason_code = std::move(code),
                                                             .message = std::move(why)});
}
CommandAnswerPtr refused_order(const AdminCommand& command, const Error& error) {
  return refused_order(command.command_id, refusal_code(error.code), error.message);
}

/// By what has become of it already.
void refuse_fact(Reply& made, UpdateAnswer answer) {
  answer.status = UpdateAnswer::Status::refused;
  answer.reason_code = made.reason_code;
  answer.message = made.reason;
  made.update = std::move(answer);
}

AnswerPtr refused_answer(const SignalBatch& batch, const Error& error) {
  return std::make_shared<const RiskAssessmentBatch>(refusal(batch, error));
}

/// What a line can be answered with that was not read in full: something only where it names its batch.
AnswerPtr answer_to_header(const Input& input, const char* code, const std::string& why) {
  if (input.format != Input::Format::json || input.envelope) return nullptr;
  const auto header = batch_header_of(input.bytes);
  if (!header) return nullptr;
  SignalBatch batch{.batch_id = header->batch_id,
                    .company_id = header->company_id,
                    .user_id = header->user_id,
                    .correlation_id = header->correlation_id};
  for (const auto& id : header->signals) batch.trading_signals.push_back({.signal_id = id});
  if (batch.trading_signals.empty()) batch.trading_signals.emplace_back(); // so that the answer says REJECTED
  return std::make_shared<const RiskAssessmentBatch>(refuse(batch, code, why, 0));
}

} // namespace

IngressState::Actor::behavior_type IngressState::behavior(router_actor router, RoadSettings settings,
                                                          RoadWatchPtr watch) {
  router_ = std::move(router);
  settings_ = settings;
  watch_ = std::move(watch);
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
        auto owed = std::make_shared<Owed<UpdateOutcome>>(Owed<UpdateOutcome>{outcome});
        update(
            fact, [owed](UpdateOutcome what) { owed->pay(what); }, [owed](const Error& error) { owed->fail(error); });
        return outcome;
      },
      [this](open_atom, const OpeningsPtr& openings) { return self_->delegate(router_, open_atom::value, openings); },
  };
}

void IngressState::admit(const Input& input, const OwedReply& reply) {
  Reply made;
  if (input.kind == Input::Kind::signals && batches_ >= settings_.in_flight_max && input.fault.empty()) {
    // Whoever is refused anyway must not cost the time of being read in full.
    if (auto answer = answer_to_header(input, "OVERLOADED", full())) {
      watch_->refused(Bound::node);
      made.answers.push_back(std::move(answer));
      judge_fate(made);
      return reply->pay(std::make_shared<const Reply>(std::move(made)));
    }
  }
  auto decoded = decode_input(input);
  if (!decoded) {
    die(made, decoded.error());
    if (input.kind == Input::Kind::signals)
      if (auto answer = answer_to_header(input, made.reason_code.c_str(), made.reason))
        made.answers.push_back(std::move(answer));
    if (input.kind == Input::Kind::command)
      made.command = refused_order(command_id_in(input), made.reason_code, made.reason);
    if (input.kind == Input::Kind::update) refuse_fact(made, {.tenant = input.addressed_to});
    return reply->pay(std::make_shared<const Reply>(std::move(made)));
  }
  if (auto* update = std::get_if<PortfolioUpdate>(&*decoded))
    return carry(std::make_shared<const PortfolioUpdate>(std::move(*update)), reply);
  if (auto* command = std::get_if<AdminCommand>(&*decoded))
    return carry(std::make_shared<const AdminCommand>(std::move(*command)), reply);
  auto& batch = std::get<SignalBatch>(*decoded);
  made.trace = batch.trace();
  for (const auto& signal : batch.trading_signals)
    if (!signal.fault.empty()) made.faults.push_back("signal '" + signal.signal_id.value + "': " + signal.fault);
  admit(std::make_shared<const SignalBatch>(std::move(batch)), reply, std::move(made));
}

void IngressState::carry(const UpdatePtr& fact, const OwedReply& reply) {
  const UpdateAnswer answer{.tenant = fact->tenant, .id = id_of(*fact), .correlation_id = fact->trace.correlation_id};
  update(
      fact,
      [reply, answer, fact](UpdateOutcome what) {
        using Status = UpdateAnswer::Status;
        Reply made{.update = answer, .trace = fact->trace};
        made.update->status = what == UpdateOutcome::repeated ? Status::repeated : Status::applied;
        reply->pay(std::make_shared<const Reply>(std::move(made)));
      },
      [reply, answer, fact](const Error& error) {
        Reply made{.trace = fact->trace};
        judge_failure(made, error);
        refuse_fact(made, answer);
        reply->pay(std::make_shared<const Reply>(std::move(made)));
      });
}

void IngressState::carry(const CommandPtr& command, const OwedReply& reply) {
  const auto done = [this, reply, command](CommandAnswerPtr answer, const Error* error) {
    count_facts(-1);
    Reply made{.trace = command->trace};
    if (error) judge_failure(made, *error);
    made.command = std::move(answer);
    reply->pay(std::make_shared<const Reply>(std::move(made)));
  };
  count_facts(1);
  if (facts_ > settings_.facts_in_flight_max) {
    watch_->refused(Bound::facts);
    const Error full{Errc::overloaded, "too many facts and orders are under way"};
    return done(refused_order(*command, full), &full);
  }
  self_->request(router_, caf::infinite, order_atom::value, command)
      .then([done](CommandAnswerPtr& answer) { done(std::move(answer), nullptr); },
            [done, command](const caf::error& why) {
              const Error error = from_caf(why);
              done(refused_order(*command, error), &error);
            });
}

void IngressState::admit(const SignalBatchPtr& batch, const OwedReply& reply, Reply made) {
  if (auto why = refused(*batch); !why.empty()) {
    made.answers.push_back(refused_answer(*batch, {Errc::overloaded, std::move(why)}));
    judge_fate(made);
    return reply->pay(std::make_shared<const Reply>(std::move(made)));
  }
  count_batches(1);
  if (!batch->is_fan_out()) ++by_tenant_[batch->tenant()];
  auto shared = std::make_shared<Reply>(std::move(made));
  batch->is_fan_out() ? fan_out(batch, reply, shared) : judge(batch, reply, shared);
}

std::string IngressState::refused(const SignalBatch& batch) const {
  if (batches_ >= settings_.in_flight_max) {
    watch_->refused(Bound::node);
    return full();
  }
  if (batch.is_fan_out()) return {};
  const auto own = by_tenant_.find(batch.tenant());
  if (own == by_tenant_.end() || own->second < settings_.in_flight_per_tenant_max) return {};
  watch_->refused(Bound::tenant);
  return std::to_string(own->second) + " batches of the tenant are under way, it may have no more at a time";
}

std::string IngressState::full() const {
  return std::to_string(batches_) + " batches are under way, the node takes no more at a time";
}

void IngressState::count_batches(int change) {
  batches_ += static_cast<std::size_t>(change);
  show(watch_->batches, batches_);
}

void IngressState::count_facts(int change) {
  facts_ += static_cast<std::size_t>(change);
  show(watch_->facts, facts_);
}

void IngressState::return_credit(const SignalBatch& batch) {
  count_batches(-1);
  if (batch.is_fan_out()) return;
  const auto own = by_tenant_.find(batch.tenant());
  if (--own->second == 0) by_tenant_.erase(own);
}

void IngressState::judge(const SignalBatchPtr& batch, const OwedReply& reply, const std::shared_ptr<Reply>& made) {
  const auto done = [this, batch, reply, made](AnswerPtr answer) {
    return_credit(*batch);
    made->answers.push_back(std::move(answer));
    judge_fate(*made);
    reply->pay(made);
  };
  self_->request(router_, caf::infinite, judge_atom::value, batch)
      .then([done](AnswerPtr& answer) { done(std::move(answer)); },
            [done, batch](const caf::error& error) { done(refused_answer(*batch, from_caf(error))); });
}

void IngressState::fan_out(const SignalBatchPtr& batch, const OwedReply& reply, const std::shared_ptr<Reply>& made) {
  self_->request(router_, caf::infinite, fan_out_atom::value, batch)
      .then(
          [this, batch, reply, made](const AnswersPtr& answers) {
            return_credit(*batch);
            made->answers = *answers;
            judge_fate(*made);
            reply->pay(made);
          },
          [this, batch, reply](const caf::error& error) {
            // Some shards may have decided: who sends it again gets those answers again, and the others' for the first
            // time.
            return_credit(*batch);
            reply->fail(error);
          });
}

template <class Done, class Fail>
void IngressState::update(const UpdatePtr& fact, Done done, Fail fail) {
  if (facts_ >= settings_.facts_in_flight_max) {
    watch_->refused(Bound::facts);
    return fail(Error{Errc::overloaded, std::to_string(facts_) + " facts are under way"});
  }
  count_facts(1);
  self_->request(router_, caf::infinite, update_atom::value, fact)
      .then(
          [this, done](UpdateOutcome what) {
            count_facts(-1);
            done(what);
          },
          [this, fail](const caf::error& error) {
            count_facts(-1);
            fail(from_caf(error));
          });
}

} // namespace riskcluster
