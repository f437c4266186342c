#pragma once
// Who owes what between a stream's consumer and whoever takes its messages: what was asked for, what was handed out,
// what must be said about it. Knows neither server nor thread; the caller hands in the time and holds the lock.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "transport/ack_subject.hpp"
#include "transport/source.hpp"

namespace riskcluster {

class PullLedger {
public:
  using Time = std::chrono::steady_clock::time_point;
  using Span = std::chrono::steady_clock::duration;

  /// Never more than `credit` messages are asked for, handed out and not yet answered, taken together.
  explicit PullLedger(std::size_t credit) : credit_{credit} {}

  /// How many messages to ask the server for now; they count as asked for. Not for every single place that becomes
  /// free: a request costs the server as much as a message.
  std::size_t ask();
  /// A request has ended with so many messages missing.
  void request_ended(std::size_t missing);
  /// What was asked for will not come.
  void requests_lost() { asked_ = 0; }
  std::size_t asked() const { return asked_; }

  /// Whether one more may be handed out.
  bool has_place() const { return entries_.size() < credit_; }
  /// Half of the credit is handed out and not yet answered.
  bool half_full() const { return 2 * entries_.size() >= credit_; }
  /// A message has come. @param asked  it was asked for, and not in a request that was given up as lost.
  /// @returns its number, under which it is settled; nothing when it is a copy of one that is not settled yet.
  std::optional<std::uint64_t> arrived(StreamPlace place, std::string ack_subject, bool asked, Time now);
  /// Unknown numbers are ignored.
  void settle(std::uint64_t number, Settled settlement);
  /// Everything that is not settled is to be handed to somebody else.
  void give_back();
  std::size_t unsettled() const;

  enum class Word : std::uint8_t { done, later, now, in_progress };
  /// Something to tell the server about one message.
  struct Answer {
    std::uint64_t number = 0;
    std::string ack_subject;
    Word word = Word::done;
  };
  /// What was settled, and which messages need a sign of life: `quiet` after the last one. Nothing is forgotten until
  /// told() says that it went out.
  std::vector<Answer> answers(Time now, Span quiet) const;
  void told(const Answer& answer, Time now);

private:
  struct Entry {
    StreamPlace place;
    std::string ack_subject;
    std::optional<Word> settled;
    Time last_sign;
  };
  std::size_t credit_;
  std::size_t asked_ = 0;
  std::uint64_t numbers_ = 0;
  std::map<std::uint64_t, Entry> entries_;
  std::map<StreamPlace, std::uint64_t> by_place_;
};

} // namespace riskcluster
