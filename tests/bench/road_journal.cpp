#include "bench/road_journal.hpp"

#include <charconv>
#include <chrono>

#include "bench/road_requests.hpp"

namespace riskcluster::bench {

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void TimingJournal::watch(std::uint64_t first, std::size_t count) {
  first_ = first;
  times_.assign(count, {});
  commits_ = {};
  watching_ = true;
}

/// The decision's batch_id is the first text of its payload that begins like one.
JournalTimes* TimingJournal::times_of(const JournalEntries& entries) {
  if (!watching_ || !entries || entries->empty()) return nullptr;
  const std::string_view payload = entries->back().payload;
  const auto length = static_cast<char>(1 + id_digit_count);
  const auto at = payload.substr(0, 32).find(std::string{length, 'b'});
  if (at == std::string_view::npos || at + 2 + id_digit_count > payload.size()) return nullptr;
  std::uint64_t number = 0;
  std::from_chars(payload.data() + at + 2, payload.data() + at + 2 + id_digit_count, number);
  return number < first_ || number - first_ >= times_.size() ? nullptr : &times_[number - first_];
}

void TimingJournal::append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) {
  JournalTimes* const times = times_of(entries);
  if (times == nullptr) return inner_.append(shard, epoch, std::move(entries), std::move(done));
  times->appended = steady_ns();
  ++waiting_;
  commits_.records += entries->size();
  for (const auto& entry : *entries) commits_.payload_bytes += entry.payload.size();
  inner_.append(shard, epoch, std::move(entries), [this, times, done = std::move(done)](Result<Committed> result) {
    times->commit_began = commit_began_;
    times->answered = steady_ns();
    done(std::move(result));
  });
}

void TimingJournal::commit() {
  const bool counts = std::exchange(waiting_, 0) > 0;
  commit_began_ = steady_ns();
  inner_.commit();
  if (counts) commits_.micros.push_back(static_cast<double>(steady_ns() - commit_began_) / 1e3);
}

} // namespace riskcluster::bench
