// judge_journal: what a data folder holds, judged without trusting who wrote it. Opens it for reading only. Checks the
// chain, folds the events and holds every snapshot against the fold; with a market it measures every decision again, by
// the checker of the acceptance, which shares neither controls nor state with the product. Prints one JSON object; the
// exit status is 0 whenever there was something to judge.

#include <array>
#include <cstdio>
#include <iostream>

#include <CLI/CLI.hpp>

#include "acceptance/journal_checker.hpp"
#include "acceptance/wishes.hpp"
#include "faults/journal_fold.hpp"
#include "files/daily_views.hpp"
#include "files/market_folder.hpp"
#include "files/text_file.hpp"
#include "journal/rocksdb_records.hpp"
#include "replay/inputs.hpp"
#include "storage/database.hpp"
#include "storage/rocksdb_dead_letters.hpp"
#include "storage/rocksdb_snapshots.hpp"

namespace riskcluster::faults {

namespace {

struct Options {
  std::string data, market, instruments, signals, dump;
  std::optional<double> live_pct;
  double limits = 1; ///< every limit times this: below 1 what was approved must look wrong, or the checker is blind
};

class Ignored final : public Complaints {
public:
  void complain(const std::string&) override {}
};

struct ShardEnd {
  std::uint64_t n = 0, epoch = 0;
  std::string hash;
};

/// Everything that the verdict is made of.
struct Findings {
  std::vector<ShardEnd> shards;
  std::vector<std::string> chain;    ///< breaks in the journal
  std::vector<std::string> breaches; ///< of limits, and everything else that the checker finds
  /// Numbers in an answer that the checker has otherwise: no limit, but what was said of the book.
  std::vector<std::string> books;
  std::uint64_t records = 0;
};

JournalRecord tightened(JournalRecord record, double share) {
  journal::TenantEvent event;
  if (share == 1 || !event.ParseFromString(record.payload) || !event.has_tenant_opened()) return record;
  for (auto& limit : *event.mutable_tenant_opened()->mutable_limits()) limit.set_value(limit.value() * share);
  record.payload = event.SerializeAsString();
  return record;
}

void read_shard(const Database& database, ShardId shard, JournalFold& fold, acceptance::JournalChecker* checker,
                double limits, Findings& findings) {
  constexpr std::size_t records_at_once = 256;
  ShardEnd& end = findings.shards.emplace_back();
  const auto last = read_end(database, shard);
  if (!last) findings.chain.push_back(last.error().message);
  fold.begin_shard(shard);
  for (SequenceNumber next{1};;) {
    const auto records =
        read_records(database, shard, next, records_at_once, last ? std::optional{*last} : std::nullopt);
    if (!records) {
      findings.chain.push_back(records.error().message);
      break;
    }
    if (records->empty()) break;
    for (const auto& record : *records) {
      fold.add(record);
      if (checker) checker->check(tightened(record, limits));
      end = {record.n.value, record.epoch.value, hash_of(record).hex()};
      ++findings.records;
    }
    next.value += records->size();
  }
  fold.end_shard(shard, {end.n});
}

std::string text(const acceptance::Finding& f) {
  std::array<char, 128> numbers{};
  std::snprintf(numbers.data(), numbers.size(), " (%.9g, limit %.9g, before %.9g)", f.value, f.limit, f.before);
  return "shard " + std::to_string(f.shard) + " n " + std::to_string(f.n) + " " + f.tenant + " " + f.signal + " " +
         f.control + ": " + f.what + numbers.data();
}

std::string quoted(const std::string& text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return json + "\"";
}

std::string list(const std::vector<std::string>& texts) {
  constexpr std::size_t shown_max = 20;
  std::string json = "[";
  for (std::size_t i = 0; i < std::min(texts.size(), shown_max); ++i) json += (i == 0 ? "" : ",") + quoted(texts[i]);
  return json + "]";
}

void print(const Findings& findings, const JournalFold& fold, const acceptance::JournalChecker* checker) {
  std::cout << "{\"records\":" << findings.records << ",\"decisions\":" << fold.decisions()
            << ",\"facts\":" << fold.facts() << ",\"snapshots\":" << fold.snapshots()
            << ",\"chain_errors\":" << findings.chain.size() << ",\"chain\":" << list(findings.chain)
            << ",\"fold_errors\":" << fold.faults().size() << ",\"fold\":" << list(fold.faults())
            << ",\"breaches\":" << findings.breaches.size() << ",\"breach\":" << list(findings.breaches)
            << ",\"book_errors\":" << findings.books.size() << ",\"book\":" << list(findings.books)
            << ",\"openings\":" << (checker ? checker->counts().openings : 0) << ",\"shards\":[";
  for (std::size_t i = 0; i < findings.shards.size(); ++i) {
    const auto& end = findings.shards[i];
    std::cout << (i == 0 ? "" : ",") << "{\"n\":" << end.n << ",\"epoch\":" << end.epoch << ",\"hash\":\"" << end.hash
              << "\"}";
  }
  std::cout << "]}\n";
}

Result<bool> dump_dead_letters(Database& database, std::FILE* dump) {
  const auto letters = RocksdbDeadLetters::open(database, 1);
  if (!letters) return letters.error();
  const auto all = (*letters)->newest((*letters)->count());
  if (!all) return all.error();
  for (const auto& letter : *all)
    std::fprintf(dump, "letter\t0\t%llu\t%s\t%s\n", static_cast<unsigned long long>(letter.number),
                 letter.reason_code.c_str(), letter.message_id.c_str());
  return true;
}

int fail(const Error& why) {
  std::cerr << "judge_journal: " << why.message << '\n';
  return 1;
}

int judge(const Options& options) {
  const auto database = Database::open(options.data, {.create = false, .read_only = true, .shard_count = 0});
  if (!database) return fail(database.error());
  std::unique_ptr<DailyViews> views;
  if (!options.market.empty()) {
    auto history = read_market_folder(options.market);
    if (!history) return fail(history.error());
    InstrumentTable instruments;
    Ignored ignored;
    if (const auto read = read_instruments(options.instruments, instruments, ignored); !read) return fail(read.error());
    // A market of its own: it trusts no view that the node used.
    views = std::make_unique<DailyViews>(std::move(*history), std::move(instruments), VarSettings{}, 0, std::nullopt);
  }
  const auto wishes = options.signals.empty() ? acceptance::Wishes{} : acceptance::read_wishes(options.signals);
  acceptance::JournalChecker checker{[&](TimeMs now) { return views->at(now); }, wishes, options.live_pct};
  std::FILE* const dump = options.dump.empty() ? nullptr : std::fopen(options.dump.c_str(), "w");
  if (!options.dump.empty() && !dump) return fail({Errc::unavailable, options.dump + " cannot be written"});
  const RocksdbSnapshots snapshots{**database};
  JournalFold fold{snapshots, dump};
  Findings findings;
  for (std::uint32_t shard = 0; shard < (*database)->shard_count(); ++shard)
    read_shard(**database, {shard}, fold, views ? &checker : nullptr, options.limits, findings);
  for (const auto& finding : checker.findings())
    (finding.control == "books" ? findings.books : findings.breaches).push_back(text(finding));
  if (dump)
    if (const auto dumped = dump_dead_letters(**database, dump); !dumped) return fail(dumped.error());
  if (dump && std::fclose(dump) != 0) return fail({Errc::unavailable, options.dump + " cannot be written"});
  print(findings, fold, views ? &checker : nullptr);
  return 0;
}

} // namespace

} // namespace riskcluster::faults

int main(int argc, char** argv) {
  CLI::App app{"judges a data folder from outside", "judge_journal"};
  riskcluster::faults::Options options;
  app.add_option("--data", options.data, "folder of the journal")->required();
  app.add_option("--market", options.market, "measure every decision again, on this market");
  app.add_option("--instruments", options.instruments);
  app.add_option("--signals", options.signals, "what was asked, a batch a line");
  app.add_option("--live", options.live_pct, "prices came from feeds, at most so many percent from the last close");
  app.add_option("--limits", options.limits, "multiply every limit by this: below 1 there must be findings");
  app.add_option("--dump", options.dump, "write every decision, output and fact to this file");
  CLI11_PARSE(app, argc, argv);
  return riskcluster::faults::judge(options);
}
