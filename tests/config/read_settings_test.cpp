#include "config/settings_files.hpp"
#include "storage/temporary_folder.hpp"

using namespace riskcluster;
using namespace riskcluster::test;

TEST_CASE("what stands in the file is what the node gets") {
  const auto settings = sound(R"(
[node]
data = "/srv/riskd"
signals = "-"
stop_grace_ms = 20000
workers = 2
snapshot_after_s = 60
egress_tick_ms = 50
[cluster]
retention_h = 48
confidence = 0.99
monte_carlo_paths = 0x4e20
[market]
tick_jump_max_pct = 20
breaker_cool_down_s = 1_0
[nats]
url = "tls://[::1]:4223"
jetstream = false
ack_wait_s = 5
[http]
listen = "::1"
port = 0
[log]
level = "warn"
[dead_letters]
first_bytes_max = 0
)");
  CHECK(settings.run.data == "/srv/riskd");
  CHECK(settings.run.signals == "-");
  CHECK(settings.run.stop_grace == std::chrono::seconds{20});
  CHECK(settings.road.workers == 2);
  CHECK(settings.road.snapshot_after == std::chrono::minutes{1});
  CHECK(settings.road.egress_tick == std::chrono::milliseconds{50});
  CHECK(settings.cluster.retention == std::chrono::hours{48});
  CHECK(settings.road.retention == std::chrono::hours{48});
  CHECK(settings.cluster.confidence == 0.99);
  CHECK(settings.cluster.monte_carlo_paths == 20'000);
  CHECK(settings.market.tick_jump_max_pct == 20);
  CHECK(settings.market.breaker_cool_down == std::chrono::seconds{10});
  REQUIRE(settings.nats);
  CHECK(settings.nats->url == "tls://[::1]:4223");
  CHECK_FALSE(settings.nats->jetstream);
  CHECK(settings.nats->ack_wait == std::chrono::seconds{5});
  CHECK(settings.http.listen == "::1");
  CHECK(settings.http.port == 0);
  CHECK(settings.log.level == "warn");
  CHECK(settings.dead_letters.first_bytes_max == 0);
}

TEST_CASE("there is NATS when the file has its section, however empty") {
  CHECK_FALSE(sound("[node]\n").nats);
  CHECK(sound("[nats]\n").nats);
  CHECK(sound("nats = {}\n").nats);
  CHECK(sound("nats.name = \"n\"\n").nats->name == "n");
}

TEST_CASE("every kind of fault says where, what is wrong and what is allowed") {
  struct Row {
    std::string toml, faults;
  };
  const std::vector<Row> rows{
      // Names.
      {"[market]\nviev_interval_ms = 1\n", "2: market.viev_interval_ms: no such key; did you mean view_interval_ms?\n"},
      {"[node]\negress_tick = 1\n", "2: node.egress_tick: no such key; did you mean egress_tick_ms?\n"},
      {"[http]\nurl = 1\n", "2: http.url: no such key; it belongs to [nats]\n"},
      {"[http]\nzebra = 1\n", "2: http.zebra: no such key; `riskd config default` names all\n"},
      {"[marked]\nx = 1\n", "1: marked: no such section; did you mean [market]?\n"},
      {"[dead-letters]\n", "1: dead-letters: no such section; did you mean [dead_letters]?\n"},
      {"[zebra]\nworkers = 1\n", "1: zebra: no such section; `riskd config default` names all\n"},
      {"port = 1\n", "1: port: stands outside any section; it belongs to [http]\n"},
      {"zebra = 1\n", "1: zebra: stands outside any section; `riskd config default` names all\n"},
      {"http = 8005\n", "1: http: is 8005; allowed: one section [http]\n"},
      {"[[http]]\nport = 1\n", "1: http: is a list; allowed: one section [http]\n"},
      {"[node.workers]\n", "1: node.workers: is a table; allowed: 0 to 64 workers\n"},
      {"[node.more]\nx = 1\n", "1: node.more: no such key; `riskd config default` names all\n"},
      // Types.
      {"[node]\nworkers = \"2\"\n", "2: node.workers: is a text; allowed: 0 to 64 workers\n"},
      {"[node]\nworkers = 2.0\n", "2: node.workers: is 2.0; allowed: 0 to 64 workers\n"},
      {"[node]\nworkers = true\n", "2: node.workers: is true; allowed: 0 to 64 workers\n"},
      {"[node]\nworkers = [2]\n", "2: node.workers: is a list; allowed: 0 to 64 workers\n"},
      {"[node]\nworkers = 2026-11-20\n", "2: node.workers: is a date or a time; allowed: 0 to 64 workers\n"},
      {"[node]\nsleep_after_s = \"10 min\"\n", "2: node.sleep_after_s: is a text; allowed: 1 to 86400 s\n"},
      {"[nats]\njetstream = 1\n", "2: nats.jetstream: is 1; allowed: true or false\n"},
      {"[nats]\njetstream = \"true\"\n", "2: nats.jetstream: is a text; allowed: true or false\n"},
      {"[cluster]\nconfidence = \"0.95\"\n", "2: cluster.confidence: is a text; allowed: 0.5 to 0.996\n"},
      {"[http]\nlisten = 127\n", "2: http.listen: is 127; allowed: an IPv4 or IPv6 address\n"},
      // Bounds.
      {"[cluster]\nshard_count = 0\n", "2: cluster.shard_count: is 0; allowed: 1 to 256 shards\n"},
      {"[cluster]\nconfidence = 95\n", "2: cluster.confidence: is 95; allowed: 0.5 to 0.996\n"},
      {"[cluster]\nconfidence = nan\n", "2: cluster.confidence: is nan; allowed: 0.5 to 0.996\n"},
      {"[cluster]\nretention_h = 99999999999999999999\n",
       "2: cluster.retention_h: is a number beyond 64 bits; allowed: 1 to 8760 h\n"},
      {"[http]\nport = 65536\n", "2: http.port: is 65536; allowed: 0 to 65535\n"},
      {"[http]\nlisten = \"localhost\"\n", "2: http.listen: is another text; allowed: an IPv4 or IPv6 address\n"},
      {"[log]\nlevel = \"verbose\"\n", "2: log.level: is another text; allowed: debug, info, warn or error\n"},
      {"[log]\nformat = \"JSON\"\n", "2: log.format: is another text; allowed: human or json\n"},
      {"[node]\ndata = \"\"\n", "2: node.data: is another text; allowed: a path\n"},
      {"[node]\nmarket = \"a\\u001bb\"\n", "2: node.market: is another text; allowed: a path, or empty\n"},
  };
  for (const auto& row : rows) {
    INFO(row.toml);
    CHECK(faults_of(row.toml) == row.faults);
    CHECK_FALSE(parse_settings(row.toml).settings);
  }
}

TEST_CASE("settings that do not go together are refused at the line of the one that is set") {
  struct Row {
    std::string toml, line_and_setting, words;
  };
  const std::vector<Row> rows{
      {"[node]\nin_flight_per_tenant_max = 300\n", "2: node.in_flight_per_tenant_max: ",
       "node.in_flight_per_tenant_max is 300 and node.in_flight_max is 256; allowed: node.in_flight_per_tenant_max at "
       "most node.in_flight_max"},
      {"[node]\n\nin_flight_max = 63\n", "3: node.in_flight_max: ", "node.in_flight_per_tenant_max is 64"},
      {"[node]\nin_flight_max = 8\nin_flight_per_tenant_max = 9\n", "3: node.in_flight_per_tenant_max: ", "is 9"},
      {"[node]\negress_lag_max = 255\n", "2: node.egress_lag_max: ", "node.egress_window is 256"},
      {"[node]\nstop_grace_ms = 4999\n", "2: node.stop_grace_ms: ", "node.egress_grace_ms is 5000"},
      {"[nats]\ntls_cert_file = \"c\"\n", "2: nats.tls_cert_file: ", "both files or neither"},
      {"[nats]\ntls_key_file = \"k\"\n", "2: nats.tls_key_file: ", "both files or neither"},
  };
  for (const auto& row : rows) {
    const auto faults = faults_of(row.toml);
    INFO(row.toml, faults);
    CHECK(faults.starts_with(row.line_and_setting));
    CHECK(faults.find(row.words) != faults.npos);
    CHECK(faults.find('\n') == faults.size() - 1);
  }
  for (const auto* const toml :
       {"[node]\nin_flight_max = 64\n", "[node]\nin_flight_per_tenant_max = 256\n", "[node]\negress_lag_max = 256\n",
        "[node]\nstop_grace_ms = 5000\n", "[nats]\ntls_cert_file = \"c\"\ntls_key_file = \"k\"\n"})
    CHECK(faults_of(toml) == "");
}

TEST_CASE("a setting that is wrong by itself is not told again that it clashes") {
  CHECK(faults_of("[node]\nin_flight_max = 0\nin_flight_per_tenant_max = 300\n") ==
        "2: node.in_flight_max: is 0; allowed: 1 to 65536 batches\n");
}

TEST_CASE("all faults of a file are told at once, by line") {
  const auto file = parse_settings("# made by hand\n"
                                   "workers = 3\n"
                                   "\n"
                                   "[http]\r\n"
                                   "listen = \"::g\"\n"
                                   "[node]\n"
                                   "in_flight_max = 10\n"
                                   "wrokers = 1\n"
                                   "egress_tick_ms = \"fast\"\n"
                                   "[nope]\n"
                                   "x = [\n"
                                   "  1,\n"
                                   "]\n"
                                   "[nats]\n"
                                   "name = \"\"\"\n"
                                   "two\n"
                                   "lines\"\"\"\n"
                                   "replicas = 6\n");
  CHECK(said(file.faults) ==
        "2: workers: stands outside any section; it belongs to [node]\n"
        "5: http.listen: is another text; allowed: an IPv4 or IPv6 address\n"
        "7: node.in_flight_max: node.in_flight_per_tenant_max is 64 and node.in_flight_max is 10; allowed: "
        "node.in_flight_per_tenant_max at most node.in_flight_max: a tenant cannot have more under way than the node\n"
        "8: node.wrokers: no such key; did you mean workers?\n"
        "9: node.egress_tick_ms: is a text; allowed: 10 to 10000 ms\n"
        "10: nope: no such section; did you mean [node]?\n"
        "15: nats.name: is another text; allowed: 1 to 64 letters, digits, dots, dashes and underscores\n"
        "18: nats.replicas: is 6; allowed: 1 to 5 servers\n");
  CHECK_FALSE(file.settings);
}

TEST_CASE("what others can reach is allowed with a warning at its line") {
  const std::string http = "[http]\nlisten = ", nats = "[nats]\nurl = ";
  const auto open_port = "2: http.listen: other machines reach this port, which asks nobody who they are\n";
  for (const auto* const address : {"0.0.0.0", "::", "10.0.0.1", "192.168.1.7", "128.0.0.1", "::ffff:10.0.0.1"})
    CHECK(warnings_of(http + toml_text(std::string{address})) == open_port);
  for (const auto* const address : {"127.0.0.1", "127.1.2.3", "::1"})
    CHECK(warnings_of(http + toml_text(std::string{address})) == "");
  for (const auto* const url :
       {"nats://nats:4222", "tls://10.0.0.1", "nats://[2001:db8::1]:4222", "nats://127.0.0.1,nats://nats"}) {
    const auto toml = nats + toml_text(std::string{url});
    CHECK(warnings_of(toml).starts_with("2: nats.url: a server on another machine, and neither "));
    CHECK(warnings_of(toml + "\ncredentials_file = \"/etc/riskd/riskd.creds\"") == "");
    CHECK(warnings_of(toml + "\ntls_cert_file = \"c\"\ntls_key_file = \"k\"") == "");
    CHECK(faults_of(toml) == "");
  }
  for (const auto* const url : {"nats://localhost:4222", "nats://127.0.0.1", "tls://[::1]"})
    CHECK(warnings_of(nats + toml_text(std::string{url})) == "");
  CHECK(warnings_of("[nats]\n[node]\nin_flight_max = 100\n").starts_with("3: node.in_flight_max: "));
  CHECK(warnings_of("[node]\nin_flight_max = 100\n") == "");
}

TEST_CASE("a warning stands beside the faults") {
  const auto file = parse_settings("[http]\nlisten = \"0.0.0.0\"\nport = -1\n");
  CHECK(said(file.faults) == "3: http.port: is -1; allowed: 0 to 65535\n");
  CHECK(said(file.warnings).starts_with("2: http.listen: "));
}

TEST_CASE("a password in the wrong place is refused and not repeated") {
  for (const auto* const toml : {"[nats]\nurl = \"nats://me:hunter2@nats:4222\"\n", "[log]\nlevel = \"hunter2\"\n",
                                 "[node]\nworkers = \"hunter2\"\n", "[nats]\nurl = \"nats://nats:4222\nhunter2\n",
                                 "[nats]\nname = hunter2\n", "[nats]\nurl = \"hunter2\" x\n"}) {
    INFO(toml);
    const auto faults = faults_of(toml);
    CHECK(faults != "");
    CHECK(faults.find("hunter2") == faults.npos);
  }
}

TEST_CASE("a name from the file reaches no terminal with its control characters, nor in full however long it is") {
  CHECK(faults_of("\"a\\u001b[2Jb\\u007f\" = 1\n").starts_with("1: a?[2Jb?: stands outside"));
  CHECK(faults_of("[node]\n\"\\n\" = 1\n").starts_with("2: node.?: no such key"));
  CHECK(faults_of("[" + std::string(10'000, 'x') + "]\n")
            .starts_with("1: " + std::string(64, 'x') + ": no such section"));
}

TEST_CASE("settings that are set are counted") {
  CHECK(parse_settings("").settings_set == 0);
  CHECK(parse_settings("[node]\n[nats]\n").settings_set == 0);
  CHECK(parse_settings("http.port = 1\n[node]\nworkers = 1\nzebra = 2\n").settings_set == 2);
}

TEST_CASE("a file is read as its text is, and one that cannot be read is named") {
  const TemporaryFolder folder;
  const auto path = folder.path("riskd.toml");
  std::ofstream{path} << "[http]\nport = 9\n";
  REQUIRE(read_settings(path).settings);
  CHECK(read_settings(path).settings->http.port == 9);
  const auto absent = read_settings(folder.path("nowhere.toml"));
  CHECK(said(absent.faults) == "0: : cannot be read: No such file or directory\n");
  CHECK_FALSE(absent.settings);
  CHECK(said(read_settings(folder.path(".")).faults) == "0: : is a folder, not a file\n");
  std::ofstream{path} << std::string(toml_bytes_max + 1, '\n');
  CHECK(said(read_settings(path).faults) == "0: : is no TOML: longer than 65536 bytes\n");
  std::ofstream{path} << std::string(toml_bytes_max, '\n');
  CHECK(read_settings(path).settings);
}

TEST_CASE("a remark names file, line and setting, as far as it is about them") {
  CHECK(text_of("a.toml", {3, "http.port", "is -1"}) == "a.toml:3: http.port: is -1");
  CHECK(text_of("a.toml", {3, "", "is no TOML"}) == "a.toml:3: is no TOML");
  CHECK(text_of("a.toml", {0, "", "cannot be read"}) == "a.toml: cannot be read");
  CHECK(text_of("a.toml", {3, "http.port", "is odd"}, "warning") == "a.toml:3: warning: http.port: is odd");
}
