// Writes first inputs for the fuzz targets: fuzz_seeds SAMPLE_FOLDER CORPUS_FOLDER

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/check.hpp"
#include "messages/codec_journal.hpp"
#include "messages/codec_market.hpp"
#include "messages/codec_trading.hpp"

using namespace riskcluster;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& folder, std::size_t number, const std::string& bytes) {
  fs::create_directories(folder);
  std::ofstream{folder / ("seed" + std::to_string(number)), std::ios::binary} << bytes;
}

std::string text_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void write_events(const fs::path& folder) {
  TenantOpened opened;
  opened.id = {CompanyId{"acme"}, UserId{"ann"}};
  opened.positions = {{Symbol{"EURUSD"}, -1000, 1.1}};
  opened.trade_statistics = {{StrategyId{"trend"}, Symbol{"EURUSD"}, 3, 1, 40, 5, {10, -5}}};
  opened.limits.allowed_instruments.emplace();
  opened.limits.banned_strategy_types = {StrategyType::scalping};
  BatchDecided batch;
  batch.batch_id = BatchId{"b1"};
  batch.signals = {{.signal_id = SignalId{"s1"}, .symbol = Symbol{"EURUSD"}, .approved = true, .opening_quantity = 5}};
  batch.marks = {{Symbol{"EURUSD"}, 1.1}};
  batch.fx_rates = {{Currency{"EUR"}, 1.1}};
  batch.answer = "bytes";
  const TenantEvent events[] = {{1, opened},
                                {2, batch},
                                {3, FillApplied{.execution_id = ExecutionId{"e1"}, .quantity = 5, .price = 1.1}},
                                {4, AccountChanged{.update_id = "u1", .balance = 5.0}},
                                {5, ReservationExpired{SignalId{"s1"}}}};
  for (std::size_t i = 0; i < std::size(events); ++i) write(folder, i, encode_event(events[i]));
}

void write_market_data(const fs::path& folder) {
  const Tick tick{Symbol{"EURUSD"}, 1.09, 1.11, 1.1, 1'793'000'000'000, SourceId{"main"}};
  const Bar bar{.symbol = Symbol{"US30"}, .date = {20'777}, .high = 2, .low = 1, .close = 1.5, .volume = 7};
  const FeedMemory memory{tick.symbol, LastTick{1.1, tick.at, tick.source}, {{{20'776}, 1.1}, {{20'777}, 1.2}}};
  const std::string inputs[] = {encode_tick_bytes(tick), encode_tick_json(tick), encode_bar_bytes(bar),
                                encode_bar_json(bar), encode_feed_memory(memory)};
  for (std::size_t i = 0; i < std::size(inputs); ++i) write(folder, i, inputs[i]);
}

/// With the byte before them by which fuzz_input chooses.
void write_inputs(const fs::path& folder) {
  const auto how = [](unsigned json, unsigned envelope, unsigned kind) {
    return std::string(1, static_cast<char>((1 - json) + 2 * envelope + 4 * kind));
  };
  const std::string batch =
      R"({"batch_id":"b1","company_id":"acme","user_id":"ann","trading_signals":[{"signal_id":"s1","symbol":"EURUSD",)"
      R"("side":"BUY","strategy_id":"trend","strategy_type":"MOMENTUM","confidence":0.5}],"correlation_id":"c1"})";
  const std::string fill =
      R"({"company_id":"acme","user_id":"ann","execution_report":{"execution_id":"x1","signal_id":"s1","symbol":"EURUSD",)"
      R"("side":"BUY","status":"FILLED","quantity":5,"price":1.1,"source":"venue","sequence":"1","at_ms":"5"}})";
  const std::string inputs[] = {
      how(1, 0, 0) + batch,
      how(1, 0, 1) + fill,
      how(1, 0, 2) +
          R"({"command_id":"c1","actor":"olga","reason":"drill","expected_version":"1","halt":{"symbol":"EURUSD"}})",
      how(1, 0, 2) +
          R"({"command_id":"c2","actor":"olga","reason":"r","limits":{"limits":{"max_daily_var":5},"clear":["max_positions"]}})",
      how(0, 0, 0) + encode_batch_bytes(*decode_batch_json(batch)),
      how(1, 1, 0) +
          R"({"message_type":"trading_signals","company_id":"acme","user_id":"ann","payload":"CgJiMQ==","sequence":"4"})",
  };
  for (std::size_t i = 0; i < std::size(inputs); ++i) write(folder, i, inputs[i]);
}

} // namespace

int main(int count, char** arguments) {
  check(count == 3, "usage: fuzz_seeds SAMPLE_FOLDER CORPUS_FOLDER");
  const fs::path sample{arguments[1]};
  const fs::path corpus{arguments[2]};
  write_events(corpus / "event_bytes");
  write_market_data(corpus / "market_data");
  write_inputs(corpus / "input");
  std::ifstream lines{sample / "signals.jsonl"};
  std::string line;
  for (std::size_t i = 0; i < 400 && std::getline(lines, line); ++i) {
    write(corpus / "batch_json", i, line);
    if (const auto batch = decode_batch_json(line)) write(corpus / "batch_bytes", i, encode_batch_bytes(*batch));
  }
  std::size_t number = 0;
  for (const char* file : {"tenants.json", "companies.json", "instruments.json"}) {
    // Three lengths of each, because the target chooses its decoder by the length.
    const auto text = text_of(sample / file).substr(0, 4'000);
    for (const char* space : {"", " ", "  "}) write(corpus / "setups_json", number++, space + text);
  }
  write(corpus / "price_csv", 0, "date,EURUSD,US30\n2024-03-28,1.08,\n3/29/2024,1.079,39807\n");
  write(corpus / "price_csv", 1, "Date,Open,Close\n2024-03-28,1.08,1.09\n2024-04-01,1.08,1.07\n");
  return 0;
}
