#pragma once
// What a run is given besides its signals: read once, checked, and complained about entry by entry.

#include <map>
#include <string>
#include <vector>

#include "market/price_history.hpp"
#include "tenant/command.hpp"
#include "tenant/setup.hpp"

namespace riskcluster {

/// Where complaints go, counted. A bad entry costs itself, not the run.
class Complaints {
public:
  virtual ~Complaints() = default;
  virtual void complain(const std::string& message) = 0;
};

struct InputPaths {
  std::string market;      ///< empty: no closes
  std::string tenants;     ///< empty: none
  std::string companies;   ///< empty: none
  std::string instruments; ///< empty: the built-in FX pairs
  std::string commands;    ///< empty: none
};

struct Inputs {
  PriceHistory history;
  InstrumentTable instruments;
  std::vector<TenantSetup> tenants;
  std::map<CompanyId, CompanySetup> companies;
  std::vector<PortfolioUpdate> commands; ///< by at_ms; file order within one
};

/// Adds the entries of an instruments file; an empty path adds nothing.
Result<bool> read_instruments(const std::string& path, InstrumentTable& table, Complaints& complaints);

/// An error when a file cannot be read at all, or a price is bad: prices are never guessed.
Result<Inputs> read_inputs(const InputPaths& paths, Complaints& complaints);

} // namespace riskcluster
