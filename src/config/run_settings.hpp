#pragma once
// What a node works on, and how it stops. Paths are relative to the folder in which the node is started.

#include <chrono>
#include <string>

#include "config/text_rules.hpp"

namespace riskcluster {

struct RunSettings {
  std::string data = "/var/lib/riskd";
  std::string market;
  std::string tenants;
  std::string companies;
  std::string instruments;
  std::string signals;
  std::string answers;
  std::chrono::milliseconds stop_grace{10'000};
};

template <class Visit>
void each_setting(RunSettings& run, Visit&& visit) {
  visit("data", run.data, any_path,
        "Folder of the database: journal, snapshots, cursors. It belongs to one process at a time.");
  visit("market", run.market, path_or_empty, "Folder of CSV files with daily closes.");
  visit("tenants", run.tenants, path_or_empty, "tenants.json: accounts, positions, limits.");
  visit("companies", run.companies, path_or_empty, "companies.json: the companies' policies.");
  visit("instruments", run.instruments, path_or_empty, "instruments.json: what is traded; FX pairs are built in.");
  visit("signals", run.signals, path_or_empty,
        "Folder that is watched for files of signals; - is standard input; empty: no signals from files.");
  visit("answers", run.answers, path_or_empty,
        "File that answers are written to; - is standard output; empty: no answers to a file.");
  visit("stop_grace_ms", run.stop_grace, Whole{0, 600'000},
        "How long an orderly stop may take before it is cut short. What was answered is durable in any case.");
}

} // namespace riskcluster
