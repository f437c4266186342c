#pragma once

#include <optional>

#include "actors/owed.hpp"
#include "actors/surroundings.hpp"

namespace riskcluster {

/// Judges jobs, one at a time; an exception is the job's INTERNAL_ERROR, not the worker's end.
class WorkerState {
public:
  using Actor = worker_actor;
  using Self = Actor::stateful_pointer<WorkerState>;
  static constexpr const char* name = "var_worker";

  explicit WorkerState(Self self) : self_{self} {}
  /// @param pool where it announces itself. @param signals_per_turn before others get the thread.
  Actor::behavior_type behavior(const pool_actor& pool, std::size_t signals_per_turn);

private:
  void turn();

  Self self_;
  std::size_t signals_per_turn_ = 1;
  AssessScratch scratch_;
  Owed<JudgedPtr> judged_;
  JobPtr job_;
  std::optional<Assessment> assessment_; ///< of job_
};

} // namespace riskcluster
