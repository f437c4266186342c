#include "replay/driver.hpp"

#include <set>

#include "messages/codec_trading.hpp"
#include "placement/shard_of.hpp"
#include "tenant/decide.hpp"

namespace riskcluster {

Driver::Driver(DriverOptions options, Inputs inputs, Store& store, Complaints& complaints, DriverSink& sink)
    : options_{std::move(options)},
      complaints_{complaints},
      sink_{sink},
      commands_{std::move(inputs.commands)},
      views_{std::move(inputs.history), std::move(inputs.instruments), VarSettings{}, options_.seed,
             options_.at ? std::optional{date_of(*options_.at)} : std::nullopt},
      store_{store} {
  std::set<TenantId> seen;
  for (const auto& tenant : inputs.tenants) {
    if (!seen.insert(tenant.id).second) {
      complaints_.complain(tenant.id.text() + " is there twice");
      continue;
    }
    const auto company = inputs.companies.find(tenant.id.company);
    // It opens before everything that happens to it.
    openings_.push_back(open_tenant(tenant, company == inputs.companies.end() ? nullptr : &company->second, 0));
  }
}

Result<bool> Driver::open_tenants() {
  RoadSettings settings;
  settings.batch_clock = true;
  settings.workers = options_.workers;
  settings.fan_out_outstanding_max = 1; // the journal's order must not depend on who is faster
  settings.keep_snapshots = options_.keep_snapshots;
  NodeDoors doors{.journal = &store_.journal(),
                  .snapshots = &store_.snapshots(),
                  .cursors = &store_.cursors(),
                  .view_at = [this](TimeMs now) { return views_.dated_at(now); },
                  .tell =
                      [this](const Alert& alert) {
                        const std::lock_guard lock{alerts_mutex_};
                        alerts_.push_back(alert.type + " " + alert.subject + ": " + alert.message);
                      }};
  auto node = Node::start(std::move(doors), shard_count_default, settings);
  if (!node) return node.error();
  node_ = std::move(*node);
  const auto opened = node_->open(std::exchange(openings_, {}));
  for (const auto& why : opened.refused) complaints_.complain("tenants not opened: " + why);
  for (const auto& tenant : opened.differing)
    complaints_.complain(tenant.text() + " was opened from another setup: what the data folder holds stays as it is");
  return true;
}

Result<bool> Driver::run(LineReader& reader, Progress from) {
  progress_ = from;
  if (auto opened = open_tenants(); !opened) return opened;
  while (reader.line() < from.lines && reader.next()) {
  }
  for (;;) {
    progress_.lines = reader.line();
    if (auto kept = sink_.progressed(progress_); !kept) return kept;
    const auto line = reader.next();
    if (!line) break;
    if (line->empty()) continue;
    work_started_ = Clock::now();
    auto answered = reader.too_long() ? refuse_line(reader, *line, "longer than 1 MiB") : answer_line(reader, *line);
    pass_alerts();
    if (!answered) return answered;
    if (auto done = sink_.line_done(reader); !done) return done;
  }
  if (auto applied = apply_commands(time_max_ms); !applied) return applied;
  auto stopped = node_->stop();
  pass_alerts();
  if (!stopped) return stopped;
  progress_.finished = true;
  return sink_.progressed(progress_);
}

Result<bool> Driver::answer_line(const LineReader& reader, std::string_view line) {
  auto batch = decode_batch_json(line);
  if (batch && batch->created_at_ms == 0) {
    if (options_.at)
      batch->created_at_ms = *options_.at;
    else
      batch = malformed("created_at_ms: needed without --at");
  }
  if (!batch) return refuse_line(reader, line, batch.error().message);
  sink_.batch_read(*batch);
  for (const auto& signal : batch->trading_signals)
    if (!signal.fault.empty())
      complaints_.complain(place(reader) + "signal '" + signal.signal_id.value + "': " + signal.fault);
  if (auto applied = apply_commands(batch->created_at_ms); !applied) return applied;
  return pass_on(node_->admit(std::move(*batch)));
}

Result<bool> Driver::refuse_line(const LineReader& reader, std::string_view line, const std::string& why) {
  complaints_.complain(place(reader) + why);
  sink_.line_refused();
  return pass_on(node_->admit(Input{.bytes = std::string{line}, .fault = why}));
}

void Driver::pass_alerts() {
  std::vector<std::string> alerts;
  {
    const std::lock_guard lock{alerts_mutex_};
    alerts.swap(alerts_);
  }
  for (const auto& alert : alerts) complaints_.complain(alert);
}

Result<bool> Driver::pass_on(const Result<ReplyPtr>& reply) {
  if (const auto failure = node_->failure()) return *failure;
  if (!reply) return reply.error();
  for (const auto& answer : (*reply)->answers) {
    // Not a word about the signals: a part of the node is missing, and going on would only repeat it.
    if (answer->refusal == "UNAVAILABLE" || answer->refusal == "NOT_OWNER" || answer->refusal == "STATE_UNREADABLE")
      return Error{Errc::unavailable, answer->refusal_reason};
    RiskAssessmentBatch own = *answer;
    sink_.answered(own, work_started_);
  }
  return true;
}

Result<bool> Driver::apply_commands(TimeMs until) {
  for (; progress_.commands < commands_.size() && commands_[progress_.commands].at_ms() <= until;
       ++progress_.commands) {
    const auto& command = commands_[progress_.commands];
    const auto outcome = node_->admit(command);
    if (const auto failure = node_->failure()) return *failure;
    if (outcome)
      sink_.command_done(*outcome == UpdateOutcome::applied);
    else
      complaints_.complain("command for " + command.tenant.text() + ": " + outcome.error().message);
  }
  work_started_ = Clock::now(); // facts between two lines are nobody's latency
  return true;
}

std::string Driver::place(const LineReader& reader) const {
  return options_.signals + ":" + std::to_string(reader.line()) + ": ";
}

} // namespace riskcluster
