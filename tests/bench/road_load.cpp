#include "bench/road_load.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "bench/road_journal.hpp"

namespace riskcluster::bench {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
/// The kernel wakes a sleeper some microseconds late: sleep until so long before, then spin.
constexpr std::int64_t spin_ns = 15'000;

double cpu_seconds(clockid_t clock) {
  timespec at{};
  clock_gettime(clock, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

Fate fate_of(const Result<ReplyPtr>& reply, bool& solved) {
  if (!reply || (*reply)->answers.empty()) return Fate::failed;
  const auto& answer = *(*reply)->answers.front();
  if (!answer.refusal.empty()) return answer.refusal == "OVERLOADED" ? Fate::refused : Fate::failed;
  const auto& assessment = answer.assessments.front();
  solved = assessment.reason_code == "VAR_LIMIT";
  if (assessment.approval_status == ApprovalStatus::rejected) return Fate::rejected;
  return assessment.reason_code.empty() ? Fate::approved : Fate::reduced;
}

} // namespace

Load::Load(Node& node, Requests& requests, std::size_t count)
    : node_{node}, requests_{requests}, first_{requests.reserve(count)}, samples_(count) {
  wall_offset_ns_ = wall_clock_ms() * 1'000'000 - steady_ns();
  rss_max_bytes_ = rss_bytes();
  exact_timers();
}

void Load::send(std::size_t i, std::int64_t due) {
  samples_[i].due = due;
  Input input = requests_.make(first_ + i, (due + wall_offset_ns_) / 1'000'000);
  samples_[i].sent = steady_ns();
  node_.admit(std::move(input), [this, i](const Result<ReplyPtr>& reply) { answered(i, reply); });
}

void Load::answered(std::size_t i, const Result<ReplyPtr>& reply) {
  Sample& sample = samples_[i];
  sample.done = steady_ns();
  sample.fate = fate_of(reply, sample.solved);
  if (closed_) send_next();
  answered_.fetch_add(1, std::memory_order_release);
}

void Load::wait_for(std::size_t count) {
  constexpr std::int64_t patience = 60 * second_ns;
  for (const auto begun = steady_ns(); answered_.load(std::memory_order_acquire) < count;) {
    if (const auto failure = node_.failure()) must(Result<bool>{*failure});
    if (steady_ns() - begun > patience + static_cast<std::int64_t>(seconds_ * 1e9))
      must(Result<bool>{Error{Errc::unavailable, std::to_string(count - answered_) + " requests were never answered"}});
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

void Load::open_loop(double rate_per_s) {
  constexpr std::size_t look_each = 1'024;
  const double cpu = thread_cpu_seconds();
  const double period = 1e9 / rate_per_s;
  const std::int64_t begin = steady_ns() + second_ns / 100;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    const std::int64_t due = begin + static_cast<std::int64_t>(period * static_cast<double>(i));
    wait_until(due);
    send(i, due);
    if (i % look_each == 0) rss_max_bytes_ = std::max(rss_max_bytes_, rss_bytes());
  }
  driver_cpu_seconds_ = thread_cpu_seconds() - cpu;
  wait_for(samples_.size());
  rss_max_bytes_ = std::max(rss_max_bytes_, rss_bytes());
  std::int64_t end = begin;
  for (const auto& sample : samples_) end = std::max(end, sample.done);
  seconds_ = static_cast<double>(end - begin) / 1e9;
}

void Load::send_next() {
  const auto now = steady_ns();
  if (now >= until_) return;
  const auto i = next_.fetch_add(1);
  if (i < samples_.size()) send(i, now);
}

void Load::closed_loop(std::size_t in_flight, double seconds) {
  closed_ = true;
  const std::int64_t begin = steady_ns();
  until_ = begin + static_cast<std::int64_t>(seconds * 1e9);
  seconds_ = seconds;
  for (std::size_t i = 0; i < in_flight; ++i) send_next();
  // Whoever is answered sends the next one before it counts: when all that was sent is answered, nothing follows.
  for (;;) {
    const auto sent = std::min(next_.load(), samples_.size());
    wait_for(sent);
    if (sent == std::min(next_.load(), samples_.size())) break;
  }
  samples_.resize(std::min(next_.load(), samples_.size()));
  std::int64_t end = begin;
  for (const auto& sample : samples_) end = std::max(end, sample.done);
  seconds_ = static_cast<double>(end - begin) / 1e9;
  rss_max_bytes_ = std::max(rss_max_bytes_, rss_bytes());
}

Distribution latencies(const std::vector<Sample>& samples, bool refused) {
  std::vector<double> micros;
  micros.reserve(samples.size());
  for (const auto& sample : samples)
    if ((sample.fate == Fate::refused) == refused)
      micros.push_back(static_cast<double>(sample.done - sample.due) / 1e3);
  return Distribution{std::move(micros)};
}

std::size_t count(const std::vector<Sample>& samples, Fate fate) {
  return static_cast<std::size_t>(
      std::count_if(samples.begin(), samples.end(), [&](const Sample& sample) { return sample.fate == fate; }));
}

std::string fates(const std::vector<Sample>& samples) {
  const auto solved = std::count_if(samples.begin(), samples.end(), [](const Sample& sample) { return sample.solved; });
  const auto share = [&](std::size_t part) {
    return std::to_string(samples.empty() ? 0 : (100 * part + samples.size() / 2) / samples.size()) + "%";
  };
  return std::to_string(samples.size()) + " answers: approved " + share(count(samples, Fate::approved)) + ", reduced " +
         share(count(samples, Fate::reduced)) + ", rejected " + share(count(samples, Fate::rejected)) + ", refused " +
         share(count(samples, Fate::refused)) + ", failed " + std::to_string(count(samples, Fate::failed)) +
         "; limited by the book VaR " + share(static_cast<std::size_t>(solved));
}

void wait_until(std::int64_t due) {
  const std::int64_t wake = due - spin_ns;
  if (steady_ns() < wake) {
    const timespec at{.tv_sec = wake / second_ns, .tv_nsec = wake % second_ns};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
  }
  while (steady_ns() < due) {
  }
}

void exact_timers() { prctl(PR_SET_TIMERSLACK, 1); }

std::size_t rss_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

double thread_cpu_seconds() { return cpu_seconds(CLOCK_THREAD_CPUTIME_ID); }
double process_cpu_seconds() { return cpu_seconds(CLOCK_PROCESS_CPUTIME_ID); }

std::map<std::string, double> cpu_seconds_by_thread() {
  std::map<std::string, double> seconds;
  std::error_code ignored;
  for (const auto& thread : std::filesystem::directory_iterator{"/proc/self/task", ignored}) {
    std::ifstream comm{thread.path() / "comm"}, schedstat{thread.path() / "schedstat"};
    std::string name;
    double nanoseconds = 0;
    if (std::getline(comm, name) && schedstat >> nanoseconds) seconds[name] += nanoseconds / 1e9;
  }
  return seconds;
}

std::string load_average() {
  std::ifstream file{"/proc/loadavg"};
  std::string one;
  file >> one;
  return one;
}

} // namespace riskcluster::bench
