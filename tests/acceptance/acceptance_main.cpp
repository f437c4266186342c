// acceptance: the main job on a folder of generated input, judged by somebody else.
// Replays the signals, then holds the journal against the rule book, the fold against the live states, and a second
// run against the first. Prints what it found; exit status 0 only when everything held.

#include <chrono>
#include <cstdio>
#include <iostream>

#include <CLI/CLI.hpp>

#include "acceptance/answer_form.hpp"
#include "acceptance/journal_checker.hpp"
#include "acceptance/tally.hpp"
#include "acceptance/wishes.hpp"
#include "messages/codec_state.hpp"
#include "node/fold.hpp"
#include "placement/shard_of.hpp"

namespace riskcluster::acceptance {

namespace {

struct Options {
  std::string folder;
  double share_min = 15;       ///< per cent of all decisions that each status must have
  std::uint64_t bind_min = 50; ///< decisions that each control must bind
  int findings_shown = 5;      ///< of each kind
};

class CountedComplaints final : public Complaints {
public:
  void complain(const std::string&) override { ++count; }
  std::uint64_t count = 0;
};

/// The checks of this run, printed as they are made.
class Verdict {
public:
  void check(bool holds, const std::string& what) {
    std::printf("  %s  %s\n", holds ? "ok    " : "FAILED", what.c_str());
    all_ = all_ && holds;
  }
  bool all() const { return all_; }

private:
  bool all_ = true;
};

std::string text(std::uint64_t number) { return std::to_string(number); }

/// Every limit of every tenant at half its value: what was approved must then look wrong, or the checker is blind.
void halve_limits(JournalRecord& record) {
  journal::TenantEvent event;
  if (!event.ParseFromString(record.payload) || !event.has_tenant_opened()) return;
  for (auto& limit : *event.mutable_tenant_opened()->mutable_limits()) {
    const bool divides_others = limit.name().starts_with("max_class_leverage") || limit.name() == "max_correlation";
    limit.set_value(limit.value() * (divides_others ? 0.95 : 0.5));
  }
  record.payload = event.SerializeAsString();
}

template <class Change>
void check_journal(const Journal& journal, JournalChecker& checker, Change&& change) {
  constexpr std::size_t at_once = 256;
  for (std::uint32_t shard = 0; shard < shard_count_default; ++shard)
    for (SequenceNumber next{1};;) {
      auto records = journal.read({shard}, next, at_once);
      if (!records) {
        std::printf("%s\n", records.error().message.c_str());
        break;
      }
      if (records->empty()) break;
      next.value += records->size();
      for (auto& record : *records) {
        change(record);
        checker.check(record);
      }
    }
}

double per_cent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

void print_counts(const Tally& tally, const Inputs& inputs) {
  std::printf("input     %zu tenants in %zu companies; %llu lines (%llu unreadable), %llu facts applied\n",
              inputs.tenants.size(), inputs.companies.size(), static_cast<unsigned long long>(tally.lines),
              static_cast<unsigned long long>(tally.bad_lines), static_cast<unsigned long long>(tally.commands));
  std::printf("signals   %llu asked, %llu answered once each, %llu of them with the answer they had before\n",
              static_cast<unsigned long long>(tally.asked), static_cast<unsigned long long>(tally.decided),
              static_cast<unsigned long long>(tally.repeats));
}

std::uint64_t decisions(const Tally& tally) { return tally.by_status[1] + tally.by_status[2] + tally.by_status[3]; }

void print_controls(const Tally& tally, const std::map<std::string, std::uint64_t>& halved) {
  std::printf("\n%-24s %9s %9s %9s %9s\n", "control", "binds", "REDUCED", "REJECTED", "at half");
  for (const auto name : control_names) {
    const auto at = tally.by_control.find(std::string{name});
    const ControlTally row = at == tally.by_control.end() ? ControlTally{} : at->second;
    const auto found = halved.find(std::string{name});
    std::printf("%-24s %9llu %9llu %9llu %9llu\n", std::string{name}.c_str(),
                static_cast<unsigned long long>(row.binding), static_cast<unsigned long long>(row.rows_reduced),
                static_cast<unsigned long long>(row.rows_rejected),
                static_cast<unsigned long long>(found == halved.end() ? 0 : found->second));
  }
  for (const auto& [code, count] : tally.not_judged)
    std::printf("%-24s %9llu   (refused before any control)\n", code.c_str(), static_cast<unsigned long long>(count));
  std::printf(
      "binds: decisions whose reason it is; REDUCED, REJECTED: rows that say so; at half: violations that the\n"
      "checker finds when the limits in the journal are halved (class leverages and max_correlation x 0.95)\n\n");
}

/// Kind by kind, the first few of each.
void print_findings(const JournalChecker& checker, int shown) {
  std::map<std::string, int> kinds;
  for (const auto& f : checker.findings()) {
    if (kinds[f.control + ": " + f.what]++ >= shown) continue;
    std::printf("  shard %u n %llu %s signal '%s' %s: %s (value %.9g, limit %.9g, before %.9g)\n", f.shard,
                static_cast<unsigned long long>(f.n), f.tenant.c_str(), f.signal.c_str(), f.control.c_str(),
                f.what.c_str(), f.value, f.limit, f.before);
  }
  for (const auto& [kind, count] : kinds) std::printf("  %6d findings of %s\n", count, kind.c_str());
}

bool is_checked_limit(std::string_view control) {
  const auto* const at = std::find(control_names.begin(), control_names.end(), control);
  const auto* const first = std::find(control_names.begin(), control_names.end(), "max_positions");
  const auto* const last = std::find(control_names.begin(), control_names.end(), "daily_var");
  return (at >= first && at <= last) || control == "price_collar";
}

bool is_of_this_issue(std::string_view control) {
  return control != "halt" && control != "company_var" && control != "drawdown" && control != "regime";
}

void judge_tally(const Tally& tally, const Options& options, const std::map<std::string, std::uint64_t>& halved,
                 Verdict& verdict) {
  verdict.check(tally.faults.empty() && tally.decided == tally.asked && tally.asked > 0,
                "every signal of every readable line has exactly one answer");
  for (const auto& fault : tally.faults) std::printf("          %s\n", fault.c_str());
  constexpr std::array<const char*, 4> names = {"", "approved", "reduced", "rejected"};
  for (std::size_t status = 1; status < names.size(); ++status) {
    const double share = per_cent(tally.by_status[status], decisions(tally));
    std::array<char, 96> line{};
    std::snprintf(line.data(), line.size(), "%llu %s, %.1f %% (at least %g %%)",
                  static_cast<unsigned long long>(tally.by_status[status]), names[status], share, options.share_min);
    verdict.check(share >= options.share_min, line.data());
  }
  std::string seldom, blind;
  for (const auto name : control_names) {
    if (!is_of_this_issue(name)) continue;
    const auto at = tally.by_control.find(std::string{name});
    const std::uint64_t binds = at == tally.by_control.end() ? 0 : at->second.binding;
    if (binds < options.bind_min) seldom += " " + std::string{name} + " " + text(binds);
    if (binds >= options.bind_min && is_checked_limit(name) && !halved.contains(std::string{name}))
      blind += " " + std::string{name};
  }
  verdict.check(seldom.empty(), "every control binds at least " + text(options.bind_min) + " times" +
                                    (seldom.empty() ? "" : "; not so:" + seldom));
  verdict.check(blind.empty(), "at half the limits the checker finds violations of each" +
                                   (blind.empty() ? "" : "; none of:" + blind));
}

/// What a portfolio kept when it went to sleep is what it lived with.
void judge_states(Store& store, Verdict& verdict) {
  const auto folded = fold(store.journal(), shard_count_default);
  std::size_t kept = 0, equal = 0;
  for (const auto& [id, state] : folded ? *folded : std::map<TenantId, TenantState>{}) {
    const auto found = store.snapshots().load(shard_of(id.text(), shard_count_default), id.text());
    if (!found || found->sound.empty()) continue;
    ++kept;
    const auto live = decode_state(found->sound.front().bytes);
    if (live && state_hash(*live) == state_hash(state)) ++equal;
  }
  verdict.check(folded && kept > 0 && equal == kept,
                "the fold of the encoded journal has the live state hash of " + text(equal) + " of " + text(kept) +
                    " portfolios that were awake, of " + text(folded ? folded->size() : 0) + " tenants");
}

/// One run of everything; what the journal says is judged by `inspect` before it is gone.
template <class Inspect>
Result<Hash128> run(const Options& options, const Inputs& inputs, std::size_t workers, Inspect&& inspect) {
  CountedComplaints complaints;
  Tally tally{inputs.tenants};
  const std::string signals = options.folder + "/signals.jsonl";
  auto reader = LineReader::open(signals);
  if (!reader) return reader.error();
  auto store = Store::open_temporary(shard_count_default);
  if (!store) return store.error();
  Driver driver{{.signals = signals, .workers = workers, .keep_snapshots = true}, inputs, **store, complaints, tally};
  const auto started = std::chrono::steady_clock::now();
  if (auto done = driver.run(*reader); !done) return done.error();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  std::printf("replay    %.1f s with %zu workers\n", took.count(), workers);
  inspect(**store, tally);
  return tally.digest();
}

void inspect(const Options& options, const Inputs& inputs, Store& store, const Tally& tally, Verdict& verdict) {
  print_counts(tally, inputs);
  // The checker's market is made afresh: it trusts no view that the run used.
  DailyViews views{inputs.history, inputs.instruments, VarSettings{}, 0, std::nullopt};
  const auto view_at = [&](TimeMs now) { return views.at(now); };
  const Wishes wishes = read_wishes(options.folder + "/signals.jsonl");
  JournalChecker checker{view_at, wishes};
  check_journal(store.journal(), checker, [](JournalRecord&) {});
  JournalChecker strict{view_at, wishes};
  check_journal(store.journal(), strict, halve_limits);

  const auto halved = strict.findings_by_control();
  print_controls(tally, halved);
  judge_tally(tally, options, halved, verdict);
  const auto& counts = checker.counts();
  verdict.check(checker.findings().empty() && counts.openings > 0 && counts.closings > 0 && counts.expired > 0,
                "the checker has " + text(checker.findings().size()) + " findings in " + text(counts.records) +
                    " records: " + text(counts.decided) + " decisions, " + text(counts.openings) + " openings (" +
                    text(counts.measures) + " measures, " + text(counts.over_before) +
                    " openings on a book beyond a limit before), " + text(counts.closings) + " closings, " +
                    text(counts.fills) + " fills, " + text(counts.expired) + " expiries, " + text(counts.repeats) +
                    " repeats");
  print_findings(checker, options.findings_shown);
  judge_states(store, verdict);
}

int accept(const Options& options) {
  CountedComplaints complaints;
  const auto inputs = read_inputs({.market = options.folder + "/market",
                                   .tenants = options.folder + "/tenants.json",
                                   .companies = options.folder + "/companies.json",
                                   .instruments = options.folder + "/instruments.json",
                                   .commands = options.folder + "/commands.jsonl"},
                                  complaints);
  if (!inputs) {
    std::cerr << "acceptance: " << inputs.error().message << '\n';
    return 1;
  }
  Verdict verdict;
  const auto first = run(options, *inputs, 2,
                         [&](Store& store, const Tally& tally) { inspect(options, *inputs, store, tally, verdict); });
  const auto second = run(options, *inputs, 8, [](Store&, const Tally&) {});
  verdict.check(
      first && second && *first == *second,
      "a second run, with 8 workers instead of 2, gives the same answers, byte for byte, but for performance_metrics" +
          (first ? " (" + first->hex() + ")" : "; " + first.error().message));
  std::printf("acceptance: %s\n", verdict.all() ? "passed" : "FAILED");
  return verdict.all() ? 0 : 1;
}

} // namespace

} // namespace riskcluster::acceptance

int main(int argc, char** argv) {
  CLI::App app{"acceptance: replays a folder of scripts/generate_sample and judges what came out", "acceptance"};
  riskcluster::acceptance::Options options;
  app.add_option("folder", options.folder, "made by scripts/generate_sample")->required();
  app.add_option("--share-min", options.share_min, "per cent that each status must have");
  app.add_option("--bind-min", options.bind_min, "how often each control must bind");
  app.add_option("--findings", options.findings_shown, "how many findings of each kind are shown");
  CLI11_PARSE(app, argc, argv);
  return riskcluster::acceptance::accept(options);
}
