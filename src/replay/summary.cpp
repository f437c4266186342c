#include "replay/summary.hpp"

#include <algorithm>
#include <cstdio>
#include <ostream>

namespace riskcluster {

namespace {

constexpr std::size_t reasons_shown = 12;

template <class... Args>
void print_line(std::ostream& out, const char* format, Args... args) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), format, args...);
  out << text.data() << '\n';
}

double per_cent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

void Summary::count(const RiskAssessmentBatch& answer, std::chrono::nanoseconds took) {
  ++answers_;
  if (!answer.refusal.empty()) ++refused_batches_;
  signals_ += answer.assessments.size();
  for (const auto& assessment : answer.assessments) {
    ++by_status_[static_cast<std::size_t>(assessment.approval_status)];
    if (!assessment.reason_code.empty()) ++by_reason_[assessment.reason_code];
  }
  micros_.push_back(std::chrono::duration<float, std::micro>(took).count());
}

void Summary::print(std::ostream& out, std::chrono::nanoseconds elapsed) const {
  const auto status = [&](ApprovalStatus s) { return by_status_[static_cast<std::size_t>(s)]; };
  const double seconds = std::chrono::duration<double>(elapsed).count();
  print_line(out, "batches   %10llu   (%llu answers, %llu refused unjudged, %llu bad lines)",
             static_cast<unsigned long long>(batches_), static_cast<unsigned long long>(answers_),
             static_cast<unsigned long long>(refused_batches_), static_cast<unsigned long long>(bad_lines_));
  print_line(out, "facts     %10llu   (fills and account updates; %llu repeats)",
             static_cast<unsigned long long>(commands_), static_cast<unsigned long long>(repeated_commands_));
  print_line(out, "signals   %10llu", static_cast<unsigned long long>(signals_));
  for (const auto& [name, value] :
       {std::pair{"approved", status(ApprovalStatus::approved)}, std::pair{"reduced", status(ApprovalStatus::reduced)},
        std::pair{"rejected", status(ApprovalStatus::rejected)}})
    print_line(out, "  %-8s%10llu   %5.1f %%", name, static_cast<unsigned long long>(value), per_cent(value, signals_));

  std::vector<std::pair<std::string, std::uint64_t>> reasons{by_reason_.begin(), by_reason_.end()};
  std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  if (!reasons.empty()) out << "reasons\n";
  for (std::size_t i = 0; i < std::min(reasons.size(), reasons_shown); ++i)
    print_line(out, "  %-30s%10llu", reasons[i].first.c_str(), static_cast<unsigned long long>(reasons[i].second));
  if (reasons.size() > reasons_shown) print_line(out, "  … and %zu more", reasons.size() - reasons_shown);

  auto sorted = micros_;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double q) {
    return sorted.empty()
               ? 0.0
               : static_cast<double>(sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))]);
  };
  print_line(out, "latency   p50 %.0f µs, p99 %.0f µs, max %.0f µs per answer, from its line to its bytes", at(0.5),
             at(0.99), at(1));
  print_line(out, "rate      %.0f signals/s over %.1f s", seconds > 0 ? static_cast<double>(signals_) / seconds : 0,
             seconds);
}

} // namespace riskcluster
