#include "live/run_command.hpp"

#include <ostream>

#include "config/read_settings.hpp"
#include "live/live_node.hpp"

namespace riskcluster {

namespace {

constexpr const char* embedded_data = "riskd-data";

void override_with(NodeSettings& settings, const RunOptions& options) {
  const auto replace = [](std::string& setting, const std::string& given) {
    if (!given.empty()) setting = given;
  };
  replace(settings.run.data, options.data);
  replace(settings.run.market, options.market);
  replace(settings.run.tenants, options.tenants);
  replace(settings.run.companies, options.companies);
  replace(settings.run.instruments, options.instruments);
  replace(settings.run.signals, options.signals);
  replace(settings.run.answers, options.answers);
  if (options.http_port) settings.http.port = static_cast<std::uint16_t>(*options.http_port);
}

} // namespace

ExitCode run_command(const RunOptions& options, std::ostream& messages) {
  NodeSettings settings;
  settings.run.data = embedded_data;
  if (options.config.empty()) {
    settings.run.answers = "-";
  } else {
    const auto file = read_settings(options.config);
    for (const auto& warning : file.warnings) messages << text_of(options.config, warning, "warning") << '\n';
    for (const auto& fault : file.faults) messages << text_of(options.config, fault) << '\n';
    if (!file.settings) return ExitCode::failed;
    settings = *file.settings;
  }
  override_with(settings, options);
  if (settings.run.signals.empty() && !settings.nats) {
    messages << "riskd: no signals can come: give --signals FOLDER, --signals - for standard input, or a settings file "
                "with [nats]\n";
    return ExitCode::usage;
  }
  return run_node(settings, options.version, messages);
}

} // namespace riskcluster
