// Tenants, companies and instruments as people write them.

#include <fstream>
#include <iterator>

#include <doctest/doctest.h>
#include <google/protobuf/util/json_util.h>

#include "messages/codec_portfolio.hpp"
#include "messages/random_wire.hpp"
#include "portfolio/portfolio_data.pb.h"
#include "support/skip.hpp"

using namespace riskcluster;
using riskcluster::test::RandomWire;

namespace {

const std::string tenant_json =
    R"({"company_id":"acme","user_id":"ann","tier":"PRO","account":{"currency":"USD","balance":50000},)"
    R"("positions":[{"symbol":"EURUSD","quantity":-1000,"average_price":1.1,"current_price":1.2}],)"
    R"("limits":{"max_positions":5,"max_class_leverage":{"FX":10,"CRYPTO":2},"max_drawdown_pct":{"1d":3,"inception":20},)"
    R"("risk_tolerance":"MODERATE","banned_strategy_types":["SCALPING"],"banned_strategies":["carry-one"]},)"
    R"("strategies":["trend"],"trade_statistics":[{"strategy_id":"trend","symbol":"EURUSD","wins":3,"losses":1,)"
    R"("sum_win":40,"sum_loss":5,"last_30_pnl":36}],"denied_instruments":["XAUUSD"],)"
    R"("contacts":[{"channel":"mail","address":"a@b.example","min_priority":"HIGH"}]})";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::optional<double> limit(const LimitSettings& limits, LimitId id) { return limits.values[id]; }

std::string text_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

TEST_CASE("a tenant's setup is read field by field") {
  const auto entries = decode_tenants_json("[" + tenant_json + "]");
  REQUIRE(entries.size() == 1);
  REQUIRE(entries[0]);
  const auto& setup = *entries[0];
  CHECK(setup.id.text() == "acme/ann");
  CHECK(setup.tier == SubscriptionTier::pro);
  CHECK(setup.currency == Currency{"USD"});
  CHECK(setup.balance == 50'000);
  CHECK(setup.positions == std::vector<Position>{{Symbol{"EURUSD"}, -1000, 1.1}});
  CHECK(limit(setup.limits, LimitId::max_positions) == 5);
  CHECK(limit(setup.limits, LimitId::max_class_leverage_fx) == 10);
  CHECK(limit(setup.limits, LimitId::max_class_leverage_crypto) == 2);
  CHECK_FALSE(limit(setup.limits, LimitId::max_class_leverage_index));
  CHECK(limit(setup.limits, LimitId::max_drawdown_1d_pct) == 3);
  CHECK(limit(setup.limits, LimitId::max_drawdown_inception_pct) == 20);
  CHECK_FALSE(limit(setup.limits, LimitId::max_drawdown_7d_pct));
  CHECK(setup.limits.tolerance == RiskTolerance::moderate);
  CHECK(setup.limits.banned_strategy_types == std::vector{StrategyType::scalping});
  CHECK(setup.limits.banned_strategies == std::vector{StrategyId{"carry-one"}});
  CHECK(setup.strategies == std::vector{StrategyId{"trend"}});
  REQUIRE(setup.trade_statistics.size() == 1);
  CHECK(setup.trade_statistics[0].recent_pnl == std::vector<double>(4, 9.0)); // 36 over 3 + 1 trades
  CHECK(setup.allowed_instruments.empty());
  CHECK(setup.denied_instruments == std::vector{Symbol{"XAUUSD"}});
  CHECK(faults_of(setup, InstrumentTable{}).empty());
}

TEST_CASE("a bad setup is an error that names entry and field; the others stand") {
  const struct {
    const char* from;
    const char* to;
    const char* fault;
  } cases[] = {
      {R"("user_id":"ann")", R"("user_id":7)", "[1] user_id: not a string: 7"},
      {R"("user_id":"ann")", R"("user":"ann")", "[1] user: unknown field"},
      {R"("tier":"PRO")", R"("tier":"GOLD")", "[1] tier: not one of FREE, PRO, ENTERPRISE: \"GOLD\""},
      {R"("tier":"PRO")", R"("tier":9)", "[1] tier: unknown enum number 9"},
      {R"("balance":50000)", R"("balance":NaN)", "[1] account.balance: not a finite number: NaN"},
      {R"("balance":50000)", R"("balance":"Infinity")", "[1] account.balance: not a finite number"},
      {R"("quantity":-1000)", R"("quantity":"x")", "[1] positions[0].quantity: not a finite number: \"x\""},
      {R"("quantity":-1000)", R"("quantity":"NaN")", "[1] positions[0].quantity: not a finite number"},
      {R"("max_positions":5)", R"("max_positions":"many")", "[1] limits.max_positions: not a finite number: \"many\""},
      {R"("max_positions":5)", R"("max_positions":"NaN")", "[1] limits.max_positions: not a finite number"},
      {R"("max_positions":5)", R"("max_posits":5)", "[1] limits.max_posits: unknown field"},
      {R"("max_positions":5)", R"("max_positions":5,"max_positions":6)", "[1] limits.max_positions: is there twice"},
      {R"("FX":10)", R"("METAL":10)", "[1] limits.max_class_leverage.METAL: the keys are FX, INDEX,"},
      {R"("FX":10)", R"("fx":10)", "[1] limits.max_class_leverage.fx: the keys are FX, INDEX,"},
      {R"("FX":10)", R"("FX":"Infinity")", "[1] limits.max_class_leverage.FX: not a finite number"},
      {R"("1d":3)", R"("2d":3)", "[1] limits.max_drawdown_pct.2d: the keys are 1d, 7d, 30d, inception"},
      {R"(["SCALPING"])", R"(["HOPING"])", "[1] limits.banned_strategy_types[0]: unknown type HOPING"},
      {R"("MODERATE")", R"("BRAVE")", "[1] limits.risk_tolerance: not one of CONSERVATIVE, MODERATE, AGGRESSIVE"},
      {R"("wins":3)", R"("wins":-3)", "[1] trade_statistics[0].wins: not a whole number"},
      {R"("last_30_pnl":36)", R"("last_30_pnl":"-Infinity")", "[1] trade_statistics[0].last_30_pnl: not a finite"},
      {R"("strategies":["trend"])", R"("strategies":[null])", "[1] strategies: "},
  };
  for (const auto& [from, to, fault] : cases) {
    const auto shown_value = std::string{to};
    CAPTURE(shown_value);
    const auto entries =
        decode_tenants_json("[" + tenant_json + "," + replaced(tenant_json, from, to) + "," + tenant_json + "]");
    REQUIRE(entries.size() == 3);
    CHECK(entries[0]);
    CHECK(entries[2]);
    REQUIRE_FALSE(entries[1]);
    const auto& said = entries[1].error().message;
    CAPTURE(said);
    CHECK(std::string_view{said}.starts_with(fault));
  }
}

TEST_CASE("a text that is no whole list keeps what it had and says where it ends") {
  const auto cut = decode_tenants_json("[" + tenant_json + "," + tenant_json.substr(0, 50));
  REQUIRE(cut.size() == 2);
  CHECK(cut[0]);
  REQUIRE_FALSE(cut[1]);
  CHECK(std::string_view{cut[1].error().message}.starts_with("after 1 entries: column "));
  for (const char* text : {"", "{}", "7", "[", "[1"}) {
    CAPTURE(std::string{text});
    const auto entries = decode_companies_json(text);
    REQUIRE_FALSE(entries.empty());
    CHECK_FALSE(entries.back());
  }
  CHECK(decode_companies_json("[]").empty());
}

TEST_CASE("every limit of the contract reaches the limit of its name") {
  MESSAGE("seed 20261030");
  RandomWire random{20261030};
  const auto& type = *portfolio::LimitSettings::descriptor();
  for (int round = 0; round < 500; ++round) {
    portfolio::CompanySetup wire;
    random.fill(wire);
    wire.mutable_limits()->clear_banned_strategy_types();
    for (const char* key : {"FX", "INDEX", "COMMODITY", "EQUITY", "CRYPTO"})
      if (random.coin()) (*wire.mutable_limits()->mutable_max_class_leverage())[key] = random.number();
    for (const char* key : {"1d", "7d", "30d", "inception"})
      if (random.coin()) (*wire.mutable_limits()->mutable_max_drawdown_pct())[key] = random.number();
    std::string text;
    REQUIRE(google::protobuf::util::MessageToJsonString(wire, &text).ok());
    const auto entries = decode_companies_json("[" + text + "]");
    REQUIRE(entries.size() == 1);
    if (!entries[0]) FAIL(entries[0].error().message);
    const auto& limits = entries[0]->limits;

    std::size_t expected = wire.limits().max_class_leverage().size() + wire.limits().max_drawdown_pct().size();
    const auto& reflection = *wire.limits().GetReflection();
    for (int i = 0; i < type.field_count(); ++i) {
      const auto* field = type.field(i);
      if (field->is_repeated() || field->name() == "risk_tolerance") continue;
      if (!reflection.HasField(wire.limits(), field)) continue;
      const double value = reflection.GetDouble(wire.limits(), field);
      if (field->name() == "max_company_daily_var") {
        CHECK(limits.max_company_daily_var == value);
        continue;
      }
      ++expected;
      REQUIRE(limit_named(field->name()));
      CHECK(limit(limits, *limit_named(field->name())) == value);
    }
    CHECK(limits.values.all().size() == expected);
    CHECK(entries[0]->trading_hours_restriction ==
          (!wire.has_trading_hours_restriction() || wire.trading_hours_restriction()));
    CHECK(entries[0]->allowed_instruments.size() == static_cast<std::size_t>(wire.allowed_instruments_size()));
  }
}

TEST_CASE("an instrument gets its defaults, and all its faults are told") {
  const auto entries = decode_instruments_json(
      R"([{"symbol":"US30","asset_class":"INDEX","quote":"USD","trading_hours":["Mon-Fri 09:30-16:00"],"leverage":20},)"
      R"({"symbol":"EURUSD","asset_class":"FX","base":"EUR","quote":"USD","lot_step":1000},)"
      R"({"symbol":"SAP","asset_class":"EQUITY","quote":"EUR","settlement":"CASH","contract_size":-1,"lot_step":-1},)"
      R"({"symbol":"SAP","asset_class":"SHARE"},)"
      R"({"symbol":"SAP","asset_class":"EQUITY","quote":"EUR","contract_size":"NaN"}])");
  REQUIRE(entries.size() == 5);
  REQUIRE(entries[0]);
  CHECK(entries[0]->contract_size == 1);
  CHECK(entries[0]->lot_step == 1);
  CHECK(entries[0]->settlement == Settlement::cfd);
  CHECK(entries[0]->leverage == 20);
  CHECK(entries[0]->trading_hours.size() == 1);
  REQUIRE(entries[1]);
  CHECK(entries[1]->settlement == Settlement::unspecified);
  CHECK(entries[1]->lot_step == 1000);
  REQUIRE_FALSE(entries[2]);
  CHECK(entries[2].error().message ==
        "[2] contract_size: must be > 0, at most 1e9; lot_step: must be > 0, at most 1e9");
  REQUIRE_FALSE(entries[3]);
  CHECK(entries[3].error().message == "[3] asset_class: not one of FX, INDEX, COMMODITY, EQUITY, CRYPTO: \"SHARE\"");
  REQUIRE_FALSE(entries[4]);
  CHECK(entries[4].error().message == "[4] contract_size: not a finite number");
}

TEST_CASE("the sample's setups are good") {
  const std::string folder = RISKCLUSTER_SOURCE_DIR "/deploy/sample/";
  const auto tenants = text_of(folder + "tenants.json");
  if (tenants.empty()) return test::skip("deploy/sample is not there");
  InstrumentTable table;
  for (auto& entry : decode_instruments_json(text_of(folder + "instruments.json"))) {
    REQUIRE(entry);
    table.add(*entry);
  }
  for (const auto& entry : decode_companies_json(text_of(folder + "companies.json"))) {
    REQUIRE(entry);
    CHECK(faults_of(*entry).empty());
  }
  const auto entries = decode_tenants_json(tenants);
  CHECK(entries.size() >= 10);
  for (const auto& entry : entries) {
    REQUIRE(entry);
    CHECK(faults_of(*entry, table).empty());
  }
}
