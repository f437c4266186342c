#pragma once
// Deaths, counted: how often something may fail within a time before it is treated otherwise. Pure.

#include <chrono>
#include <cstdint>

namespace riskcluster {

/// Deaths within a window that begins with the first of them.
class DeathCount {
public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// @returns deaths in the window, this one included.
  unsigned count(TimePoint now, std::chrono::seconds window) {
    if (deaths_ == 0 || now - since_ > window) {
      since_ = now;
      deaths_ = 0;
    }
    return ++deaths_;
  }
  void forget() { deaths_ = 0; }

private:
  unsigned deaths_ = 0;
  TimePoint since_{};
};

/// How a tenant is treated whose portfolio keeps dying. It only ever gets worse: what is poisoned does not heal by
/// waiting, and a person has been told.
class Trouble {
public:
  enum class Stage : std::uint8_t { normal, reductions_only, closed };

  /// @returns whether the stage has just become another.
  bool died(DeathCount::TimePoint now, std::chrono::seconds window, unsigned deaths_max) {
    if (deaths_.count(now, window) < deaths_max || stage_ == Stage::closed) return false;
    stage_ = stage_ == Stage::normal ? Stage::reductions_only : Stage::closed;
    deaths_.forget();
    return true;
  }
  Stage stage() const { return stage_; }

private:
  DeathCount deaths_;
  Stage stage_ = Stage::normal;
};

} // namespace riskcluster
