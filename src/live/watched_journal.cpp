#include "live/watched_journal.hpp"

#include "live/wall_clock.hpp"

namespace riskcluster {

namespace {

using Steady = std::chrono::steady_clock;

double value_of(const std::atomic<std::uint64_t>& count) {
  return static_cast<double>(count.load(std::memory_order_relaxed));
}

} // namespace

WatchedJournal::WatchedJournal(Journal& inner, Metrics& metrics, Wanted wanted, Appended appended,
                               std::chrono::nanoseconds hangs_after)
    : inner_{inner},
      wanted_{wanted},
      appended_{std::move(appended)},
      hangs_after_{hangs_after},
      took_{metrics.histogram("riskd_journal_commit_seconds", "How long a commit took, its sync included")},
      done_{metrics.counter("riskd_journal_commits_total", "Commits by what became of them", {{"outcome", "done"}})},
      refused_{
          metrics.counter("riskd_journal_commits_total", "Commits by what became of them", {{"outcome", "refused"}})} {
  metrics.counter_of("riskd_journal_appends_total", "Decisions, facts and orders handed to the journal", {},
                     [this] { return value_of(appends_); });
  metrics.counter_of("riskd_journal_records_total", "Records in them", {}, [this] { return value_of(records_); });
  metrics.counter_of("riskd_journal_payload_bytes_total", "Bytes of these records' payloads", {},
                     [this] { return value_of(bytes_); });
  metrics.gauge_of("riskd_journal_writable", "1 while the disk takes what is decided", {},
                   [this] { return trouble().empty() ? 1.0 : 0.0; });
  metrics.gauge_of("riskd_journal_written_timestamp_seconds", "When the disk last took a commit or a probe", {},
                   [this] { return static_cast<double>(written_at()) / 1'000; });
  metrics.gauge("riskd_journal_commit_appends_max", "Appends that make one commit at most")
      .set(static_cast<double>(appends_per_commit_max));
}

void WatchedJournal::append(ShardId shard, Epoch epoch, JournalEntries entries, Done done) {
  ++waiting_;
  std::uint64_t bytes = 0;
  for (const auto& entry : *entries) bytes += entry.payload.size();
  appends_.fetch_add(1, std::memory_order_relaxed);
  records_.fetch_add(entries->size(), std::memory_order_relaxed);
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (wanted_())
    done = [this, shard, epoch, entries, answer = std::move(done)](Result<Committed> result) {
      if (result) appended_(shard, epoch, *result, *entries);
      answer(std::move(result));
    };
  inner_.append(shard, epoch, std::move(entries), std::move(done));
}

template <class Deed>
std::chrono::nanoseconds WatchedJournal::timed(Deed deed) {
  const auto begin = Steady::now();
  begun_.store(begin.time_since_epoch().count(), std::memory_order_relaxed);
  deed();
  begun_.store(0, std::memory_order_relaxed);
  return Steady::now() - begin;
}

void WatchedJournal::commit() {
  const bool any = std::exchange(waiting_, 0) > 0;
  const auto took = timed([this] { inner_.commit(); });
  if (!any) return; // it only looked whether a disk that refused has come back
  took_.observe(took);
  if (inner_.trouble().empty()) {
    done_.add();
    written_at_.store(wall_clock(), std::memory_order_relaxed);
  } else {
    refused_.add();
  }
}

void WatchedJournal::probe() {
  timed([this] { inner_.probe(); });
  if (inner_.trouble().empty()) written_at_.store(wall_clock(), std::memory_order_relaxed);
}

std::string WatchedJournal::trouble() const {
  if (auto why = inner_.trouble(); !why.empty()) return why;
  const auto begun = begun_.load(std::memory_order_relaxed);
  if (begun == 0) return {};
  const auto since = Steady::now() - Steady::time_point{Steady::duration{begun}};
  if (since < hangs_after_) return {};
  return "the disk has not answered for " +
         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(since).count()) + " s";
}

} // namespace riskcluster
