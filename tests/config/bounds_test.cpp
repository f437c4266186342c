#include <limits>
#include <set>
#include <utility>

#include "config/settings_files.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

constexpr auto int64_max = std::numeric_limits<std::int64_t>::max();
constexpr auto int64_min = std::numeric_limits<std::int64_t>::min();

/// Calls `look` with section, key, member and rule of every setting.
template <class Look>
void each(NodeSettings& settings, Look look) {
  const auto visit_part = [&](std::string_view section, auto& part) {
    each_setting(part, [&](std::string_view key, auto& member, const auto& rule, std::string_view) {
      look(section, key, member, rule);
    });
  };
  each_section(settings, [&]<class... Parts>(std::string_view section, std::string_view, Parts&... parts) {
    if constexpr ((std::is_same_v<Parts, std::optional<NatsSettings>> || ...))
      (visit_part(section, *parts), ...);
    else
      (visit_part(section, parts), ...);
  });
}

/// The faults about the setting itself; at a bound it may clash with another one's default.
std::string own_faults(std::string_view section, std::string_view key, const std::string& value) {
  std::string text;
  for (const auto& fault : parse_settings(one_setting(section, key, value)).faults)
    if (fault.what.starts_with("is ")) text += fault.what;
  return text;
}

template <class T>
constexpr bool is_duration = false;
template <class Rep, class Period>
constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

} // namespace

TEST_CASE("every whole number and every duration is allowed at both ends of its range and not beyond") {
  auto settings = default_with_nats();
  int seen = 0;
  each(settings, [&](auto section, auto key, auto&, const auto& rule) {
    if constexpr (std::is_same_v<std::decay_t<decltype(rule)>, Whole>) {
      ++seen;
      INFO(section, ".", key);
      CHECK(rule.min <= rule.max);
      CHECK(own_faults(section, key, std::to_string(rule.min)) == "");
      CHECK(own_faults(section, key, std::to_string(rule.max)) == "");
      for (const auto value : {rule.min - 1, rule.max + 1}) {
        const auto faults = own_faults(section, key, std::to_string(value));
        CHECK(faults.find("allowed: " + std::to_string(rule.min) + " to " + std::to_string(rule.max)) != faults.npos);
      }
    }
  });
  CHECK(seen >= 40);
}

TEST_CASE("a number beyond 64 bits is refused wherever a number stands, in both directions") {
  auto settings = default_with_nats();
  each(settings, [&](auto section, auto key, auto&, const auto& rule) {
    using Rule = std::decay_t<decltype(rule)>;
    INFO(section, ".", key);
    if constexpr (std::is_same_v<Rule, Whole>) {
      CHECK(rule.max <= whole_max);
      CHECK(rule.min > int64_min);
    }
    if constexpr (std::is_same_v<Rule, Whole> || std::is_same_v<Rule, Decimal>)
      for (const auto* const value : {"99999999999999999999", "-99999999999999999999", "9223372036854775807"}) {
        const auto faults = own_faults(section, key, value);
        CHECK(faults.find("is a number beyond 64 bits; allowed: ") == 0);
      }
  });
}

TEST_CASE("a bound fits the member that it bounds") {
  auto settings = default_with_nats();
  each(settings, [&](auto section, auto key, auto& member, const auto& rule) {
    if constexpr (std::is_same_v<std::decay_t<decltype(rule)>, Whole>) {
      using Member = std::decay_t<decltype(member)>;
      INFO(section, ".", key);
      if constexpr (std::is_integral_v<Member>) {
        CHECK(rule.min >= 0); // so that a wrap-around shows
        CHECK(static_cast<std::int64_t>(static_cast<Member>(rule.max)) == rule.max);
      } else {
        // As long in nanoseconds, in which some clocks count.
        CHECK(rule.max <= int64_max / std::chrono::nanoseconds{typename Member::duration{1}}.count());
      }
    }
  });
}

TEST_CASE("every number with decimals is allowed at both ends of its range and not beyond") {
  auto settings = default_with_nats();
  int seen = 0;
  each(settings, [&](auto section, auto key, auto&, const auto& rule) {
    if constexpr (std::is_same_v<std::decay_t<decltype(rule)>, Decimal>) {
      ++seen;
      INFO(section, ".", key);
      CHECK(own_faults(section, key, toml_text(rule.min)) == "");
      CHECK(own_faults(section, key, toml_text(rule.max)) == "");
      for (const auto& value : {toml_text(rule.min * 0.99), toml_text(rule.max * 1.01), std::string{"nan"},
                                std::string{"inf"}, std::string{"-inf"}, std::string{"1e999"}})
        CHECK(own_faults(section, key, value) != "");
    }
  });
  CHECK(seen == 2);
}

TEST_CASE("every default is allowed") {
  auto settings = default_with_nats();
  for (const auto& row : table_of(settings).rows) CHECK_MESSAGE(row.take(row.value()), row.name());
}

TEST_CASE("a key of a duration ends with its unit, which stands behind its bounds") {
  auto settings = default_with_nats();
  std::set<std::string> durations;
  each(settings, [&](auto section, auto key, auto& member, const auto&) {
    using Member = std::decay_t<decltype(member)>;
    if constexpr (is_duration<Member>) {
      const std::string unit = std::is_same_v<Member, std::chrono::milliseconds> ? "ms"
                               : std::is_same_v<Member, std::chrono::hours>      ? "h"
                                                                                 : "s";
      INFO(section, ".", key);
      CHECK((unit != "s" || std::is_same_v<Member, std::chrono::seconds>));
      CHECK(key.ends_with("_" + unit));
      durations.insert(std::string{section} + "." + std::string{key});
    } else {
      CHECK_FALSE(key.ends_with("_ms"));
      CHECK_FALSE(key.ends_with("_s"));
    }
  });
  CHECK(durations.size() >= 16);
  for (const auto& row : table_of(settings).rows)
    if (durations.contains(row.name()))
      CHECK(row.allowed.substr(row.allowed.rfind(' ') + 1) == row.key.substr(row.key.rfind('_') + 1));
}

TEST_CASE("every key has a member of its own and stands once in its section") {
  auto settings = default_with_nats();
  std::set<const void*> members;
  std::set<std::string> names;
  std::size_t count = 0;
  each(settings, [&](auto section, auto key, auto& member, const auto&) {
    ++count;
    members.insert(&member);
    names.insert(std::string{section} + "." + std::string{key});
  });
  CHECK(members.size() == count);
  CHECK(names.size() == count);
}

TEST_CASE("what the file sets is what that setting becomes, and no other changes") {
  auto changed = default_with_nats();
  std::vector<std::pair<std::string, std::string>> files; // name, the file that sets it to its largest value
  each(changed, [&](auto section, auto key, auto&, const auto& rule) {
    using Rule = std::decay_t<decltype(rule)>;
    std::string value = "\"/etc/x\"";
    if constexpr (std::is_same_v<Rule, Whole>) value = std::to_string(rule.max);
    if constexpr (std::is_same_v<Rule, Decimal>) value = toml_text(rule.max);
    if constexpr (std::is_same_v<Rule, Switch>) value = "false";
    for (const auto* const text : {"debug", "json", "node-1", "::1", "tls://nats:4223"})
      if constexpr (std::is_same_v<Rule, TextRule>)
        if (!rule.fits("/etc/x") && rule.fits(text)) value = toml_text(std::string{text});
    files.emplace_back(std::string{section} + "." + std::string{key}, one_setting(section, key, value));
  });
  for (const auto& entry : files) {
    const auto& [name, file] = entry;
    INFO(entry.second);
    // The other half of a pair, and room above what may not be exceeded.
    std::string more = file;
    if (name == "node.in_flight_per_tenant_max") more += "in_flight_max = 65536\n";
    if (name == "node.egress_grace_ms") more += "stop_grace_ms = 600000\n";
    if (name == "nats.tls_cert_file") more += "tls_key_file = \"k\"\n";
    if (name == "nats.tls_key_file") more += "tls_cert_file = \"c\"\n";
    if (name.starts_with("nats.")) more = "[node]\nin_flight_max = 65536\n" + more;
    auto settings = sound(more);
    if (!settings.nats) settings.nats.emplace();
    auto defaults = default_with_nats();
    const auto rows = table_of(settings).rows, default_rows = table_of(defaults).rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool set =
          more.find("\n" + std::string{rows[i].key} + " = " + toml_text(rows[i].value()) + "\n") != more.npos;
      if (rows[i].name() == name) CHECK(set);
      const bool differs = toml_text(rows[i].value()) != toml_text(default_rows[i].value());
      CHECK_MESSAGE((set || !differs), rows[i].name());
    }
  }
}
