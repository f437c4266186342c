#pragma once
// What one unit of a symbol is: class, currencies, lot, hours.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "market/trading_hours.hpp"

namespace riskcluster {

enum class AssetClass : std::uint8_t { unspecified, fx, index, commodity, equity, crypto };
inline constexpr std::size_t asset_class_count = 6;
std::string_view name(AssetClass asset_class);
std::optional<AssetClass> asset_class_named(std::string_view text);

enum class Settlement : std::uint8_t { unspecified, cash, cfd };

/// quantity = notional / (price x contract_size x fx(quote → account)).
struct Instrument {
  Symbol symbol;
  AssetClass asset_class = AssetClass::unspecified;
  std::string sector; ///< empty: the class
  Currency base;      ///< FX only
  Currency quote;
  double contract_size = 1;
  double lot_step = 1;
  double min_quantity = 0; ///< smallest tradable quantity; 0: one lot_step
  Settlement settlement = Settlement::unspecified;
  std::optional<double> leverage; ///< replaces the class leverage of the limits
  std::vector<std::string> trading_hours_text;
  std::vector<WeeklySession> trading_hours; ///< empty: always open
  std::string time_zone;                    ///< IANA; empty: UTC
  bool major_index = false;

  std::string_view sector_or_class() const { return sector.empty() ? name(asset_class) : std::string_view{sector}; }
};

/// Everything that makes the instrument unusable, one sentence a fault; parses the trading hours. Empty: usable.
std::vector<std::string> complete(Instrument& instrument);

/// True for the ISO 4217 codes that the built-in table knows.
bool is_currency(std::string_view code);

/// The instruments of a node: what was configured, then six-letter FX pairs of known currencies.
class InstrumentTable {
public:
  /// Replaces an entry of the same symbol.
  void add(Instrument instrument);
  /// The entry, or the built-in FX pair, or nothing.
  std::optional<Instrument> find(const Symbol& symbol) const;
  const std::map<Symbol, Instrument>& entries() const { return entries_; }

private:
  std::map<Symbol, Instrument> entries_;
};

} // namespace riskcluster
