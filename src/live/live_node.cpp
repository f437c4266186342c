#include "live/live_node.hpp"

#include <future>
#include <ostream>
#include <thread>

#include "live/live_parts.hpp"
#include "telemetry/log.hpp"

namespace riskcluster {

namespace {

using namespace std::chrono;

LogOptions log_options(const LogSettings& log) {
  LogOptions options{.file = log.file};
  options.level = log.level == "debug"   ? LogLevel::debug
                  : log.level == "warn"  ? LogLevel::warn
                  : log.level == "error" ? LogLevel::error
                                         : LogLevel::info;
  options.format = log.format == "json" ? LogFormat::json : LogFormat::human;
  return options;
}

} // namespace

ExitCode LiveNode::run() {
  log_event(LogLevel::info, "ready", {{"data", settings_.run.data}, {"signals", settings_.run.signals}});
  for (;;) {
    if (signals_.wait(milliseconds{100})) return stop(false);
    if (const auto failure = node_->failure()) {
      log_event(LogLevel::error, "the node cannot go on", {{"why", failure->message}});
      return stop(true);
    }
    if (input_ended_ && !nats_) return stop(false);
  }
}

void LiveNode::stop_sources() {
  if (lines_) lines_->stop();
  if (!nats_) return;
  for (const auto& source : nats_->inputs()) source->stop();
  nats_->prices().stop();
}

/// No new inputs, answers for those that are under way, outputs out, states kept. A second signal, or the end of the
/// grace, cuts it short: what was answered is durable already.
ExitCode LiveNode::stop(bool failed) {
  log_event(LogLevel::info, "stopping");
  const auto until = steady_clock::now() + settings_.run.stop_grace;
  const auto code = failed ? ExitCode::failed : ExitCode::ok;
  const auto stopped = std::async(std::launch::async, [this, failed] {
    stop_sources();
    if (failed) return;
    while (intake_->under_way() > 0) std::this_thread::sleep_for(milliseconds{1});
    static_cast<void>(node_->stop());
  });
  while (stopped.wait_for(milliseconds{0}) != std::future_status::ready)
    if (signals_.wait(milliseconds{20}) || steady_clock::now() > until) {
      log_event(LogLevel::warn, "stopped in haste; what was answered is durable");
      flush_log();
      std::_Exit(static_cast<int>(code));
    }
  http_->stop();
  log_event(LogLevel::info, "stopped");
  return code;
}

ExitCode run_node(const NodeSettings& settings, const std::string& version, std::ostream& messages) {
  const StopSignals signals; // before any thread
  if (const auto log = open_log(log_options(settings.log)); !log) {
    messages << "riskd: " << log.error().message << '\n';
    return ExitCode::failed;
  }
  LiveNode node{settings, version, signals};
  const auto opened = node.open();
  const auto code = opened ? node.run() : ExitCode::failed;
  if (!opened) log_event(LogLevel::error, "the node cannot start", {{"why", opened.error().message}});
  flush_log();
  return code;
}

} // namespace riskcluster
