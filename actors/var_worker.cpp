#include "actors/var_worker.hpp"

#include "actors/candidate.hpp"
#include "failpoints/failpoints.hpp"

namespace riskcluster {

WorkerState::Actor::behavior_type WorkerState::behavior(const pool_actor& pool, std::size_t signals_per_turn) {
  signals_per_turn_ = signals_per_turn;
  self_->send(pool, ready_atom::value, worker_actor{self_});
  return {
      [this](judge_atom, JobPtr& job) {
        failpoint("in_worker");
        auto judged = self_->make_response_promise<JudgedPtr>();
        judged_ = Owed<JudgedPtr>{judged};
        job_ = std::move(job);
        turn();
        return judged;
      },
      [this](next_atom) { turn(); },
  };
}

void WorkerState::turn() {
  const std::string entity = job_->state->id.text();
  Judged judged;
  try {
    if (!assessment_)
      assessment_.emplace(*job_->state, *job_->batch, *job_->view, job_->now, job_->prior, scratch_,
                          job_->restrictions);
    bool more = true;
    for (std::size_t i = 0; more && i < signals_per_turn_; ++i) more = assessment_->step();
    if (more) return self_->send(worker_actor{self_}, next_atom::value);
    judged = seal(entity, assessment_->finish());
  } catch (const std::exception& error) {
    judged = seal(entity, internal_error(*job_->state, *job_->batch, job_->now, error.what()));
  }
  assessment_.reset();
  job_ = nullptr; // the portfolio's state is its own again before it hears of it
  std::exchange(judged_, {}).pay(std::make_shared<const Judged>(std::move(judged)));
}

} // namespace riskcluster
