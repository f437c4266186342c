#pragma once
// Facts about a tenant from the venue and the bank, and how tenants, companies and instruments begin.

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "market/instrument.hpp"
#include "tenant/command.hpp"
#include "tenant/setup.hpp"

namespace riskcluster {

/// One command, judged by fault_of(); errors name the field.
Result<PortfolioUpdate> decode_update_bytes(std::string_view bytes);
Result<PortfolioUpdate> decode_update_json(std::string_view line);
std::string encode_update_bytes(const PortfolioUpdate& update);
std::string encode_update_json(const PortfolioUpdate& update);

std::string encode_update_answer_bytes(const UpdateAnswer& answer);
std::string encode_update_answer_json(const UpdateAnswer& answer);

inline constexpr std::size_t setups_bytes_max = std::size_t{256} << 20; ///< of one file

/// A JSON list of setups, entry by entry: one that cannot be read is an error "[17] limits.max_positions: …", the
/// others stand. A text that is no list, or ends early, has an error as its last entry. What the setups say is judged
/// by faults_of(), which needs more than the text.
/// The line on which each entry of such a text begins, from 1; for an error that is no entry the last line.
std::vector<std::size_t> setup_lines(std::string_view text);

std::vector<Result<TenantSetup>> decode_tenants_json(std::string_view text);
std::vector<Result<CompanySetup>> decode_companies_json(std::string_view text);

/// Complete instruments: an error holds all faults of its entry. Without settlement all but FX are CFDs; contract_size
/// and lot_step are 1 when absent.
std::vector<Result<Instrument>> decode_instruments_json(std::string_view text);

} // namespace riskcluster
