// A platform's day in a steady state: signals at a rate, some of the approved orders filled, their positions closed
// again some seconds later by a stop or a target at the venue, so that books stay as they are; the other orders expire.

#include <cstdio>
#include <deque>
#include <map>
#include <mutex>

#include <nlohmann/json.hpp>

#include "bench/live_node.hpp"
#include "bench/road_journal.hpp"
#include "messages/codec_portfolio.hpp"

namespace riskcluster::bench {

namespace {

using Json = nlohmann::ordered_json;
constexpr TimeMs order_life = 500;              ///< less than a tenant's next turn: orders do not pile up
constexpr std::int64_t held_ns = 5'000'000'000; ///< from a fill to its close
constexpr double interval_seconds = 10;
constexpr std::size_t trips_max = std::size_t{1} << 20; ///< 17 minutes at 1,000/s

/// Fills, and what closes them.
class Venue {
public:
  Venue(const LiveOptions& options, const Fixture& fixture)
      : fixture_{fixture}, share_{options.fill_share}, client_{options.url} {}

  void approved(std::string_view bytes) {
    const std::lock_guard lock{mutex_};
    owed_ += share_;
    if (owed_ < 1) return;
    owed_ -= 1;
    auto order = let_through(bytes);
    report(order, "x", order.signal_id);
    order.side = order.side == Side::buy ? Side::sell : Side::buy;
    exits_.push_back({steady_ns() + held_ns, std::move(order)});
  }

  /// Sends the closes that are due, or all of them.
  void close(bool all) {
    const std::lock_guard lock{mutex_};
    for (; !exits_.empty() && (all || exits_.front().due <= steady_ns()); exits_.pop_front())
      report(exits_.front().order, "y", {}); // no order of ours: a stop at the venue
    if (all) client_.flush();
  }

  std::uint64_t reports() const {
    const std::lock_guard lock{mutex_};
    return reports_;
  }

private:
  struct Exit {
    std::int64_t due = 0;
    LetThrough order;
  };

  void report(const LetThrough& order, const char* letter, const std::string& signal_id) {
    const Symbol symbol{order.symbol};
    const PortfolioUpdate update{.tenant = order.tenant,
                                 .command = ExecutionReport{.execution_id = ExecutionId{letter + order.signal_id},
                                                            .signal_id = SignalId{signal_id},
                                                            .symbol = symbol,
                                                            .side = order.side,
                                                            .quantity = order.quantity,
                                                            .price = fixture_.view().find(symbol)->quote.price,
                                                            .status = ExecutionStatus::filled,
                                                            .at_ms = wall_clock_ms()}};
    client_.publish("portfolio.updates." + order.tenant.company.value + "." + order.tenant.user.value,
                    encode_update_bytes(update), {});
    ++reports_;
  }

  const Fixture& fixture_;
  const double share_;
  mutable std::mutex mutex_;
  double owed_ = 0;
  std::deque<Exit> exits_;
  std::uint64_t reports_ = 0;
  LiveClient client_;
};

/// What came within one interval.
class Interval {
public:
  void answer(const Trip& trip, const Verdict& verdict) {
    const std::lock_guard lock{mutex_};
    answers_.push_back(static_cast<double>(trip.answered - trip.due) / 1e3);
    ++fates_[trip.fate];
    if (!verdict.reason_code.empty()) ++reasons_[verdict.reason_code];
  }
  void approval(const Trip& trip) {
    const std::lock_guard lock{mutex_};
    approvals_.push_back(static_cast<double>(trip.approved - trip.due) / 1e3);
  }

  /// And begins the next one.
  Json take(const LiveLoad& load, const Venue& venue) {
    const std::lock_guard lock{mutex_};
    const auto now = steady_ns();
    const double seconds = static_cast<double>(now - began_) / 1e9;
    const auto share = [&](Fate fate) {
      return answers_.empty() ? 0.0 : static_cast<double>(fates_[fate]) / static_cast<double>(answers_.size());
    };
    Json line{{"seconds", seconds},
              {"answered_per_s", static_cast<double>(answers_.size()) / seconds},
              {"approved", share(Fate::approved) + share(Fate::reduced)},
              {"rejected", share(Fate::rejected)},
              {"refused", fates_[Fate::refused] + fates_[Fate::failed]},
              {"under_way", load.open()},
              {"copies", load.copies()},
              {"fills", venue.reports()},
              {"reasons", reasons_}};
    line["answer_us"] = figures(std::exchange(answers_, {}));
    line["approved_us"] = figures(std::exchange(approvals_, {}));
    fates_.clear();
    reasons_.clear();
    began_ = now;
    return line;
  }

private:
  static Json figures(std::vector<double> micros) {
    const Distribution all{std::move(micros)};
    return {{"p50", all.p50}, {"p99", all.p99}, {"p999", all.p999}, {"max", all.max}};
  }

  std::mutex mutex_;
  std::int64_t began_ = steady_ns();
  std::vector<double> answers_, approvals_;
  std::map<Fate, std::size_t> fates_;
  std::map<std::string, std::size_t> reasons_;
};

void print(const Json& line) {
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

} // namespace

bool live_soak(const LiveOptions& options, const Fixture& fixture) {
  constexpr int variety = 64'000;
  Requests requests{fixture, Input::Format::protobuf, options.fixture.tenants, options.companies,
                    variety, options.fixture.seed + 4};
  warm_up(options, requests);
  auto route = options.route();
  route.order_life = order_life;
  const auto count = static_cast<std::size_t>(options.rate_per_s * options.seconds);
  LiveLoad load{route, requests, count, std::min(count, trips_max)};
  Venue venue{options, fixture};
  Interval interval;
  load.on_answer([&](const Trip& trip, const Verdict& verdict) { interval.answer(trip, verdict); });
  load.on_approved([&](const Trip& trip, std::string_view bytes) {
    interval.approval(trip);
    venue.approved(bytes);
  });
  const auto each = static_cast<std::size_t>(options.rate_per_s * interval_seconds);
  load.open_loop(options.rate_per_s, count, [&](std::size_t i) {
    venue.close(false);
    if (i > 0 && i % each == 0) print(interval.take(load, venue));
  });
  print(interval.take(load, venue));
  venue.close(true);
  print({{"sent", load.sent()},
         {"answered", load.answered()},
         {"lost", load.open()},
         {"copies", load.copies()},
         {"fills", venue.reports()}});
  return load.open() == 0;
}

} // namespace riskcluster::bench
