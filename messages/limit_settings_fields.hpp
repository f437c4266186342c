#pragma once
// Limits as people write them, in setups and in commands: read only. Private to messages/codec_*.cpp,
// where the generated header of the setups and protobuf's descriptors come before this one.

#include <map>
#include <optional>
#include <string>

#include "messages/codec_fields.hpp"
#include "messages/json_text.hpp"
#include "tenant/setup.hpp"

namespace riskcluster {

using WireLimits = portfolio::LimitSettings;

static_assert(static_cast<int>(RiskTolerance::conservative) == WireLimits::CONSERVATIVE);
static_assert(static_cast<int>(RiskTolerance::moderate) == WireLimits::MODERATE);

inline std::optional<double> finite(Decoder& v, const char* field, double value) {
  std::optional<double> number;
  v.optional(
      field, number, [] { return true; }, [&] { return value; }, 0);
  return number;
}

/// Every optional number of the message is a limit of the same name, or the company's aggregate.
inline void read_numbers(Decoder& v, LimitSettings& d, const WireLimits& p) {
  const auto& type = *p.GetDescriptor();
  const auto& reflection = *p.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const auto* field = type.field(i);
    if (field->is_repeated() || field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_DOUBLE) continue;
    if (!reflection.HasField(p, field)) continue;
    const double value = reflection.GetDouble(p, field);
    const auto id = limit_named(field->name());
    if (!id && field->name() != "max_company_daily_var") v.reject(field->name().c_str(), "not a limit of ours");
    const auto number = finite(v, field->name().c_str(), value);
    if (number && id) d.values.set(*id, *number);
    if (number && !id) d.max_company_daily_var = number;
  }
}

template <class Map, class Find>
void read_keys(Decoder& v, LimitSettings& d, const char* name, const Map& map, const char* known, Find&& find) {
  const std::map<std::string, double> sorted{map.begin(), map.end()}; // the same first fault in every process
  for (const auto& [key, value] : sorted) {
    std::string field = name;
    field.append(".").append(shown(key));
    const std::optional<LimitId> id = find(key);
    if (!id) {
      std::string why = "the keys are ";
      v.reject(field.c_str(), why.append(known));
      return;
    }
    if (const auto number = finite(v, field.c_str(), value)) d.values.set(*id, *number);
  }
}

template <class V>
void fields(V& v, LimitSettings& d, Wire<V, WireLimits>& p) {
  read_numbers(v, d, p);
  read_keys(v, d, "max_class_leverage", p.max_class_leverage(), "FX, INDEX, COMMODITY, EQUITY, CRYPTO",
            [](const std::string& key) -> std::optional<LimitId> {
              const auto asset_class = asset_class_named(key);
              return asset_class ? class_leverage_limit(*asset_class) : std::nullopt;
            });
  read_keys(v, d, "max_drawdown_pct", p.max_drawdown_pct(), "1d, 7d, 30d, inception", [](const std::string& key) {
    std::string limit = "max_drawdown_";
    return limit_named(limit.append(key).append("_pct"));
  });
  FIELD_ENUM_AS(risk_tolerance, d.tolerance, WireLimits::RiskTolerance_MAX, RiskTolerance::aggressive);
  FIELD_VALUES(banned_strategies);
  for (int i = 0; i < p.banned_strategy_types_size(); ++i) {
    const auto type = strategy_type_named(p.banned_strategy_types(i));
    if (!type) return v.reject("banned_strategy_types", "unknown type " + shown(p.banned_strategy_types(i)), i);
    d.banned_strategy_types.push_back(*type);
  }
}

} // namespace riskcluster
