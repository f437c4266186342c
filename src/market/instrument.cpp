#include "market/instrument.hpp"

#include <algorithm>
#include <cmath>

namespace riskcluster {

namespace {

constexpr std::array<std::string_view, asset_class_count> class_names = {"UNSPECIFIED", "FX",     "INDEX",
                                                                         "COMMODITY",   "EQUITY", "CRYPTO"};

// Currencies that are traded as spot pairs; ISO 4217, sorted.
constexpr std::array<std::string_view, 38> currencies = {
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNH", "CNY", "COP", "CZK", "DKK",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NOK",
    "NZD", "PEN", "PHP", "PLN", "RON", "SAR", "SEK", "SGD", "THB", "TRY", "USD", "ZAR"};
static_assert(std::is_sorted(currencies.begin(), currencies.end()));

Instrument built_in_pair(const Symbol& symbol) {
  Instrument pair;
  pair.symbol = symbol;
  pair.asset_class = AssetClass::fx;
  pair.base = Currency{symbol.value.substr(0, 3)};
  pair.quote = Currency{symbol.value.substr(3)};
  return pair;
}

bool positive(double value) { return value >= 1e-9 && value <= 1e9; }

} // namespace

std::string_view name(AssetClass asset_class) { return class_names[static_cast<std::size_t>(asset_class)]; }

std::optional<AssetClass> asset_class_named(std::string_view text) {
  for (std::size_t i = 1; i < class_names.size(); ++i)
    if (class_names[i] == text) return static_cast<AssetClass>(i);
  return std::nullopt;
}

bool is_currency(std::string_view code) { return std::binary_search(currencies.begin(), currencies.end(), code); }

std::vector<std::string> complete(Instrument& instrument) {
  std::vector<std::string> faults;
  const auto require = [&](bool holds, std::string what) {
    if (!holds) faults.push_back(std::move(what));
  };
  require(is_valid_id(instrument.symbol.value), "symbol: not a valid id: '" + instrument.symbol.value + "'");
  require(instrument.asset_class != AssetClass::unspecified,
          "asset_class: must be FX, INDEX, COMMODITY, EQUITY or CRYPTO");
  require(is_valid_id(instrument.quote.value), "quote: the currency of the price is missing");
  const bool fx = instrument.asset_class == AssetClass::fx;
  require(!fx || is_valid_id(instrument.base.value), "base: an FX pair needs its base currency");
  require(!fx || instrument.base != instrument.quote, "base and quote are the same currency");
  require(positive(instrument.contract_size), "contract_size: must be > 0, at most 1e9");
  require(positive(instrument.lot_step), "lot_step: must be > 0, at most 1e9");
  require(std::isfinite(instrument.min_quantity) && instrument.min_quantity >= 0, "min_quantity: must be >= 0");
  require(!instrument.leverage || (positive(*instrument.leverage) && *instrument.leverage >= 1),
          "leverage: must be >= 1, at most 1e9");
  instrument.trading_hours.clear();
  for (const auto& text : instrument.trading_hours_text) {
    if (const auto session = parse_session(text))
      instrument.trading_hours.push_back(*session);
    else
      faults.push_back("trading_hours: '" + text + "' is not like 'Mon-Fri 09:30-16:00'");
  }
  return faults;
}

void InstrumentTable::add(Instrument instrument) {
  const Symbol symbol = instrument.symbol;
  entries_.insert_or_assign(symbol, std::move(instrument));
}

std::optional<Instrument> InstrumentTable::find(const Symbol& symbol) const {
  if (const auto entry = entries_.find(symbol); entry != entries_.end()) return entry->second;
  const std::string_view text = symbol.value;
  if (text.size() == 6 && is_currency(text.substr(0, 3)) && is_currency(text.substr(3)) &&
      text.substr(0, 3) != text.substr(3))
    return built_in_pair(symbol);
  return std::nullopt;
}

} // namespace riskcluster
