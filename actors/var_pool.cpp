#include "actors/var_pool.hpp"

#include <algorithm>

namespace riskcluster {

PoolState::Actor::behavior_type PoolState::behavior(RoadSettings settings, RoadWatchPtr watch) {
  settings_ = settings;
  watch_ = std::move(watch);
  self_->set_down_handler([this](const caf::down_msg& down) { worker_gone(down.source); });
  return {
      [this](judge_atom, JobPtr& job) {
        auto judged = self_->make_response_promise<JudgedPtr>();
        Work work{Owed<JudgedPtr>{judged}, std::move(job)};
        auto& lane = lane_of(*work.job);
        if (lane.size() >= settings_.jobs_max) {
          watch_->refused(Bound::pool);
          work.judged.fail(Error{Errc::overloaded, "too many jobs wait to be judged"});
        } else {
          lane.push_back(std::move(work));
          dispatch();
        }
        return judged;
      },
      [this](ready_atom, worker_actor& worker) {
        self_->monitor(worker);
        idle_.push_back(std::move(worker));
        dispatch();
      },
  };
}

void PoolState::dispatch() {
  while (!idle_.empty() && (!interactive_.empty() || !bulk_.empty())) {
    auto& lane = interactive_.empty() ? bulk_ : interactive_;
    Work work = std::move(lane.front());
    lane.pop_front();
    const auto worker = std::move(idle_.back());
    idle_.pop_back();
    hand_over(worker, std::move(work));
  }
  show_lanes();
}

void PoolState::show_lanes() {
  show(watch_->interactive_jobs, interactive_.size());
  show(watch_->bulk_jobs, bulk_.size());
  show(watch_->busy_workers, busy_.size());
}

void PoolState::hand_over(const worker_actor& worker, Work work) {
  ++work.attempts;
  const JobPtr job = work.job;
  busy_[worker.id()] = std::move(work);
  // A worker that dies is seen by its down message; an error here only says that it will come.
  self_->request(worker, caf::infinite, judge_atom::value, job)
      .then(
          [this, worker](JudgedPtr& judged) {
            const auto done = busy_.extract(worker.id());
            if (!done.empty()) {
              Work paid = std::move(done.mapped());
              paid.judged.pay(std::move(judged));
            }
            idle_.push_back(worker);
            dispatch();
          },
          [](const caf::error&) {});
}

void PoolState::worker_gone(const caf::actor_addr& who) {
  idle_.erase(std::remove_if(idle_.begin(), idle_.end(), [&](const worker_actor& w) { return w.address() == who; }),
              idle_.end());
  auto lost = busy_.extract(who.id());
  if (lost.empty()) return;
  Work work = std::move(lost.mapped());
  show_lanes();
  if (work.attempts >= settings_.job_attempts_max)
    return work.judged.fail(Error{Errc::failed, "the calculation failed " + std::to_string(work.attempts) +
                                                    " times and took its worker with it"});
  lane_of(*work.job).push_front(std::move(work));
  dispatch();
}

} // namespace riskcluster
