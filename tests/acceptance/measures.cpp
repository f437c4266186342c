#include "acceptance/measures.hpp"

#include <algorithm>
#include <cmath>

#include "risk/value_at_risk.hpp"

namespace riskcluster::acceptance {

namespace {

constexpr double dust = 1e-6;

std::string class_limit(AssetClass asset_class) {
  switch (asset_class) {
  case AssetClass::fx:
    return "max_class_leverage_fx";
  case AssetClass::index:
    return "max_class_leverage_index";
  case AssetClass::commodity:
    return "max_class_leverage_commodity";
  case AssetClass::equity:
    return "max_class_leverage_equity";
  case AssetClass::crypto:
    return "max_class_leverage_crypto";
  case AssetClass::unspecified:
    break;
  }
  return "";
}

bool is_leveraged(AssetClass asset_class) {
  return asset_class == AssetClass::fx || asset_class == AssetClass::index || asset_class == AssetClass::commodity;
}

BookVar var_of(const MarketModel& model, const Eigen::VectorXd& weights) {
  const auto& settings = model.settings;
  const double root = std::sqrt(static_cast<double>(settings.horizon_days));
  const Eigen::VectorXd daily = model.returns * weights;
  Eigen::VectorXd paths = Eigen::VectorXd::Zero(model.scenarios.returns.rows());
  for (Eigen::Index i = 0; i < weights.size(); ++i)
    if (weights[i] != 0) paths += weights[i] * model.scenarios.returns.col(i).cast<double>();
  const double variance = std::max(0.0, weights.dot(model.covariance * weights));
  const auto tail =
      parametric_tail(model.mean.dot(weights), std::sqrt(variance), settings.confidence, settings.horizon_days);
  // The quantile of the paths: the outcome at h and its neighbour, by selection instead of a sort.
  const auto [k, g] = quantile_position(paths.size(), settings.confidence);
  std::nth_element(paths.data(), paths.data() + k, paths.data() + paths.size());
  double quantile = paths[k];
  if (g > 0) quantile += g * (paths.tail(paths.size() - k - 1).minCoeff() - quantile);
  return {root * empirical_tail(daily, settings.confidence).value_at_risk, tail.value_at_risk,
          std::max(0.0, -quantile)};
}

} // namespace

double BookVar::largest() const { return std::max({historical, parametric, monte_carlo}); }
double Line::measure() const { return std::abs(notional()) / leverage; }
bool Line::is_open() const { return std::abs(notional()) > dust; }

ValuedBook::ValuedBook(const Ledger& ledger, const journal::BatchDecided& decided, const MarketView& view)
    : equity{ledger.balance}, ledger_{&ledger}, view_{&view} {
  for (const auto& mark : decided.marks()) marks_[mark.symbol()] = mark.price();
  for (const auto& rate : decided.fx_rates()) rates_[rate.currency()] = rate.rate();
  for (const auto& [symbol, mark] : marks_) add_line(symbol);
  for (const auto& [symbol, held] : ledger.positions) {
    const auto at = lines_.find(symbol);
    if (at == lines_.end()) {
      unpriced.push_back(symbol);
      continue;
    }
    Line& line = at->second;
    const double size = line.terms->instrument.contract_size;
    line.filled = held.quantity;
    line.pnl = held.quantity * (marks_[symbol] - held.average_price) * size * line.quote_rate;
    equity += line.pnl;
  }
  for (const auto& promise : ledger.promises) {
    if (!lines_.contains(promise.symbol)) {
      unpriced.push_back(promise.symbol);
      continue;
    }
    close(promise.symbol, promise.closing);
    open({promise.symbol, promise.opening, promise.price});
  }
  gross_peak_ = gross(); // not of what it was while it was put together
}

Line* ValuedBook::add_line(const std::string& symbol) {
  Line line;
  line.terms = view_->find(Symbol{symbol});
  if (!line.terms) return nullptr;
  const auto& instrument = line.terms->instrument;
  const auto quote = rates_.find(instrument.quote.value);
  const auto base = rates_.find(instrument.base.value);
  const bool fx = instrument.asset_class == AssetClass::fx;
  if (quote == rates_.end() || (fx && base == rates_.end())) return nullptr;
  line.quote_rate = quote->second;
  if (fx) line.base_rate = base->second;
  line.unit = marks_[symbol] * instrument.contract_size * line.quote_rate;
  if (is_leveraged(instrument.asset_class)) {
    const double of_class = ledger_->limit(class_limit(instrument.asset_class));
    line.leverage = std::min(of_class, instrument.leverage.value_or(of_class));
  }
  return &lines_.emplace(symbol, line).first->second;
}

const Line* ValuedBook::find(const std::string& symbol) const {
  const auto at = lines_.find(symbol);
  return at == lines_.end() ? nullptr : &at->second;
}

void ValuedBook::close(const std::string& symbol, double quantity) {
  if (const auto at = lines_.find(symbol); at != lines_.end()) at->second.closing += quantity;
  gross_peak_ = std::max(gross_peak_, gross());
}

void ValuedBook::open(const Trade& trade) {
  Line& line = lines_.at(trade.symbol);
  line.opening += trade.quantity;
  line.opening_notional += trade.quantity * trade.price * line.terms->instrument.contract_size * line.quote_rate;
  gross_peak_ = std::max(gross_peak_, gross());
}

std::string ValuedBook::unmeasurable() const {
  if (!unpriced.empty()) return unpriced.front();
  for (const auto& [symbol, line] : lines_)
    if (line.is_open() && (!line.terms->column || !view_->model().has_var)) return symbol;
  return "";
}

double ValuedBook::gross() const {
  double sum = 0;
  for (const auto& [symbol, line] : lines_) sum += std::abs(line.notional());
  return sum;
}

double ValuedBook::count() const {
  return static_cast<double>(
      std::count_if(lines_.begin(), lines_.end(), [](const auto& entry) { return entry.second.is_open(); }));
}

double ValuedBook::sector(std::string_view name) const {
  double sum = 0;
  for (const auto& [symbol, line] : lines_)
    if (line.terms->instrument.sector_or_class() == name) sum += line.measure();
  return sum;
}

double ValuedBook::asset_class(AssetClass of) const {
  double sum = 0;
  for (const auto& [symbol, line] : lines_)
    if (line.terms->instrument.asset_class == of) sum += std::abs(line.notional());
  return sum;
}

double ValuedBook::currency(const Currency& of) const {
  double net = 0;
  for (const auto& [symbol, line] : lines_) {
    const auto& instrument = line.terms->instrument;
    const double quantity = line.filled + line.closing + line.opening;
    if (instrument.asset_class == AssetClass::fx) {
      if (instrument.base == of) net += quantity * instrument.contract_size * line.base_rate;
      if (instrument.quote == of) net -= line.notional();
    } else if (instrument.quote == of) {
      net += instrument.settlement == Settlement::cfd ? line.pnl : line.notional();
    }
  }
  return std::abs(net);
}

std::vector<Currency> ValuedBook::touched_by(const Line& line) const {
  const auto& instrument = line.terms->instrument;
  std::vector<Currency> touched;
  if (instrument.asset_class == AssetClass::fx)
    touched = {instrument.base, instrument.quote};
  else if (instrument.settlement != Settlement::cfd)
    touched = {instrument.quote};
  std::erase(touched, Currency{ledger_->terms.currency()});
  return touched;
}

double ValuedBook::group(const std::string& symbol, double side, double rho_min) const {
  const auto& model = view_->model();
  const Line& own = lines_.at(symbol);
  double sum = own.measure();
  for (const auto& [other, line] : lines_) {
    if (other == symbol || !line.is_open()) continue;
    const bool crypto = own.terms->instrument.asset_class == AssetClass::crypto ||
                        line.terms->instrument.asset_class == AssetClass::crypto;
    double rho = crypto || own.terms->instrument.asset_class == line.terms->instrument.asset_class ? 1 : 0;
    if (model.has_correlation)
      rho = model.correlation(*own.terms->column, *line.terms->column) * side * (line.notional() > 0 ? 1 : -1);
    if (rho > rho_min) sum += line.measure();
  }
  return sum;
}

BookVar ValuedBook::var() const {
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(view_->model().returns.cols());
  for (const auto& [symbol, line] : lines_)
    if (line.terms->column) weights[*line.terms->column] += line.notional();
  return var_of(view_->model(), weights);
}

std::vector<Measured> ValuedBook::measures(const Trade& trade) const {
  ValuedBook with = *this;
  with.open(trade);
  const Line& line = with.lines_.at(trade.symbol);
  const auto& instrument = line.terms->instrument;
  const double size = std::abs(trade.quantity) * trade.price * instrument.contract_size * line.quote_rate;
  const double side = trade.quantity > 0 ? 1 : -1;
  const double per_cent = 100 / equity;
  std::vector<Measured> all;
  const auto take = [&](const char* control, const std::string& limit, auto&& measure) {
    all.push_back({control, ledger_->limit(limit), measure(*this), measure(with)});
  };
  const auto of_trade = [&](const char* control, const std::string& limit, double value) {
    all.push_back({control, ledger_->limit(limit), 0, value});
  };
  const auto at = [&](const ValuedBook& book) -> const Line& { return book.lines_.at(trade.symbol); };

  // An order that nets out another order to the unit still is an order in its symbol.
  take("max_positions", "max_positions", [](const auto& book) { return book.count(); });
  if (!line.is_open()) all.back().after += 1;
  take("max_position_size", "max_position_size_notional",
       [&](const auto& book) { return std::abs(at(book).notional()); });
  of_trade("order_size", "max_order_size_pct", per_cent * size / line.leverage);
  take("position_concentration", "max_position_concentration_pct",
       [&](const auto& book) { return per_cent * at(book).measure(); });
  take("sector_concentration", "max_sector_concentration_pct",
       [&](const auto& book) { return per_cent * book.sector(instrument.sector_or_class()); });
  for (const auto& touched : touched_by(line)) {
    take("currency_exposure", "max_currency_exposure_pct",
         [&](const auto& book) { return per_cent * book.currency(touched); });
    all.back().limit *= ledger_->limit("max_portfolio_leverage");
  }
  take("portfolio_leverage", "max_portfolio_leverage", [&](const auto& book) { return book.gross() / equity; });
  take("class_leverage", class_limit(instrument.asset_class),
       [&](const auto& book) { return book.asset_class(instrument.asset_class) / equity; });
  take("correlation", "max_correlated_exposure_pct",
       [&](const auto& book) { return per_cent * book.group(trade.symbol, side, ledger_->limit("max_correlation")); });

  Eigen::VectorXd alone = Eigen::VectorXd::Zero(view_->model().returns.cols());
  alone[*line.terms->column] = side * size;
  const double standalone = var_of(view_->model(), alone).largest();
  of_trade("var_per_trade", "max_var_per_trade", standalone);
  all.back().tolerance = float_share * size;
  const double limit = ledger_->limit("max_daily_var");
  const double after = with.var().largest();
  // What the book had before matters, and costs another ten thousand paths, only above the limit.
  all.push_back({"daily_var", limit, after > limit ? var().largest() : 0, after, float_share * with.gross_peak()});
  return all;
}

} // namespace riskcluster::acceptance
