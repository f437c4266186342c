// What makes a setup, a batch or a command unusable, in words that name the field.

#include <cmath>
#include <set>

#include "core/bounds.hpp"
#include "market/instrument.hpp"
#include "tenant/command.hpp"
#include "tenant/setup.hpp"
#include "tenant/signal_batch.hpp"

namespace riskcluster {

namespace {

using Faults = std::vector<std::string>;

std::string quoted(const std::string& text) { return "'" + text + "'"; }

void require_id(Faults& faults, const std::string& field, const std::string& value) {
  if (!is_valid_id(value)) faults.push_back(field + ": " + quoted(value) + " is not a valid id");
}

template <class T>
void require_ids(Faults& faults, const std::string& field, const std::vector<T>& ids) {
  for (std::size_t i = 0; i < ids.size(); ++i) require_id(faults, field + "[" + std::to_string(i) + "]", ids[i].value);
}

/// What a limit may be; all are finite and >= 0.
std::string limit_fault(LimitId id, double value) {
  if (!std::isfinite(value)) return "must be a number";
  switch (id) {
  case LimitId::max_correlation:
    return value >= -1 && value <= 1 ? "" : "must be in [-1, 1]";
  case LimitId::kelly_fraction:
  case LimitId::risk_per_trade:
  case LimitId::no_stop_multiplier:
    return value >= 0 && value <= 1 ? "" : "must be in [0, 1]";
  case LimitId::max_class_leverage_fx:
  case LimitId::max_class_leverage_index:
  case LimitId::max_class_leverage_commodity:
  case LimitId::max_class_leverage_equity:
  case LimitId::max_class_leverage_crypto:
  case LimitId::message_burst:
    return value >= 1 ? "" : "must be >= 1";
  default:
    return value >= 0 ? "" : "must be >= 0";
  }
}

void check_limits(Faults& faults, const LimitSettings& limits) {
  for (const auto& [id, value] : limits.values.all())
    if (const auto fault = limit_fault(id, value); !fault.empty())
      faults.push_back("limits." + std::string{name(id)} + ": " + fault);
  if (limits.max_company_daily_var &&
      !(std::isfinite(*limits.max_company_daily_var) && *limits.max_company_daily_var >= 0))
    faults.push_back("limits.max_company_daily_var: must be >= 0");
  require_ids(faults, "limits.banned_strategies", limits.banned_strategies);
}

void check_positions(Faults& faults, const std::vector<Position>& positions, const InstrumentTable& instruments) {
  std::set<Symbol> seen;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const auto& position = positions[i];
    const std::string field = "positions[" + std::to_string(i) + "].";
    if (!instruments.find(position.symbol))
      faults.push_back(field + "symbol: " + quoted(position.symbol.value) + " is not in the instrument table");
    if (!seen.insert(position.symbol).second)
      faults.push_back(field + "symbol: " + position.symbol.value + " is there twice");
    if (!is_quantity(position.quantity) || position.quantity == 0)
      faults.push_back(field + "quantity: must be a number, not 0, at most 1e15 either way");
    if (!is_price(position.average_price)) faults.push_back(field + "average_price: must be > 0, at most 1e12");
  }
}

void check_statistics(Faults& faults, const std::vector<TradeStatistics>& all) {
  std::set<std::pair<StrategyId, Symbol>> seen;
  if (all.size() > 1'024) faults.push_back("trade_statistics: at most 1024 entries");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& entry = all[i];
    const std::string field = "trade_statistics[" + std::to_string(i) + "].";
    require_id(faults, field + "strategy_id", entry.strategy.value);
    require_id(faults, field + "symbol", entry.symbol.value);
    if (!seen.emplace(entry.strategy, entry.symbol).second)
      faults.push_back(field + "strategy_id: this pair is there twice");
    if (!(std::isfinite(entry.sum_win) && entry.sum_win >= 0)) faults.push_back(field + "sum_win: must be >= 0");
    if (!(std::isfinite(entry.sum_loss) && entry.sum_loss >= 0))
      faults.push_back(field + "sum_loss: must be >= 0 (a positive number)");
    for (const double pnl : entry.recent_pnl)
      if (!std::isfinite(pnl)) {
        faults.push_back(field + "last_30_pnl: must be a number");
        break;
      }
  }
}

bool in_range(TimeMs at) { return at >= time_min_ms && at < time_max_ms; }

std::string fault_of(const ExecutionReport& report) {
  if (!is_valid_id(report.execution_id.value)) return "execution_id: not a valid id";
  if (!report.signal_id.empty() && !is_valid_id(report.signal_id.value)) return "signal_id: not a valid id";
  if (!is_valid_id(report.symbol.value)) return "symbol: not a valid id";
  if (report.status == ExecutionStatus::unspecified) return "status: must be named";
  if (!(is_quantity(report.quantity) && report.quantity >= 0)) return "quantity: must be >= 0, at most 1e15";
  if (!is_amount(report.fees)) return "fees: must be a number, at most 1e15 either way";
  if (report.quantity > 0 && report.side == Side::unspecified) return "side: must be BUY or SELL";
  if (report.quantity > 0 && !is_price(report.price)) return "price: must be > 0, at most 1e12";
  if (!(std::isfinite(report.remaining_quantity) && report.remaining_quantity >= 0))
    return "remaining_quantity: must be finite and >= 0";
  return {};
}

std::string fault_of(const AccountUpdate& update) {
  if (!is_valid_id(update.update_id) && update.sequence == 0) return "update_id: needed where there is no sequence";
  if (!update.update_id.empty() && !is_valid_id(update.update_id)) return "update_id: not a valid id";
  if (!update.balance && !update.deposit && !update.withdrawal) return "balance, deposit or withdrawal: one is needed";
  if (update.balance && !is_amount(*update.balance)) return "balance: must be a number, at most 1e15 either way";
  for (const auto& amount : {update.deposit, update.withdrawal})
    if (amount && !(is_amount(*amount) && *amount >= 0)) return "deposit, withdrawal: must be >= 0, at most 1e15";
  return {};
}

std::string fault_of_origin(const SourceId& source, std::uint64_t sequence, TimeMs at, const char* clock) {
  if (!source.empty() && !is_valid_id(source.value)) return "source: " + quoted(source.value) + " is not a valid id";
  if (sequence != 0 && source.empty()) return "source: needed with a sequence";
  if (!in_range(at)) return std::string{clock} + ": not a time in milliseconds since 1970";
  return {};
}

} // namespace

std::vector<std::string> faults_of(const TenantSetup& setup, const InstrumentTable& instruments) {
  Faults faults;
  require_id(faults, "company_id", setup.id.company.value);
  require_id(faults, "user_id", setup.id.user.value);
  if (setup.tier == SubscriptionTier::unspecified) faults.push_back("tier: must be FREE, PRO or ENTERPRISE");
  if (!is_currency(setup.currency.value))
    faults.push_back("account.currency: " + quoted(setup.currency.value) + " is not a known currency");
  if (!is_amount(setup.balance)) faults.push_back("account.balance: must be a number, at most 1e15 either way");
  check_positions(faults, setup.positions, instruments);
  check_limits(faults, setup.limits);
  if (setup.limits.max_company_daily_var) faults.push_back("limits.max_company_daily_var: only a company has one");
  require_ids(faults, "strategies", setup.strategies);
  check_statistics(faults, setup.trade_statistics);
  require_ids(faults, "allowed_instruments", setup.allowed_instruments);
  require_ids(faults, "denied_instruments", setup.denied_instruments);
  return faults;
}

std::vector<std::string> faults_of(const CompanySetup& setup) {
  Faults faults;
  require_id(faults, "company_id", setup.id.value);
  check_limits(faults, setup.limits);
  require_ids(faults, "allowed_instruments", setup.allowed_instruments);
  require_ids(faults, "denied_instruments", setup.denied_instruments);
  return faults;
}

std::vector<std::string> faults_of(const LimitSettings& limits) {
  Faults faults;
  check_limits(faults, limits);
  return faults;
}

std::string fault_of(const Trace& trace) {
  if (trace.correlation_id.size() > correlation_id_length_max) return "correlation_id: too long";
  // It becomes a header of every output: one that cannot be sent would hold up all that come after it.
  if (!is_plain_text(trace.correlation_id)) return "correlation_id: must not hold control characters";
  return {};
}

std::string fault_of(const SignalBatch& batch) {
  if (!is_valid_id(batch.batch_id.value)) return "batch_id: " + quoted(batch.batch_id.value) + " is not a valid id";
  if (batch.is_fan_out()) {
    if (!is_valid_id(batch.strategy_id.value)) return "strategy_id: a batch without company and user needs one";
  } else {
    if (!is_valid_id(batch.company_id.value))
      return "company_id: " + quoted(batch.company_id.value) + " is not a valid id";
    if (!is_valid_id(batch.user_id.value)) return "user_id: " + quoted(batch.user_id.value) + " is not a valid id";
  }
  if (!batch.strategy_id.empty() && !is_valid_id(batch.strategy_id.value))
    return "strategy_id: " + quoted(batch.strategy_id.value) + " is not a valid id";
  if (batch.trading_signals.empty()) return "trading_signals: there is none";
  if (batch.trading_signals.size() > signals_per_batch_max)
    return "trading_signals: more than " + std::to_string(signals_per_batch_max);
  if (auto fault = fault_of(batch.trace()); !fault.empty()) return fault;
  // Without a clock of its own a batch is given one by whoever reads it.
  const TimeMs at = batch.created_at_ms == 0 ? time_min_ms : batch.created_at_ms;
  return fault_of_origin(batch.source, batch.sequence, at, "created_at_ms");
}

std::string id_of(const PortfolioUpdate& update) {
  const auto* report = std::get_if<ExecutionReport>(&update.command);
  return report ? report->execution_id.value : std::get<AccountUpdate>(update.command).update_id;
}

std::string fault_of(const PortfolioUpdate& update) {
  if (!is_valid_id(update.tenant.company.value)) return "company_id: not a valid id";
  if (!is_valid_id(update.tenant.user.value)) return "user_id: not a valid id";
  if (auto fault = fault_of(update.trace); !fault.empty()) return fault;
  return std::visit(
      [](const auto& command) {
        auto fault = fault_of_origin(command.source, command.sequence, command.at_ms, "at_ms");
        return fault.empty() ? fault_of(command) : fault;
      },
      update.command);
}

} // namespace riskcluster
