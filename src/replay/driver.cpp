#include "replay/driver.hpp"

#include "messages/codec_trading.hpp"

namespace riskcluster {

Driver::Driver(DriverOptions options, Inputs inputs, Complaints& complaints, DriverSink& sink)
    : options_{std::move(options)},
      complaints_{complaints},
      sink_{sink},
      commands_{std::move(inputs.commands)},
      views_{std::move(inputs.history), std::move(inputs.instruments), VarSettings{}, options_.seed,
             options_.at ? std::optional{date_of(*options_.at)} : std::nullopt},
      journal_{shard_count_default},
      engine_{journal_, [this](TimeMs now) { return views_.at(now); }} {
  for (const auto& tenant : inputs.tenants) {
    const auto company = inputs.companies.find(tenant.id.company);
    const auto opened = engine_.open(tenant, company == inputs.companies.end() ? nullptr : &company->second);
    if (!opened) complaints_.complain(opened.error().message);
  }
}

Result<bool> Driver::run(LineReader& reader) {
  while (const auto line = reader.next()) {
    if (line->empty()) continue;
    work_started_ = Clock::now();
    if (reader.too_long())
      refuse_line(reader, *line, "longer than 1 MiB");
    else if (auto answered = answer_line(reader, *line); !answered)
      return answered;
    if (auto done = sink_.line_done(reader); !done) return done;
  }
  apply_commands(time_max_ms);
  return true;
}

Result<bool> Driver::answer_line(const LineReader& reader, std::string_view line) {
  auto batch = decode_batch_json(line);
  if (batch && batch->created_at_ms == 0) {
    if (options_.at)
      batch->created_at_ms = *options_.at;
    else
      batch = malformed("created_at_ms: needed without --at");
  }
  if (!batch) {
    refuse_line(reader, line, batch.error().message);
    return true;
  }
  sink_.batch_read(*batch);
  for (const auto& signal : batch->trading_signals)
    if (!signal.fault.empty())
      complaints_.complain(place(reader) + "signal '" + signal.signal_id.value + "': " + signal.fault);
  apply_commands(batch->created_at_ms);
  if (!batch->is_fan_out()) return answer(*batch);
  for (const auto& tenant : engine_.subscribers(batch->strategy_id)) {
    SignalBatch own = *batch;
    own.company_id = tenant.company;
    own.user_id = tenant.user;
    if (auto answered = answer(own); !answered) return answered;
    work_started_ = Clock::now();
  }
  return true;
}

Result<bool> Driver::answer(const SignalBatch& batch) {
  auto judged = engine_.judge(batch);
  if (!judged) return judged.error();
  sink_.answered(*judged, work_started_);
  return true;
}

void Driver::refuse_line(const LineReader& reader, std::string_view line, const std::string& why) {
  complaints_.complain(place(reader) + why);
  sink_.line_refused();
  const auto header = batch_header_of(line);
  if (!header) return;
  SignalBatch batch{.batch_id = header->batch_id,
                    .company_id = header->company_id,
                    .user_id = header->user_id,
                    .correlation_id = header->correlation_id};
  for (const auto& id : header->signals) batch.trading_signals.push_back({.signal_id = id});
  if (batch.trading_signals.empty()) batch.trading_signals.emplace_back(); // so that the answer says REJECTED
  auto refusal = refuse(batch, "MALFORMED", why, 0);
  sink_.answered(refusal, work_started_);
}

void Driver::apply_commands(TimeMs until) {
  for (; next_command_ < commands_.size() && commands_[next_command_].at_ms() <= until; ++next_command_) {
    const auto& command = commands_[next_command_];
    const auto applied = engine_.update(command);
    if (applied)
      sink_.command_done(*applied);
    else
      complaints_.complain("command for " + command.tenant.text() + ": " + applied.error().message);
  }
  work_started_ = Clock::now(); // facts between two lines are nobody's latency
}

std::string Driver::place(const LineReader& reader) const {
  return options_.signals + ":" + std::to_string(reader.line()) + ": ";
}

} // namespace riskcluster
