#include "live/live_node.hpp"

#include <cstdlib>
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
  signals_.started();
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
  for (const auto& input : nats_->inputs()) input.source->stop();
  nats_->prices().stop();
}

/// No new inputs, answers for those that are under way, outputs out, states kept. A second signal, or the end of the
/// grace, cuts it short, also while its parts are taken away afterwards.
ExitCode LiveNode::stop(bool failed) {
  log_event(LogLevel::info, "stopping");
  signals_.end_by(steady_clock::now() + settings_.run.stop_grace, failed);
  stop_sources();
  if (!failed) {
    while (intake_->under_way() > 0) std::this_thread::sleep_for(milliseconds{1});
    static_cast<void>(node_->stop());
  }
  http_->stop();
  log_event(LogLevel::info, "stopped");
  return failed ? ExitCode::failed : ExitCode::ok;
}

ExitCode run_node(const NodeSettings& settings, const std::string& version, std::ostream& messages) {
  StopSignals signals{[](const char* why, bool failed) { // before any other thread
    log_event(LogLevel::warn, "stopped in haste; what was answered is durable", {{"why", why}});
    flush_log();
    std::_Exit(static_cast<int>(failed ? ExitCode::failed : ExitCode::ok));
  }};
  if (const auto log = open_log(log_options(settings.log)); !log) {
    messages << "riskd: " << log.error().message << '\n';
    return ExitCode::failed;
  }
  const auto code = [&] {
    LiveNode node{settings, version, signals};
    const auto opened = node.open();
    if (opened) return node.run();
    log_event(LogLevel::error, "the node cannot start", {{"why", opened.error().message}});
    return ExitCode::failed;
  }();
  flush_log();
  return code;
}

} // namespace riskcluster
