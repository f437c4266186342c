// One bad signal never takes another with it, and every refusal names the field.

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "messages/codec_portfolio.hpp"
#include "messages/codec_trading.hpp"
#include "trading/trading_signals.pb.h"

using namespace riskcluster;

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

bool starts_with(const std::string& text, std::string_view prefix) {
  return std::string_view{text}.starts_with(prefix);
}

std::string signal_json(const std::string& id) {
  return R"({"signal_id":")" + id +
         R"(","symbol":"EURUSD","side":"BUY","strategy_id":"trend","strategy_type":"MOMENTUM","confidence":0.6,)"
         R"("entry_price":1.1,"stop_loss":1.09,"requested_notional":1000,"timestamp_ms":"1793000000000"})";
}

std::string line_with(const std::string& signals) {
  return R"({"batch_id":"b1","company_id":"acme","user_id":"ann","trading_signals":[)" + signals +
         R"(],"correlation_id":"c-1","source":"engine","sequence":"7","created_at_ms":"1793000000000"})";
}

const std::string good_line = line_with(signal_json("s1") + "," + signal_json("s2") + "," + signal_json("s3"));

struct Case {
  const char* from; ///< in the second of three signals
  const char* to;
  const char* fault; ///< begins with
};

} // namespace

TEST_CASE("a bad signal is refused by the name of its field, and its neighbours are untouched") {
  const auto good = decode_batch_json(good_line);
  REQUIRE(good);
  const Case cases[] = {
      {R"("entry_price":1.1)", R"("entry_price":"NaN")", "entry_price: not a finite number"},
      {R"("entry_price":1.1)", R"("entry_price":NaN)", "entry_price: not a finite number: NaN"},
      {R"("entry_price":1.1)", R"("entry_price":-Infinity)", "entry_price: not a finite number: -Infinity"},
      {R"("entry_price":1.1)", R"("entry_price":1e999)", "entry_price: not a finite number: 1e999"},
      {R"("entry_price":1.1)", R"("entry_price":-1.1)", "entry_price: "},
      {R"("entry_price":1.1)", R"("entry_price":0)", "entry_price: "},
      {R"("entry_price":1.1)", R"("entry_price":{})", "entry_price: not a finite number: {}"},
      {R"("entry_price":1.1)", R"("entry_prize":1.1)", "entry_prize: unknown field"},
      {R"("entry_price":1.1)", R"("entry_price":1.1,"entryPrice":1.2)", "entry_price: is there twice"},
      {R"("requested_notional":1000)", R"("requested_notional":"Infinity")", "requested_notional: not a finite number"},
      {R"("requested_notional":1000)", R"("requested_notional":-5)", "requested_notional: "},
      {R"("confidence":0.6)", R"("confidence":"high")", "confidence: not a finite number: \"high\""},
      {R"("confidence":0.6)", R"("confidence":1.5)", "confidence: "},
      {R"("confidence":0.6)", R"("confidence":"NaN")", "confidence: not a finite number"},
      {R"("side":"BUY")", R"("side":"HOLD")", "side: not one of BUY, SELL: \"HOLD\""},
      {R"("side":"BUY")", R"("side":7)", "side: unknown enum number 7"},
      {R"("side":"BUY")", R"("side":-1)", "side: unknown enum number -1"},
      {R"("side":"BUY",)", "", "side: "},
      {R"("strategy_type":"MOMENTUM")", R"("strategy_type":99)", "strategy_type: unknown enum number 99"},
      {R"("signal_id":"s2")", R"("signal_id":"s*")", "signal_id: "},
      {R"("signal_id":"s2")", R"("signal_id":"s.2")", "signal_id: "},
      {R"("signal_id":"s2")", R"("signal_id":"")", "signal_id: "},
      {R"("signal_id":"s2")", R"("signal_id":17)", "signal_id: "},
      {R"("signal_id":"s2")", "\"signal_id\":\"s\xff\"", "signal_id: not a string"},
      {R"("signal_id":"s2")", R"("signal_id":"a123456789012345678901234567890123456789012345678901234567890123")",
       "signal_id: longer than 63"},
      {R"("symbol":"EURUSD")", R"("symbol":">")", "symbol: "},
      {R"("symbol":"EURUSD")", R"("symbol":["EURUSD"])", "symbol: not a string"},
      {R"("timestamp_ms":"1793000000000")", R"("timestamp_ms":"soon")", "timestamp_ms: not a whole number"},
      {R"("timestamp_ms":"1793000000000")", R"("timestamp_ms":1.5)", "timestamp_ms: not a whole number"},
      {R"("timestamp_ms":"1793000000000")", R"("timestamp_ms":99999999999999999999)",
       "timestamp_ms: not a whole number"},
      {R"("timestamp_ms":"1793000000000")", R"("timestamp_ms":1793000000)", "timestamp_ms: "},
      {R"("timestamp_ms":"1793000000000")", R"("reduce_only":"maybe")", "reduce_only: not true or false"},
  };
  for (const auto& [from, to, fault] : cases) {
    const auto shown_value = std::string{to};
    CAPTURE(shown_value);
    const auto batch = decode_batch_json(
        line_with(signal_json("s1") + "," + replaced(signal_json("s2"), from, to) + "," + signal_json("s3")));
    REQUIRE(batch);
    REQUIRE(batch->trading_signals.size() == 3);
    CHECK(batch->trading_signals[0] == good->trading_signals[0]);
    CHECK(batch->trading_signals[2] == good->trading_signals[2]);
    const auto said = fault_of(batch->trading_signals[1]);
    CAPTURE(said);
    CHECK(starts_with(said, fault));
  }
}

TEST_CASE("what stands in a signal's place without being one is a signal with a fault") {
  for (const char* element : {"null", "7", "\"s2\"", "[]", "{}", "{\"signal_id\":{}}", "nonsense"}) {
    CAPTURE(std::string{element});
    const auto batch = decode_batch_json(line_with(signal_json("s1") + "," + element + "," + signal_json("s3")));
    REQUIRE(batch);
    REQUIRE(batch->trading_signals.size() == 3);
    CHECK(fault_of(batch->trading_signals[0]).empty());
    CHECK_FALSE(fault_of(batch->trading_signals[1]).empty());
    CHECK(fault_of(batch->trading_signals[2]).empty());
  }
}

TEST_CASE("a batch that cannot be answered signal by signal is an error that names the field") {
  const std::string signals = signal_json("s1");
  std::string many = signals;
  for (std::size_t i = 0; i < signals_per_batch_max; ++i) many += ",{}";
  const std::pair<std::string, const char*> cases[] = {
      {"", "empty"},
      {"  \t", "empty"},
      {"nonsense", "column 1: not a JSON object"},
      {"[]", "column 1: not a JSON object"},
      {good_line.substr(0, good_line.size() / 2), "column "},
      {good_line + "x", "column "},
      {good_line + good_line, "column "},
      {std::string(2'000'000, '['), "longer than 1048576 bytes"},
      {std::string(500'000, '['), "column 1: not a JSON object"},
      {line_with(std::string(100'000, '[') + std::string(100'000, ']')), ""},
      {replaced(good_line, R"("batch_id":"b1",)", ""), "batch_id: "},
      {replaced(good_line, R"("batch_id":"b1")", R"("batch_id":7)"), "batch_id: "},
      {replaced(good_line, R"("batch_id":"b1")", R"("batch_id":"b.*")"), "batch_id: "},
      {replaced(good_line, R"("batch_id":"b1")", R"("batch_id":"b1","batchId":"b2")"), "batch_id: is there twice"},
      {replaced(good_line, R"("company_id":"acme",)", ""), "company_id: "},
      {replaced(good_line, R"("user_id":"ann")", R"("user_id":"u1.u2")"), "user_id: "},
      {replaced(good_line, R"("user_id":"ann")", R"("user_idea":"ann")"), "user_idea: unknown field"},
      {replaced(good_line, R"("sequence":"7")", R"("sequence":-1)"), "sequence: not a whole number"},
      {replaced(good_line, R"("sequence":"7")", R"("sequence":"many")"), "sequence: not a whole number"},
      {replaced(good_line, R"("created_at_ms":"1793000000000")", R"("created_at_ms":"1793000000")"), "created_at_ms: "},
      {line_with(""), "trading_signals: "},
      {line_with(many), "trading_signals: "},
      {replaced(good_line, R"("correlation_id":"c-1")", R"("trading_signals":[])"), "trading_signals: is there twice"},
      {replaced(line_with(""), "[]", "{}"), "trading_signals: "},
      {replaced(line_with(""), "[]", "null"), "trading_signals: "},
  };
  for (const auto& [line, fault] : cases) {
    const auto shown_value = line.substr(0, 300);
    CAPTURE(shown_value);
    const auto batch = decode_batch_json(line);
    if (*fault == '\0') { // far too deep: only that signal is lost
      REQUIRE(batch);
      CHECK_FALSE(fault_of(batch->trading_signals.at(0)).empty());
      continue;
    }
    REQUIRE_FALSE(batch);
    CAPTURE(batch.error().message);
    CHECK(starts_with(batch.error().message, fault));
  }
}

TEST_CASE("64-bit integers may be strings or numbers, names snake or camel case") {
  const auto good = decode_batch_json(good_line);
  REQUIRE(good);
  const auto number = decode_batch_json(replaced(good_line, R"("sequence":"7")", R"("sequence":7)"));
  REQUIRE(number);
  CHECK(*number == *good);
  const auto camel = decode_batch_json(replaced(good_line, "trading_signals", "tradingSignals"));
  REQUIRE(camel);
  CHECK(*camel == *good);
}

TEST_CASE("in bytes, too, a bad signal stays alone with its fault") {
  const auto good = decode_batch_json(good_line);
  REQUIRE(good);
  trading::TradingSignalBatch wire;
  REQUIRE(wire.ParseFromString(encode_batch_bytes(*good)));
  wire.mutable_trading_signals(0)->set_entry_price(std::numeric_limits<double>::infinity());
  wire.mutable_trading_signals(1)->set_side(static_cast<trading::TradingSignal::Side>(42));
  const auto batch = decode_batch_bytes(wire.SerializeAsString());
  REQUIRE(batch);
  CHECK(fault_of(batch->trading_signals[0]) == "entry_price: not a finite number");
  CHECK(fault_of(batch->trading_signals[1]) == "side: unknown enum number 42");
  CHECK(batch->trading_signals[2] == good->trading_signals[2]);
}

TEST_CASE("a signal with a fault is never written as a good one") {
  const auto batch = decode_batch_json(replaced(good_line, R"("entry_price":1.1)", R"("entry_price":"NaN")"));
  REQUIRE(batch);
  for (const auto& again :
       {decode_batch_bytes(encode_batch_bytes(*batch)), decode_batch_json(encode_batch_json(*batch))}) {
    REQUIRE(again);
    CHECK(again->trading_signals[0].signal_id == SignalId{"s1"});
    CHECK_FALSE(fault_of(again->trading_signals[0]).empty());
    CHECK(again->trading_signals[1] == batch->trading_signals[1]);
  }
}

TEST_CASE("the header of an unreadable line is read as far as it goes") {
  const auto header = batch_header_of(good_line.substr(0, good_line.size() - 30) + "\x01");
  REQUIRE(header);
  CHECK(header->batch_id == BatchId{"b1"});
  CHECK(header->company_id == CompanyId{"acme"});
  CHECK(header->user_id == UserId{"ann"});
  CHECK(header->correlation_id == "c-1");
  CHECK(header->signals == std::vector<SignalId>{SignalId{"s1"}, SignalId{"s2"}, SignalId{"s3"}});

  const auto cut = batch_header_of(good_line.substr(0, good_line.size() / 2));
  REQUIRE(cut);
  CHECK(cut->user_id == UserId{"ann"});
  CHECK(cut->signals.empty());

  const auto dotted = batch_header_of(replaced(good_line, R"("user_id":"ann")", R"("user_id":"u1.u2")"));
  REQUIRE(dotted);
  CHECK(dotted->user_id.empty());
  CHECK(dotted->signals.size() == 3);

  CHECK_FALSE(batch_header_of(replaced(good_line, R"("batch_id":"b1")", R"("batch_id":"b*")")));
  CHECK_FALSE(batch_header_of("nonsense"));
  CHECK_FALSE(batch_header_of(""));
}

TEST_CASE("a bad command is an error that names the field") {
  const std::string line = R"({"company_id":"acme","user_id":"ann","execution_report":{"execution_id":"e1",)"
                           R"("signal_id":"s1","symbol":"EURUSD","side":"BUY","quantity":5,"price":1.1,)"
                           R"("status":"FILLED","at_ms":"1793000000000"}})";
  REQUIRE(decode_update_json(line));
  const Case cases[] = {
      {R"("quantity":5)", R"("quantity":"NaN")", "execution_report.quantity: not a finite number"},
      {R"("quantity":5)", R"("quantity":NaN)", "execution_report.quantity: not a finite number: NaN"},
      {R"("quantity":5)", R"("quantity":-5)", "quantity: "},
      {R"("price":1.1)", R"("price":0)", "price: "},
      {R"("status":"FILLED")", R"("status":"DONE")", "execution_report.status: not one of FILLED"},
      {R"("status":"FILLED")", R"("status":9)", "execution_report.status: unknown enum number 9"},
      {R"("execution_id":"e1")", R"("execution_id":"*")", "execution_id: "},
      {R"("at_ms":"1793000000000")", R"("at":1)", "execution_report.at: unknown field"},
      {R"("company_id":"acme",)", "", "company_id: "},
      {R"("user_id":"ann",)", R"("user_id":"ann","account_update":{},)", ""},
  };
  for (const auto& [from, to, fault] : cases) {
    const auto shown_value = std::string{to};
    CAPTURE(shown_value);
    const auto update = decode_update_json(replaced(line, from, to));
    REQUIRE_FALSE(update);
    CAPTURE(update.error().message);
    CHECK(starts_with(update.error().message, fault));
  }
  const auto none = decode_update_json(R"({"company_id":"acme","user_id":"ann"})");
  REQUIRE_FALSE(none);
  CHECK(none.error().message == "execution_report, account_update: one is needed");
}
