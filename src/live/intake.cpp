#include "live/intake.hpp"

#include <chrono>

#include "failpoints/failpoints.hpp"
#include "live/hops.hpp"
#include "live/market_intake.hpp"
#include "live/reply_messages.hpp"
#include "live/subjects.hpp"
#include "messages/codec_market.hpp"
#include "messages/codec_trading.hpp"
#include "messages/json_text.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

/// What comes from one source.
struct Intake::Door {
  std::string name;
  bool durable = false;
  bool lines = false;
  std::atomic<std::int64_t> in_flight{0};
  Counter redeliveries;
};

struct Intake::Taken {
  DoorPtr door;
  Delivery delivery;
  Trace trace; ///< empty where nobody follows hops
  Source::Settle settle;
  Input::Kind kind = Input::Kind::signals;
  TimeMs taken_at = 0;
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
};

namespace {

constexpr std::chrono::minutes price_letters_every{1};
constexpr std::size_t fact_bytes_max = 65'536; ///< of a fact or an order that is a dead letter: all of it, as a rule

/// Nothing when the line is no price; else whether it could be read.
std::optional<Result<bool>> price_in(std::string_view line, MarketIntake& market) {
  if (line.size() > message_bytes_max) return std::nullopt;
  const auto object = json_object(line);
  if (!object.fault.empty() || object.members.size() != 1) return std::nullopt;
  const auto& member = object.members.front();
  if (member.name == "tick") return market.take_tick(decode_tick_json(member.value));
  if (member.name == "bar") return market.take_bar(decode_bar_json(member.value));
  return std::nullopt;
}

} // namespace

Intake::Intake(Node& node, Publisher* publisher, DeadLetters& dead_letters, IntakeOptions options, Metrics& metrics,
               Clock clock, Seen seen)
    : node_{node},
      publisher_{publisher},
      dead_letters_{dead_letters},
      options_{options},
      metrics_{metrics},
      clock_{std::move(clock)},
      seen_{std::move(seen)},
      burials_{options.burials_together, [this](std::vector<Burial> dead) { bury(std::move(dead)); }} {}

Intake::DoorPtr Intake::door_of(const Source& source) {
  auto door = std::make_shared<Door>();
  door->name = source.name();
  door->durable = source.durable();
  const MetricLabels labels{{"source", door->name}};
  door->redeliveries = metrics_.counter("riskd_input_redeliveries_total",
                                        "Inputs that had been handed to somebody before, this node or another", labels);
  metrics_.gauge_of("riskd_input_in_flight", "Inputs taken and not settled", labels,
                    [door] { return static_cast<double>(door->in_flight.load(std::memory_order_relaxed)); });
  return door;
}

Source::Take Intake::take_from(const Source& source) {
  return [this, door = door_of(source)](Delivery delivery, Source::Settle settle) {
    Input input = input_of(delivery);
    take(door, std::move(delivery), std::move(settle), std::move(input));
  };
}

Source::Take Intake::take_lines_from(const Source& source, MarketIntake& market) {
  auto door = door_of(source);
  door->lines = true;
  return [this, &market, door = std::move(door)](Delivery delivery, Source::Settle settle) {
    const auto price = delivery.fault.empty() ? price_in(delivery.bytes, market) : std::nullopt;
    if (price && *price) return settle(Settled::done);
    Input input = input_of_line(delivery);
    if (price) input.fault = price->error().message;
    take(door, std::move(delivery), std::move(settle), std::move(input));
  };
}

Source::Take Intake::take_prices_from(const Source& source, MarketIntake& market) {
  auto door = door_of(source);
  auto next = std::chrono::steady_clock::time_point::min(); // one thread at a time
  return [this, &market, door = std::move(door), next](Delivery delivery, Source::Settle settle) mutable {
    const auto price = market.take(delivery.subject, delivery.bytes, delivery.content_type == json_type);
    const auto now = std::chrono::steady_clock::now();
    if (price || now < next) return settle(Settled::done);
    next = now + price_letters_every;
    settle(Settled::done); // a disk that hangs must not hold up good prices
    const auto taken = begin(
        door, std::move(delivery), [](Settled) {}, Input::Kind::price);
    burials_.add({taken,
                  {.source = door->name,
                   .delivery = taken->delivery,
                   .kind = taken->kind,
                   .fate = Fate::dead,
                   .reason_code = price.error().code == Errc::denied ? "UNAUTHORISED" : "MALFORMED",
                   .reason = price.error().message}});
  };
}

Input Intake::input_of(const Delivery& delivery) const {
  const bool json = delivery.content_type == json_type;
  Input input{.format = json ? Input::Format::json : Input::Format::protobuf,
              .default_at_ms = clock_(),
              .kind = kind_of(delivery.subject),
              .envelope = delivery.message_type == "envelope",
              .traceparent = delivery.traceparent};
  if (const auto address = address_of(delivery.subject)) {
    input.addressed_to = address->tenant;
    input.strategy = address->strategy;
  } else {
    input.fault = address.error().message;
  }
  if (!delivery.message_type.empty() && delivery.message_type != "envelope" && delivery.message_type != "batch")
    input.fault = "header Risk-Message-Type: must be envelope or batch";
  return input;
}

Input Intake::input_of_line(const Delivery& delivery) const {
  Input input{.default_at_ms = clock_()};
  for (const auto& member : json_object(delivery.bytes).members) {
    if (member.name == "execution_report" || member.name == "account_update") input.kind = Input::Kind::update;
    if (member.name == "command_id") input.kind = Input::Kind::command;
  }
  return input;
}

std::shared_ptr<Intake::Taken> Intake::begin(const DoorPtr& door, Delivery delivery, Source::Settle settle,
                                             Input::Kind kind) {
  under_way_.fetch_add(1);
  door->in_flight.fetch_add(1, std::memory_order_relaxed);
  if (delivery.deliveries > 1) door->redeliveries.add();
  return std::make_shared<Taken>(Taken{
      .door = door, .delivery = std::move(delivery), .settle = std::move(settle), .kind = kind, .taken_at = clock_()});
}

void Intake::take(const DoorPtr& door, Delivery delivery, Source::Settle settle, Input input) {
  if (!delivery.fault.empty())
    input.fault = delivery.fault;
  else if (delivery.bytes.size() > options_.message_bytes_max)
    input.fault = std::to_string(delivery.bytes.size()) + " bytes, at most " +
                  std::to_string(options_.message_bytes_max) + " are read";
  // An order is answered by its id, whatever is wrong with it.
  if (input.fault.empty() || input.kind == Input::Kind::command) input.bytes = delivery.bytes;
  const auto taken = begin(door, std::move(delivery), std::move(settle), input.kind);
  if (hops_followed()) {
    taken->trace = trace_of(input);
    log_taken(door->name, taken->delivery, taken->trace);
  }
  node_.admit(std::move(input), [this, taken](const Result<ReplyPtr>& reply) { answered(taken, reply); });
}

void Intake::answered(const std::shared_ptr<Taken>& taken, const Result<ReplyPtr>& reply) {
  IntakeNotice notice{.source = taken->door->name,
                      .delivery = taken->delivery,
                      .trace = taken->trace,
                      .kind = taken->kind,
                      .taken_at = taken->taken_at};
  if (reply) {
    if (notice.trace.empty()) notice.trace = (*reply)->trace;
    notice.reply = *reply;
    notice.fate = (*reply)->fate;
    notice.reason_code = (*reply)->reason_code;
    notice.reason = (*reply)->reason;
  } else {
    // A shard without an owner does not come back by waiting; any other part of the node does.
    notice.fate = reply.error().code == Errc::fenced ? Fate::dead : Fate::retry;
    notice.reason_code = notice.fate == Fate::dead ? "NOT_OWNER" : "UNAVAILABLE";
    notice.reason = reply.error().message;
  }
  notice.took = std::chrono::steady_clock::now() - taken->begun;
  failpoint("before_settle");
  // Whoever waits is told, and before anything is buried; who sends it again gets the same answer. But a refusal of
  // what comes again by itself is no last word: the next one may be an approval.
  if (notice.reply && (notice.fate != Fate::retry || !taken->door->durable)) reply_to(*taken, notice);
  if (notice.fate == Fate::dead) return burials_.add({taken, std::move(notice)}, taken->door->lines);
  finish(*taken, notice);
}

void Intake::finish(Taken& taken, IntakeNotice& notice) {
  taken.settle(notice.fate == Fate::retry ? Settled::retry : Settled::done);
  if (seen_) seen_(notice);
  taken.door->in_flight.fetch_sub(1, std::memory_order_relaxed);
  under_way_.fetch_sub(1);
}

void Intake::bury(std::vector<Burial> dead) {
  std::vector<DeadLetter> letters;
  letters.reserve(dead.size());
  for (auto& burial : dead) {
    if (burial.notice.trace.empty()) burial.notice.trace = read_trace(*burial.taken);
    letters.push_back(letter_of(burial));
  }
  const auto kept = dead_letters_.keep(letters);
  for (std::size_t i = 0; i < dead.size(); ++i) {
    auto& [taken, notice] = dead[i];
    if (!kept)
      notice.fate = Fate::retry;
    else if (publisher_)
      publisher_->publish(message_of(letters[i], notice.trace));
    finish(*taken, notice);
  }
}

/// A second time, now that it is spoken of.
Trace Intake::read_trace(const Taken& taken) const {
  if (taken.delivery.bytes.size() > options_.message_bytes_max) return {.traceparent = taken.delivery.traceparent};
  Input input = taken.door->lines ? input_of_line(taken.delivery) : input_of(taken.delivery);
  input.bytes = taken.delivery.bytes;
  return trace_of(input);
}

void Intake::reply_to(const Taken& taken, const IntakeNotice& notice) {
  if (!publisher_ || taken.delivery.reply_to.empty()) return;
  const PerformanceMetrics took{std::chrono::duration<double, std::milli>(notice.took).count()};
  for (auto& [message, trace] : replies_of(taken.delivery, *notice.reply, took)) {
    const bool sent = publisher_->publish(std::move(message));
    if (hops_followed()) log_replied(taken.delivery.reply_to, trace, sent);
  }
}

DeadLetter Intake::letter_of(const Burial& burial) const {
  const auto& [taken, notice] = burial;
  const auto& delivery = taken->delivery;
  const bool whole = taken->kind == Input::Kind::update || taken->kind == Input::Kind::command;
  return {.at_ms = clock_(),
          .reason_code = notice.reason_code,
          .reason = notice.reason,
          .source = notice.source,
          .subject = delivery.subject,
          .message_id = delivery.message_id,
          .bytes = delivery.bytes.size(),
          .first_bytes = delivery.bytes.substr(0, whole ? fact_bytes_max : options_.first_bytes_max)};
}

} // namespace riskcluster
