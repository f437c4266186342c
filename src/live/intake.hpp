#pragma once
// Between the doors and the road: what comes in is admitted, and what becomes of it goes back to whoever sent it.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "live/burials.hpp"
#include "node/node.hpp"
#include "storage/dead_letters.hpp"
#include "telemetry/metrics.hpp"
#include "transport/publisher.hpp"
#include "transport/source.hpp"

namespace riskcluster {

class MarketIntake;

struct IntakeOptions {
  std::size_t message_bytes_max = std::size_t{1} << 20; ///< longer inputs are not looked at
  std::size_t first_bytes_max = 512;                    ///< of a dead letter
  std::size_t burials_together = 32;                    ///< see Burials; few of a source's credit
};

/// What an intake has seen; for metrics and the log.
struct IntakeNotice {
  const std::string& source;
  const Delivery& delivery;
  Trace trace; ///< of a dead letter, and of all where hops are followed; as far as it could be read
  Input::Kind kind = Input::Kind::signals;
  Fate fate = Fate::settled;
  std::string reason_code;
  std::string reason;
  TimeMs taken_at = 0;
  std::chrono::nanoseconds took{0}; ///< from taking it to knowing its fate
  ReplyPtr reply;                   ///< null where a part of the node failed
};

/// Settles a delivery only when its fate is certain: durable, or a dead letter that is kept. What may pass is tried
/// again. Every member may be called from any thread; the callbacks of the node may come after stop of the sources, so
/// all that it works with outlives the node.
class Intake {
public:
  using Clock = std::function<TimeMs()>;
  using Seen = std::function<void(const IntakeNotice&)>;

  /// @param publisher of replies and dead letters; null: nobody hears of them. @param seen from any thread.
  Intake(Node& node, Publisher* publisher, DeadLetters& dead_letters, IntakeOptions options, Metrics& metrics,
         Clock clock, Seen seen);

  /// For Source::start. The subject says what a message is, and for whom.
  Source::Take take_from(const Source& source);
  /// The same for lines of JSON, whose members say it: a batch, or an object with execution_report, account_update,
  /// command, tick or bar. @param market of prices.
  Source::Take take_lines_from(const Source& source, MarketIntake& market);

  /// Prices to the market. One a minute that it cannot read is a dead letter: a feed that sends rubbish is seen, and
  /// does not push out those of others.
  Source::Take take_prices_from(const Source& source, MarketIntake& market);

  /// Taken and not settled.
  std::size_t under_way() const { return under_way_.load(); }

private:
  struct Taken;
  struct Door;
  using DoorPtr = std::shared_ptr<Door>;
  DoorPtr door_of(const Source& source);
  std::shared_ptr<Taken> begin(const DoorPtr& door, Delivery delivery, Source::Settle settle, Input::Kind kind);
  void take(const DoorPtr& door, Delivery delivery, Source::Settle settle, Input input);
  Input input_of(const Delivery& delivery) const;
  Input input_of_line(const Delivery& delivery) const;
  void answered(const std::shared_ptr<Taken>& taken, const Result<ReplyPtr>& reply);
  void finish(Taken& taken, IntakeNotice& notice);
  void reply_to(const Taken& taken, const IntakeNotice& notice);
  Trace read_trace(const Taken& taken) const;
  struct Burial {
    std::shared_ptr<Taken> taken;
    IntakeNotice notice;
  };
  void bury(std::vector<Burial> dead);
  DeadLetter letter_of(const Burial& burial) const;

  Node& node_;
  Publisher* publisher_;
  DeadLetters& dead_letters_;
  IntakeOptions options_;
  Metrics& metrics_;
  Clock clock_;
  Seen seen_;
  std::atomic<std::size_t> under_way_{0};
  Burials<Burial> burials_; ///< last: its thread works with the others
};

} // namespace riskcluster
