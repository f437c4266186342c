// faulted_node: a whole node in a process that a test may kill. Journal and snapshots in a folder, synced with each
// commit; outputs appended to a file; inputs from standard input, many under way at a time. Its settings make
// everything happen often that is rare: snapshots, portfolios that go to sleep, cursors that are marked.
//
// One input a line, with a tag of the client's own; what becomes of it is printed as soon as it is known:
//
//   batch 17 {TradingSignalBatch}     17 answer {RiskAssessmentBatch}   one, or one for each subscriber
//                                     17 done                           all of them; with the reason when it was no
//                                     batch
//   fact 18 {PortfolioUpdate}         18 applied    or    18 repeated
//   either                            19 failed <why>: <message>        why: a word of Errc
//
// "ready" comes first. At the end of the input the node stops in good order. Exit status: 0, 1 the node failed, 2
// usage.

#include <condition_variable>
#include <iostream>
#include <mutex>
#include <set>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "faults/late_destination.hpp"
#include "files/daily_views.hpp"
#include "messages/codec_outputs.hpp"
#include "messages/codec_portfolio.hpp"
#include "messages/codec_risk.hpp"
#include "node/node.hpp"
#include "node/store.hpp"
#include "placement/shard_of.hpp"
#include "replay/inputs.hpp"
#include "tenant/decide.hpp"
#include "transport/file_destination.hpp"

namespace riskcluster::faults {

namespace {

struct Options {
  InputPaths paths;
  std::string data, outputs;
};

/// Whole lines, from any thread; each is with the operating system when write() returns, so that a kill loses none.
class Lines {
public:
  explicit Lines(int file) : file_{file} {}
  void write(const std::string& lines) {
    const std::lock_guard lock{mutex_};
    for (std::size_t done = 0; done < lines.size();) {
      const auto written = ::write(file_, lines.data() + done, lines.size() - done);
      if (written <= 0) return; // nobody listens any more
      done += static_cast<std::size_t>(written);
    }
  }

private:
  int file_;
  std::mutex mutex_;
};

class Complainer final : public Complaints {
public:
  explicit Complainer(Lines& out) : out_{out} {}
  void complain(const std::string& message) override { out_.write("faulted_node: " + message + "\n"); }

private:
  Lines& out_;
};

/// Inputs that were not answered yet.
class UnderWay {
public:
  void begin() {
    const std::lock_guard lock{mutex_};
    ++count_;
  }
  void end() {
    const std::lock_guard lock{mutex_};
    if (--count_ == 0) none_.notify_all();
  }
  void wait() {
    std::unique_lock lock{mutex_};
    none_.wait(lock, [this] { return count_ == 0; });
  }

private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
};

RoadSettings provoking_settings() {
  RoadSettings settings;
  settings.batch_clock = true; // the sample's market ends on a fixed day
  settings.snapshot_events = 8;
  settings.sleep_after = std::chrono::seconds{1};
  settings.awake_max = 2;
  settings.shard_tick = std::chrono::milliseconds{20};
  settings.directory_records = 64;
  settings.egress_window = 16;
  settings.egress_tick = std::chrono::milliseconds{50};
  return settings;
}

std::vector<TenantEvent> openings_of(const Inputs& inputs) {
  std::vector<TenantEvent> openings;
  for (const auto& tenant : inputs.tenants) {
    const auto company = inputs.companies.find(tenant.id.company);
    openings.push_back(open_tenant(tenant, company == inputs.companies.end() ? nullptr : &company->second, 0));
  }
  return openings;
}

const char* name(Errc code) {
  switch (code) {
  case Errc::invalid_argument:
    return "invalid_argument";
  case Errc::malformed:
    return "malformed";
  case Errc::not_found:
    return "not_found";
  case Errc::insufficient_data:
    return "insufficient_data";
  case Errc::unavailable:
    return "unavailable";
  case Errc::fenced:
    return "fenced";
  case Errc::overloaded:
    return "overloaded";
  case Errc::quarantined:
    return "quarantined";
  case Errc::denied:
    return "denied";
  case Errc::failed:
    return "failed";
  }
  return "?";
}

std::string told(const std::string& tag, const Error& error) {
  return tag + " failed " + name(error.code) + ": " + error.message + "\n";
}

std::string told(const std::string& tag, const Result<ReplyPtr>& reply) {
  if (!reply) return told(tag, reply.error());
  std::string lines;
  for (const auto& answer : (*reply)->answers) lines += tag + " answer " + encode_answer_json(*answer) + "\n";
  return lines + tag + " done" + ((*reply)->reason_code == "MALFORMED" ? " " + (*reply)->reason : "") + "\n";
}

std::string told(const std::string& tag, const Result<UpdateOutcome>& outcome) {
  if (!outcome) return told(tag, outcome.error());
  return tag + (*outcome == UpdateOutcome::applied ? " applied\n" : " repeated\n");
}

void take(Node& node, const std::string& line, Lines& out, UnderWay& under_way) {
  const auto first = line.find(' '), second = line.find(' ', first + 1);
  if (second == std::string::npos) return out.write("0 failed malformed: not an input line\n");
  const std::string kind = line.substr(0, first), tag = line.substr(first + 1, second - first - 1);
  const auto tell = [&out, &under_way, tag](const auto& result) {
    out.write(told(tag, result));
    under_way.end();
  };
  under_way.begin();
  if (kind == "batch") return node.admit(Input{.bytes = line.substr(second + 1)}, tell);
  auto update = decode_update_json(std::string_view{line}.substr(second + 1));
  if (!update) return tell(Result<UpdateOutcome>{update.error()});
  node.admit(std::move(*update), tell);
}

int fail(Lines& err, const Error& why) {
  err.write("faulted_node: " + why.message + "\n");
  return 1;
}

int run(const Options& options) {
  Lines out{STDOUT_FILENO}, err{STDERR_FILENO};
  Complainer complainer{err};
  auto inputs = read_inputs(options.paths, complainer);
  if (!inputs) return fail(err, inputs.error());
  auto store = Store::open(options.data, shard_count_default, SyncPolicy::each_commit);
  if (!store) return fail(err, store.error());
  auto outputs = FileDestination::open("outputs", options.outputs);
  if (!outputs) return fail(err, outputs.error());
  LateDestination late{**outputs};
  const auto openings = openings_of(*inputs);
  DailyViews views{std::move(inputs->history), std::move(inputs->instruments), VarSettings{}, 0, std::nullopt};
  NodeDoors doors{.journal = &(*store)->journal(),
                  .snapshots = &(*store)->snapshots(),
                  .cursors = &(*store)->cursors(),
                  .view_at = [&views](TimeMs now) { return views.dated_at(now); },
                  .outlets = {{&late, encode_output_json}},
                  .tell =
                      [&err](const Alert& alert) {
                        err.write("ALERT " + alert.type + " " + alert.subject + ": " + alert.message + "\n");
                      }};
  UnderWay under_way;
  auto node = Node::start(std::move(doors), shard_count_default, provoking_settings());
  if (!node) return fail(err, node.error());
  // A shard that is halted opens nobody; the others' tenants are there all the same.
  for (const auto& why : (*node)->open(openings).refused) err.write("faulted_node: " + why + "\n");
  out.write("ready\n");
  for (std::string line; std::getline(std::cin, line);) take(**node, line, out, under_way);
  under_way.wait();
  if (const auto failure = (*node)->failure()) return fail(err, *failure);
  const auto stopped = (*node)->stop();
  return stopped ? 0 : fail(err, stopped.error());
}

} // namespace

} // namespace riskcluster::faults

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  CLI::App app{"a node with its inputs on standard input, to be killed", "faulted_node"};
  riskcluster::faults::Options options;
  app.add_option("--data", options.data, "folder of the journal")->required();
  app.add_option("--outputs", options.outputs, "file that gets the outputs")->required();
  app.add_option("--market", options.paths.market)->required();
  app.add_option("--tenants", options.paths.tenants)->required();
  app.add_option("--companies", options.paths.companies);
  app.add_option("--instruments", options.paths.instruments);
  CLI11_PARSE(app, argc, argv);
  return riskcluster::faults::run(options);
}
