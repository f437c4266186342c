#pragma once
// What a run answered, counted: by status, by the control that bound, by row; and whether everybody was answered.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "replay/driver.hpp"

namespace riskcluster::acceptance {

struct ControlTally {
  std::uint64_t binding = 0; ///< decisions whose reason_code is one of this control's
  std::uint64_t rows_reduced = 0, rows_rejected = 0;
};

/// The control a reason code belongs to, or "" when the signal was not judged, or nothing for a code nobody knows.
std::optional<std::string> control_of(const std::string& reason_code);

/// Listens to a run. Answers given again (repeats) are compared, not counted twice.
class Tally final : public DriverSink {
public:
  /// @param tenants to count the subscribers of a fan-out; must outlive this.
  explicit Tally(const std::vector<TenantSetup>& tenants) : tenants_{tenants} {}

  void batch_read(const SignalBatch& batch) override;
  void line_refused() override;
  void command_done(bool applied) override { commands += applied ? 1U : 0U; }
  void answered(RiskAssessmentBatch& answer, Clock::time_point started) override;
  Result<bool> line_done(const LineReader& reader) override;

  std::uint64_t lines = 0, bad_lines = 0, batches = 0, commands = 0;
  std::uint64_t asked = 0;   ///< signals of good lines, one for each tenant that a fan-out reaches
  std::uint64_t decided = 0; ///< of those, answered once with one assessment
  std::uint64_t repeats = 0;
  std::array<std::uint64_t, 4> by_status{};
  std::map<std::string, ControlTally> by_control;
  std::map<std::string, std::uint64_t> not_judged; ///< by reason code
  std::vector<std::string> faults;                 ///< signals without their one answer, codes of no control
  /// Of all answers as JSON but for performance_metrics.
  Hash128 digest() const { return digest_.digest(); }

private:
  void count(const RiskAssessmentBatch& answer, const RiskAssessment& assessment);

  const std::vector<TenantSetup>& tenants_;
  std::optional<SignalBatch> current_;
  std::uint64_t answers_due_ = 0;
  std::unordered_set<std::uint64_t> seen_;
  Hasher digest_;
};

} // namespace riskcluster::acceptance
