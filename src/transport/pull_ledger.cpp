#include "transport/pull_ledger.hpp"

#include <algorithm>

namespace riskcluster {

std::size_t PullLedger::ask() {
  const std::size_t used = asked_ + entries_.size();
  if (used >= credit_) return 0;
  const std::size_t free = credit_ - used;
  // A quarter at a time keeps a burst flowing: measured, single ones halve what a consumer delivers.
  if (asked_ > 0 && free < std::max<std::size_t>(credit_ / 4, 1)) return 0;
  asked_ += free;
  return free;
}

void PullLedger::request_ended(std::size_t missing) { asked_ -= std::min(asked_, missing); }

std::optional<std::uint64_t> PullLedger::arrived(StreamPlace place, std::string ack_subject, bool asked, Time now) {
  if (asked) request_ended(1);
  if (const auto known = by_place_.find(place); known != by_place_.end()) {
    entries_.at(known->second).ack_subject = std::move(ack_subject); // the server waits for the answer to the last copy
    return {};
  }
  const auto number = ++numbers_;
  entries_.emplace(number, Entry{.place = place, .ack_subject = std::move(ack_subject), .last_sign = now});
  by_place_.emplace(place, number);
  return number;
}

void PullLedger::settle(std::uint64_t number, Settled settlement) {
  const auto found = entries_.find(number);
  if (found != entries_.end()) found->second.settled = settlement == Settled::done ? Word::done : Word::later;
}

void PullLedger::give_back() {
  for (auto& [number, entry] : entries_)
    if (!entry.settled) entry.settled = Word::now;
}

std::size_t PullLedger::unsettled() const {
  return static_cast<std::size_t>(std::count_if(
      entries_.begin(), entries_.end(), [](const auto& numbered) { return !numbered.second.settled.has_value(); }));
}

std::vector<PullLedger::Answer> PullLedger::answers(Time now, Span quiet) const {
  std::vector<Answer> all;
  for (const auto& [number, entry] : entries_) {
    if (entry.settled)
      all.push_back({number, entry.ack_subject, *entry.settled});
    else if (now - entry.last_sign >= quiet)
      all.push_back({number, entry.ack_subject, Word::in_progress});
  }
  return all;
}

void PullLedger::told(const Answer& answer, Time now) {
  const auto found = entries_.find(answer.number);
  if (found == entries_.end()) return;
  if (answer.word == Word::in_progress) {
    found->second.last_sign = now;
  } else {
    by_place_.erase(found->second.place);
    entries_.erase(found);
  }
}

} // namespace riskcluster
