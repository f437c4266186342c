#include <set>

#include "config/settings_files.hpp"
#include "market/market_model.hpp"
#include "placement/shard_of.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

namespace {

/// Every setting as the file writes it.
std::vector<std::string> values_of(NodeSettings settings) {
  std::vector<std::string> values;
  for (const auto& row : table_of(settings).rows) values.push_back(row.name() + " = " + toml_text(row.value()));
  return values;
}

} // namespace

TEST_CASE("the shipped file is what the node prints, byte for byte") {
  CHECK(text_of_file(RISKCLUSTER_SOURCE_DIR "/deploy/config/riskd.toml") == default_toml());
}

TEST_CASE("the printed defaults are read as the defaults, and give no warning") {
  const auto file = parse_settings(default_toml());
  REQUIRE(said(file.faults) == "");
  CHECK(said(file.warnings) == "");
  CHECK_FALSE(file.settings->nats);
  CHECK(values_of(*file.settings) == values_of(NodeSettings{}));
  NodeSettings defaults;
  CHECK(file.settings_set == table_of(defaults).rows.size());
}

TEST_CASE("with NATS uncommented they are read as its defaults, too") {
  const auto file = parse_settings(full_toml());
  REQUIRE(said(file.faults) == "");
  CHECK(said(file.warnings) == "");
  REQUIRE(file.settings->nats);
  CHECK(values_of(*file.settings) == values_of(default_with_nats()));
  auto defaults = default_with_nats();
  CHECK(file.settings_set == table_of(defaults).rows.size());
}

TEST_CASE("no line of the printed file is wider than 120 columns") {
  std::size_t column = 0, widest = 0;
  for (const char c : default_toml()) {
    column = c == '\n' ? 0 : column + ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U ? 1 : 0);
    widest = std::max(widest, column);
  }
  CHECK(widest <= 120);
  CHECK(widest > 100); // and the width is used
}

TEST_CASE("above every key stand its reason and what is allowed") {
  auto settings = default_with_nats();
  const auto text = full_toml();
  for (const auto& row : table_of(settings).rows) {
    const auto section = text.find("\n[" + std::string{row.section} + "]\n");
    REQUIRE(section != text.npos);
    const auto at = text.find("\n" + std::string{row.key} + " = ", section);
    REQUIRE_MESSAGE(at != text.npos, row.name());
    const auto begin = text.rfind("\n\n", at);
    std::string words;
    for (std::size_t i = begin + 1; i < at; ++i) words += text[i] == '\n' ? ' ' : text[i];
    for (auto mark = words.find("# "); mark != words.npos; mark = words.find("# ")) words.erase(mark, 2);
    CHECK(words == " " + std::string{row.reason} + " Allowed: " + row.allowed + ".");
    CHECK(row.reason.ends_with('.'));
  }
}

TEST_CASE("an empty file is a default node") {
  const auto settings = sound("");
  CHECK(values_of(settings) == values_of(NodeSettings{}));
  CHECK_FALSE(settings.nats);
  const RoadSettings road;
  CHECK(settings.road.retention == road.retention);
  CHECK(settings.road.jobs_max == road.jobs_max);
  CHECK(settings.road.trouble_window == road.trouble_window);
  CHECK_FALSE(settings.road.batch_clock);
  CHECK(settings.road.own_threads);
  CHECK(settings.road.keep_snapshots);
}

TEST_CASE("the cluster's defaults are those of the parts that use them") {
  const ClusterSettings cluster;
  const VarSettings var;
  CHECK(cluster.confidence == var.confidence);
  CHECK(cluster.horizon_days == var.horizon_days);
  CHECK(cluster.monte_carlo_paths == var.paths);
  CHECK(cluster.shard_count == shard_count_default);
  CHECK(cluster.retention == RoadSettings{}.retention);
}

TEST_CASE("no greater confidence is allowed than the returns of a year have a value at risk for") {
  ClusterSettings cluster;
  each_setting(cluster, [](std::string_view key, auto&, const auto& rule, std::string_view) {
    if constexpr (std::is_same_v<std::decay_t<decltype(rule)>, Decimal>) {
      REQUIRE(key == "confidence");
      CHECK(enough_observations(VarSettings{}.window_days, rule.max));
      CHECK_FALSE(enough_observations(VarSettings{}.window_days, rule.max + 0.001));
    }
  });
}

TEST_CASE("by default nobody reaches the node from another machine") {
  const NodeSettings settings;
  CHECK(is_loopback(settings.http.listen));
  CHECK_FALSE(settings.nats);
  CHECK(is_loopback_only(NatsSettings{}.url));
}
