// The setups half of codec_portfolio.hpp: read only.

#include <algorithm>

#include <google/protobuf/descriptor.h>

#include "market/market_data.pb.h"
#include "messages/codec_fields.hpp"
#include "messages/codec_portfolio.hpp"
#include "messages/codec_trading.hpp"
#include "messages/codec_wire.hpp"
#include "portfolio/portfolio_data.pb.h"
// behind the generated header that it reads
#include "messages/limit_settings_fields.hpp"

namespace riskcluster {

namespace {

using Tier = common::UserContext;

static_assert(static_cast<int>(SubscriptionTier::free) == Tier::FREE);
static_assert(static_cast<int>(SubscriptionTier::pro) == Tier::PRO);
static_assert(static_cast<int>(AssetClass::fx) == market::Instrument::FX);
static_assert(static_cast<int>(AssetClass::index) == market::Instrument::INDEX);
static_assert(static_cast<int>(AssetClass::commodity) == market::Instrument::COMMODITY);
static_assert(static_cast<int>(AssetClass::equity) == market::Instrument::EQUITY);
static_assert(static_cast<int>(Settlement::cash) == market::Instrument::CASH);

template <class V>
void fields(V& v, Position& d, Wire<V, portfolio::PortfolioPosition>& p) {
  FIELD(symbol);
  FIELD(quantity);
  FIELD(average_price);
}

template <class V>
void fields(V& v, TradeStatistics& d, Wire<V, portfolio::TradeStatistics>& p) {
  FIELD_AS(strategy_id, d.strategy);
  FIELD(symbol);
  FIELD(wins);
  FIELD(losses);
  FIELD(sum_win);
  FIELD(sum_loss);
  double last_30_pnl = 0;
  FIELD_AS(last_30_pnl, last_30_pnl);
  seed_recent(d, last_30_pnl);
}

struct Account {
  Currency& currency;
  double& balance;
};

template <class V>
void fields(V& v, Account& d, Wire<V, portfolio::AccountMetrics>& p) {
  FIELD(currency);
  FIELD(balance);
}

template <class V>
void fields(V& v, TenantSetup& d, Wire<V, portfolio::TenantSetup>& p) {
  FIELD_AS(company_id, d.id.company);
  FIELD_AS(user_id, d.id.user);
  FIELD_ENUM(tier, Tier::SubscriptionTier_MAX, SubscriptionTier::enterprise);
  Account account{d.currency, d.balance};
  v.message(
      "account", account, [&]() -> auto& { return p.account(); }, FIELD_EACH);
  FIELD_LIST(positions);
  FIELD_MESSAGE(limits);
  FIELD_VALUES(strategies);
  FIELD_LIST(trade_statistics);
  FIELD_VALUES(allowed_instruments);
  FIELD_VALUES(denied_instruments);
}

template <class V>
void fields(V& v, CompanySetup& d, Wire<V, portfolio::CompanySetup>& p) {
  FIELD_AS(company_id, d.id);
  FIELD_MESSAGE(limits);
  FIELD_VALUES(allowed_instruments);
  FIELD_VALUES(denied_instruments);
  if (p.has_trading_hours_restriction()) FIELD(trading_hours_restriction);
}

template <class V>
void fields(V& v, Instrument& d, Wire<V, market::Instrument>& p) {
  FIELD(symbol);
  FIELD_ENUM(asset_class, market::Instrument::AssetClass_MAX, AssetClass::crypto);
  FIELD(sector);
  FIELD(base);
  FIELD(quote);
  if (p.contract_size() != 0) FIELD(contract_size);
  if (p.lot_step() != 0) FIELD(lot_step);
  FIELD(min_quantity);
  FIELD_ENUM(settlement, market::Instrument::Settlement_MAX, Settlement::cfd);
  FIELD_OPTIONAL(leverage);
  FIELD_VALUES_AS(trading_hours, d.trading_hours_text);
  FIELD(time_zone);
  FIELD(major_index);
}

/// What is wrong with a decoded entry by itself; setups are judged elsewhere.
template <class Setup>
std::string finish(Setup&) {
  return {};
}
std::string finish(Instrument& instrument) {
  if (instrument.settlement == Settlement::unspecified && instrument.asset_class != AssetClass::fx)
    instrument.settlement = Settlement::cfd;
  std::string all;
  for (const auto& fault : complete(instrument)) all += (all.empty() ? "" : "; ") + fault;
  return all;
}

template <class Setup, class WireSetup>
Result<Setup> decode_entry(std::string_view text, const std::string& place) {
  WireSetup wire;
  Setup setup;
  auto fault = parse_json(text, message_bytes_max, wire);
  if (fault.empty()) {
    Decoder decoder{fault};
    fields(decoder, setup, wire);
  }
  if (fault.empty()) fault = finish(setup);
  if (!fault.empty()) return malformed(place + fault);
  return setup;
}

template <class Setup, class WireSetup>
std::vector<Result<Setup>> decode_list(std::string_view text) {
  std::vector<Result<Setup>> entries;
  if (text.size() > setups_bytes_max) {
    entries.push_back(malformed("longer than " + std::to_string(setups_bytes_max) + " bytes"));
    return entries;
  }
  const auto list = json_list(text);
  entries.reserve(list.elements.size() + 1);
  for (std::size_t i = 0; i < list.elements.size(); ++i)
    entries.push_back(decode_entry<Setup, WireSetup>(list.elements[i], "[" + std::to_string(i) + "] "));
  if (!list.fault.empty())
    entries.push_back(malformed("after " + std::to_string(list.elements.size()) + " entries: " + list.fault));
  return entries;
}

} // namespace

std::vector<Result<TenantSetup>> decode_tenants_json(std::string_view text) {
  return decode_list<TenantSetup, portfolio::TenantSetup>(text);
}

std::vector<Result<CompanySetup>> decode_companies_json(std::string_view text) {
  return decode_list<CompanySetup, portfolio::CompanySetup>(text);
}

std::vector<Result<Instrument>> decode_instruments_json(std::string_view text) {
  return decode_list<Instrument, market::Instrument>(text);
}

std::vector<std::size_t> setup_lines(std::string_view text) {
  std::vector<std::size_t> lines;
  std::size_t line = 1;
  const char* at = text.data();
  const auto advance_to = [&](const char* to) {
    line += static_cast<std::size_t>(std::count(at, to, '\n'));
    at = to;
    lines.push_back(line);
  };
  for (const auto element : json_list(text).elements) {
    const auto first = element.find_first_not_of(" \t\r\n");
    advance_to(element.data() + (first == std::string_view::npos ? 0 : first));
  }
  advance_to(text.data() + text.size());
  return lines;
}

} // namespace riskcluster
