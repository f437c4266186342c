#include "replay/inputs.hpp"

#include <algorithm>
#include <set>

#include "files/market_folder.hpp"
#include "files/text_file.hpp"
#include "files/trading_calendar.hpp"
#include "messages/codec_portfolio.hpp"

namespace riskcluster {

namespace {

/// Complaints about the entries of one setup file, each with its line.
class EntryComplaints {
public:
  EntryComplaints(const std::string& path, std::string_view text, Complaints& complaints)
      : path_{path}, lines_{setup_lines(text)}, complaints_{complaints} {}
  void next() { ++entry_; }
  void complain(const std::string& message) {
    const std::size_t line = lines_[std::min(entry_ - 1, lines_.size() - 1)];
    complaints_.complain(path_ + ":" + std::to_string(line) + ": " + message);
  }

private:
  const std::string& path_;
  std::vector<std::size_t> lines_;
  Complaints& complaints_;
  std::size_t entry_ = 0;
};

Result<bool> read_companies(const std::string& path, std::map<CompanyId, CompanySetup>& companies,
                            Complaints& complaints) {
  if (path.empty()) return true;
  const auto text = read_text(path);
  if (!text) return text.error();
  EntryComplaints place{path, *text, complaints};
  for (auto& entry : decode_companies_json(*text)) {
    place.next();
    if (!entry) {
      place.complain(entry.error().message);
      continue;
    }
    const auto faults = faults_of(*entry);
    for (const auto& fault : faults) place.complain(entry->id.value + ": " + fault);
    if (!faults.empty()) continue;
    const CompanyId id = entry->id;
    if (!companies.emplace(id, std::move(*entry)).second)
      place.complain("company_id: " + id.value + " is there twice; the first one holds");
  }
  return true;
}

Result<bool> read_tenants(const std::string& path, Inputs& inputs, bool companies_known, Complaints& complaints) {
  if (path.empty()) return true;
  const auto text = read_text(path);
  if (!text) return text.error();
  std::set<TenantId> seen;
  EntryComplaints place{path, *text, complaints};
  for (auto& entry : decode_tenants_json(*text)) {
    place.next();
    if (!entry) {
      place.complain(entry.error().message);
      continue;
    }
    auto faults = faults_of(*entry, inputs.instruments);
    // A company whose policy could not be read would leave its users with looser limits than it meant.
    if (companies_known && !inputs.companies.contains(entry->id.company))
      faults.push_back("company_id: " + entry->id.company.value + " is not among the companies");
    for (const auto& fault : faults) place.complain(entry->id.text() + ": " + fault);
    if (!faults.empty()) continue;
    if (!seen.insert(entry->id).second)
      place.complain("user_id: " + entry->id.text() + " is there twice; the first one holds");
    else
      inputs.tenants.push_back(std::move(*entry));
  }
  return true;
}

Result<bool> read_commands(const std::string& path, Inputs& inputs, Complaints& complaints) {
  if (path.empty()) return true;
  std::set<TenantId> known;
  for (const auto& tenant : inputs.tenants) known.insert(tenant.id);
  auto reader = LineReader::open(path);
  if (!reader) return reader.error();
  while (const auto line = reader->next()) {
    if (line->empty()) continue;
    const std::string place = path + ":" + std::to_string(reader->line()) + ": ";
    auto update = decode_update_json(*line);
    if (!update)
      complaints.complain(place + update.error().message);
    else if (!known.contains(update->tenant))
      complaints.complain(place + "user_id: " + update->tenant.text() + " is not among the tenants");
    else
      inputs.commands.push_back(std::move(*update));
  }
  std::stable_sort(inputs.commands.begin(), inputs.commands.end(),
                   [](const PortfolioUpdate& a, const PortfolioUpdate& b) { return a.at_ms() < b.at_ms(); });
  return true;
}

} // namespace

Result<bool> read_instruments(const std::string& path, InstrumentTable& table, Complaints& complaints) {
  if (path.empty()) return true;
  const auto text = read_text(path);
  if (!text) return text.error();
  std::set<Symbol> seen;
  EntryComplaints place{path, *text, complaints};
  for (auto& entry : decode_instruments_json(*text)) {
    place.next();
    if (!entry) {
      place.complain(entry.error().message);
    } else if (!is_time_zone(entry->time_zone)) {
      place.complain(entry->symbol.value + ": time_zone: '" + entry->time_zone + "' is not in the time-zone database");
    } else if (!seen.insert(entry->symbol).second) {
      place.complain("symbol: " + entry->symbol.value + " is there twice; the first one holds");
    } else {
      table.add(std::move(*entry));
    }
  }
  return true;
}

Result<Inputs> read_inputs(const InputPaths& paths, Complaints& complaints) {
  Inputs inputs;
  auto history = paths.market.empty() ? Result<PriceHistory>{PriceHistory{}} : read_market_folder(paths.market);
  if (!history) return history.error();
  inputs.history = std::move(*history);
  if (auto read = read_instruments(paths.instruments, inputs.instruments, complaints); !read) return read.error();
  if (auto read = read_companies(paths.companies, inputs.companies, complaints); !read) return read.error();
  if (auto read = read_tenants(paths.tenants, inputs, !paths.companies.empty(), complaints); !read) return read.error();
  if (auto read = read_commands(paths.commands, inputs, complaints); !read) return read.error();
  return inputs;
}

} // namespace riskcluster
