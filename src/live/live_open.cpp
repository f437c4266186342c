// A live node from its settings: doors, market, actors, tenants, and last the inputs.

#include <algorithm>
#include <map>
#include <thread>

#include "files/trading_calendar.hpp"
#include "live/hops.hpp"
#include "live/live_parts.hpp"
#include "live/road_metrics.hpp"
#include "live/wall_clock.hpp"
#include "messages/codec_market.hpp"
#include "messages/codec_outputs.hpp"
#include "storage/rocksdb_dead_letters.hpp"
#include "telemetry/log.hpp"
#include "tenant/decide.hpp"
#include "transport/subject.hpp"

namespace riskcluster {

namespace {

using namespace std::chrono;

/// Of an idle node: often enough that a full disk is known before the next batch, as a rule, and no work for a disk.
constexpr milliseconds journal_probe_every{5'000};

constexpr seconds opening_pause{1};

constexpr std::string_view feed_prefix = "feed/";

/// Entries of setup files that could not be used: the node runs without them, and says so.
class LoggedComplaints final : public Complaints {
public:
  void complain(const std::string& message) override {
    log_event(LogLevel::error, "an entry of a setup file cannot be used", {{"what", message}});
  }
};

FeedRules feed_rules(const MarketSettings& market) {
  FeedRules rules;
  rules.tick_jump_max_pct = market.tick_jump_max_pct;
  rules.clock_skew_max = market.clock_skew_max.count();
  rules.breaker.failures = market.breaker_failures;
  rules.breaker.window = duration_cast<milliseconds>(market.breaker_window).count();
  rules.breaker.cool_down = duration_cast<milliseconds>(market.breaker_cool_down).count();
  rules.breaker.probes = market.breaker_probes;
  return rules;
}

void log_notice(const NatsNotice& notice) {
  using Kind = NatsNotice::Kind;
  const bool good = notice.kind == Kind::connected || notice.kind == Kind::repaired;
  log_event(good ? LogLevel::info : LogLevel::warn, good ? "nats" : "nats is in trouble", {{"what", notice.text}});
}

/// As it was opened from this file, whatever commands have made of it since: so that a tenant's opening says the same
/// at each start, and its limits are merged anew when it wakes. A company whose file says something else now: as it is.
Policy policy_of_file(const CompanySetup& company, const OpeningOutcome& opened, const Policies& in_force) {
  const auto& differing = opened.differing;
  const auto known = in_force.companies.find(company.id);
  const bool differs = std::find(differing.begin(), differing.end(), company_entity(company.id)) != differing.end();
  if (differs && known != in_force.companies.end()) return *known->second;
  return {.settings = own_settings(company), .settings_version = 1};
}

} // namespace

Result<bool> LiveNode::open() {
  if (!settings_.run.signals.empty()) // before anything is opened that others would miss
    if (auto usable = LineSource::usable(settings_.run.signals); !usable) return usable;
  LoggedComplaints complaints;
  auto inputs = read_inputs({.market = settings_.run.market,
                             .tenants = settings_.run.tenants,
                             .companies = settings_.run.companies,
                             .instruments = settings_.run.instruments},
                            complaints);
  if (!inputs) return inputs.error();
  if (auto opened = open_doors(); !opened) return opened;
  if (auto opened = start_http(); !opened) return opened; // from here on it can be asked how far it is
  if (auto opened = open_market(*inputs); !opened) return opened;
  if (auto started = start_node(); !started) return started;
  if (auto opened = open_tenants(*inputs); !opened) return opened;
  return start_sources();
}

Result<bool> LiveNode::open_doors() {
  auto store = Store::open(settings_.run.data, settings_.cluster.shard_count, SyncPolicy::each_commit);
  if (!store) return store.error();
  store_ = std::move(*store);
  journal_ = std::make_unique<WatchedJournal>(store_->journal(), board_.metrics(), hops_followed, log_appended);
  auto letters = RocksdbDeadLetters::open(store_->database(), settings_.dead_letters.kept_max);
  if (!letters) return letters.error();
  dead_letters_ = std::move(*letters);
  show_dead_letters(board_.metrics(), *dead_letters_, settings_.dead_letters.kept_max);
  if (!settings_.run.answers.empty()) {
    auto file = settings_.run.answers == "-" ? FileDestination::standard_output("answers")
                                             : FileDestination::open("answers", settings_.run.answers);
    if (!file) return file.error();
    answers_ = std::move(*file);
  }
  if (!settings_.nats) return true;
  auto nats = NatsDoors::open(*settings_.nats, settings_.road.in_flight_max, log_notice);
  if (!nats) return nats.error();
  nats_ = std::move(*nats);
  nats_->show(board_.metrics());
  const bool json = settings_.nats->outputs == "json";
  alerts_.emplace(nats_->publisher(), json);
  if (const auto interval = settings_.nats->risk_metrics_interval; interval.count() > 0) {
    books_.emplace(nats_->bulk(), interval, json);
    board_.metrics().counter_of("riskd_risk_metrics_dropped_total", "Books of tenants that found no room on their way",
                                {}, [this] { return static_cast<double>(books_->dropped()); });
  }
  return true;
}

Result<bool> LiveNode::open_market(Inputs& inputs) {
  const auto& cluster = settings_.cluster;
  const VarSettings var{.confidence = cluster.confidence,
                        .horizon_days = static_cast<int>(cluster.horizon_days),
                        .paths = static_cast<int>(cluster.monte_carlo_paths)};
  market_ = std::make_shared<LiveMarket>(std::move(inputs.history), inputs.instruments, var, cluster.seed,
                                         feed_rules(settings_.market), open_intervals);
  const auto kept = store_->cursors().all(feed_prefix);
  if (!kept) return kept.error();
  for (const auto& [name, bytes] : *kept) {
    const auto memory = decode_feed_memory(bytes);
    const auto restored = memory ? market_->restore(*memory) : Result<bool>{memory.error()};
    if (!restored)
      log_event(LogLevel::warn, "what was kept of a price feed is not used",
                {{"name", name}, {"why", restored.error().message}});
  }
  return true;
}

Result<bool> LiveNode::start_node() {
  NodeDoors doors{.journal = journal_.get(), .snapshots = &store_->snapshots(), .cursors = &store_->cursors()};
  doors.feed = {.market = market_,
                .view_interval = settings_.market.view_interval,
                .clock = wall_clock,
                .keep =
                    [this](const FeedMemory& memory) {
                      static_cast<void>(store_->cursors().put(std::string{feed_prefix} + memory.symbol.value,
                                                              encode_feed_memory(memory)));
                    },
                .seen =
                    [this](const LiveMarket& market, TimeMs now) {
                      for (const auto& alert : board_.market(market, now)) tell(alert);
                    }};
  const auto add = [&](Destination& destination, bool json) {
    outlets_.push_back(std::make_unique<GuardedDestination>(destination, board_.metrics()));
    NodeOutlet outlet{.destination = outlets_.back().get(),
                      .encode = [](const Output& output) { return output.bytes; }};
    if (json) outlet.encode = encode_output_json, outlet.content_type = json_type;
    doors.outlets.push_back(std::move(outlet));
  };
  if (answers_) add(*answers_, true);
  if (nats_) add(nats_->outputs(), settings_.nats->outputs == "json");
  doors.tell = [this](const Alert& alert) { tell(alert); };
  RoadSettings road = settings_.road;
  road.policies_needed = true;
  road.journal_probe = journal_probe_every;
  std::vector<std::string> destinations;
  for (const auto& outlet : outlets_) destinations.push_back(outlet->name());
  watch_ = std::make_shared<RoadWatch>(settings_.cluster.shard_count, destinations.size());
  watch_->repeated = log_repeated;
  show_road(board_.metrics(), watch_, *journal_, settings_, destinations);
  doors.watch = watch_;
  auto node = Node::start(std::move(doors), settings_.cluster.shard_count, road);
  if (!node) return node.error();
  node_ = std::move(*node);
  running_ = node_.get();
  return true;
}

/// Nothing is taken before all of them are known: a fact for one that is not would die. What has no owner stays out.
OpeningOutcome LiveNode::open_patiently(const std::vector<TenantEvent>& openings) {
  for (bool told = false;; told = true) {
    auto outcome = node_->open(openings);
    if (outcome.again.empty() || node_->failure()) return outcome;
    if (!told) log_event(LogLevel::error, "tenants cannot be opened yet", {{"why", outcome.again}});
    std::this_thread::sleep_for(opening_pause);
  }
}

/// The system and the companies before the tenants, whose limits are merged under what is in force there.
Result<bool> LiveNode::open_tenants(const Inputs& inputs) {
  std::vector<TenantEvent> above{open_policy(system_entity, {}, 0)};
  for (const auto& [id, company] : inputs.companies)
    above.push_back(open_policy(company_entity(id), own_settings(company), 0));
  auto opened = open_patiently(above);
  const auto policies = node_->policies();
  if (!policies) return policies.error();
  std::map<CompanyId, Policy> companies;
  for (const auto& [id, company] : inputs.companies) companies.emplace(id, policy_of_file(company, opened, **policies));
  std::vector<TenantEvent> tenants;
  tenants.reserve(inputs.tenants.size());
  for (const auto& setup : inputs.tenants) {
    const auto company = companies.find(setup.id.company);
    tenants.push_back(open_tenant_under(setup, company == companies.end() ? nullptr : &company->second, 0));
  }
  const auto below = open_patiently(tenants);
  opened.differing.insert(opened.differing.end(), below.differing.begin(), below.differing.end());
  opened.refused.insert(opened.refused.end(), below.refused.begin(), below.refused.end());
  for (const auto& id : opened.differing)
    log_event(LogLevel::warn, "a setup file says something else than what is in force; limits are changed by command",
              {{"entity", id.text()}});
  for (const auto& why : opened.refused) log_event(LogLevel::error, "tenants were not opened", {{"why", why}});
  board_.recovered(below.opened + below.known, (*policies)->companies.size());
  log_event(LogLevel::info, "tenants are open",
            {{"new", below.opened}, {"known", below.known}, {"companies", (*policies)->companies.size()}});
  return true;
}

Result<bool> LiveNode::start_sources() {
  IntakeOptions options{.first_bytes_max = settings_.dead_letters.first_bytes_max};
  if (settings_.nats) {
    options.message_bytes_max = settings_.nats->message_bytes_max;
    options.burials_together = std::clamp<std::size_t>(settings_.nats->signals_in_flight_max / 8, 1, 32);
  }
  intake_ = std::make_unique<Intake>(*node_, nats_ ? &nats_->publisher() : nullptr, *dead_letters_, options,
                                     board_.metrics(), wall_clock, [this](const IntakeNotice& notice) {
                                       board_.seen(notice, wall_clock());
                                       log_answered(notice);
                                       if (books_) draw_books(notice);
                                     });
  const auto credit = [this](const Source& source, std::size_t places) {
    board_.metrics()
        .gauge("riskd_input_credit", "Inputs of a source that are taken and not settled at most",
               {{"source", source.name()}})
        .set(static_cast<double>(places));
  };
  prices_ = std::make_unique<MarketIntake>(
      [this](MarketNews news, std::function<void()> taken) { node_->feed(std::move(news), std::move(taken)); },
      settings_.market.ticks_waiting_max);
  show_prices(board_.metrics(), *prices_);
  if (nats_) {
    auto& prices = nats_->prices();
    if (auto started = prices.start(intake_->take_prices_from(prices, *prices_)); !started) return started;
    for (const auto& [source, places] : nats_->inputs()) {
      credit(*source, places);
      if (auto started = source->start(intake_->take_from(*source)); !started) return started;
    }
  }
  if (settings_.run.signals.empty()) return true;
  lines_ = std::make_unique<LineSource>(
      LineSourceOptions{.path = settings_.run.signals, .credit = settings_.road.in_flight_per_tenant_max},
      store_->cursors(), [this] { input_ended_ = true; },
      [](const std::string& why) {
        log_event(LogLevel::error, "a file of signals cannot be used", {{"why", why}});
      });
  credit(*lines_, settings_.road.in_flight_per_tenant_max);
  return lines_->start(intake_->take_lines_from(*lines_, *prices_));
}

} // namespace riskcluster
