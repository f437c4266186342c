#pragma once
// The tenants, signals and commands of the shipped sample, judged and folded: states and records as a node has them.
// The market is a random walk that ends at the sample's last prices, and time runs faster, so that no price becomes
// stale.

#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "messages/codec_portfolio.hpp"
#include "messages/codec_risk.hpp"
#include "messages/codec_trading.hpp"
#include "support/market.hpp"
#include "tenant/assess.hpp"
#include "tenant/decide.hpp"

namespace riskcluster::test {

class SampleFold {
public:
  SampleFold() {
    open_tenants();
    const auto commands = lines_of("commands.jsonl");
    std::size_t next = 0;
    std::vector<PortfolioUpdate> updates;
    for (const auto& line : commands)
      if (auto update = decode_update_json(line)) updates.push_back(*update);
    TimeMs now = noon_ms;
    for (const auto& line : lines_of("signals.jsonl")) {
      const auto batch = decode_batch_json(line);
      if (!batch || !states.contains(batch->tenant())) continue;
      now += 100;
      for (; next < updates.size() && updates[next].at_ms() <= batch->created_at_ms; ++next) update(updates[next], now);
      judge(*batch, now);
    }
  }

  std::map<TenantId, TenantState> states;
  std::vector<TenantEvent> events; ///< of all tenants, in order of n from 1

private:
  static std::string text_of(const std::string& file) {
    std::ifstream in{RISKCLUSTER_SOURCE_DIR "/deploy/sample/" + file};
    REQUIRE(in.good());
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  static std::vector<std::string> lines_of(const std::string& file) {
    std::istringstream in{text_of(file)};
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  static std::vector<std::string> cells_of(const std::string& line) {
    std::istringstream in{line};
    std::vector<std::string> cells;
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    return cells;
  }
  static std::vector<Listed> listed() {
    std::map<std::string, Instrument> instruments;
    for (auto& instrument : decode_instruments_json(text_of("instruments.json")))
      if (instrument) instruments[instrument->symbol.value] = *instrument;
    const auto lines = lines_of("market/prices.csv");
    const auto symbols = cells_of(lines.front());
    const auto last = cells_of(lines.back());
    std::vector<Listed> all;
    for (std::size_t i = 1; i < symbols.size(); ++i) {
      const auto known = instruments.find(symbols[i]);
      all.push_back({known == instruments.end() ? fx(symbols[i]) : known->second, std::stod(last[i])});
    }
    return all;
  }

  void open_tenants() {
    std::map<CompanyId, CompanySetup> companies;
    for (auto& company : decode_companies_json(text_of("companies.json")))
      if (company) companies[company->id] = *company;
    for (auto& setup : decode_tenants_json(text_of("tenants.json"))) {
      if (!setup) continue;
      const auto company = companies.find(setup->id.company);
      commit(states[setup->id], {open_tenant(*setup, company == companies.end() ? nullptr : &company->second, 0)});
    }
  }
  void update(const PortfolioUpdate& sent, TimeMs now) {
    const auto state = states.find(sent.tenant);
    if (state == states.end()) return;
    if (const auto facts = decide(state->second, sent.command, *view_, now)) commit(state->second, *facts);
  }
  void judge(const SignalBatch& batch, TimeMs now) {
    TenantState& state = states[batch.tenant()];
    const InputOrigin origin{InputKind::batch, batch.batch_id.value, batch.source, batch.sequence};
    if (admit(state, origin).kind != Admission::Kind::fresh) return;
    std::vector<PriorAnswer> prior;
    for (const auto& repeated : repeated_signals(state, batch)) {
      const auto answer = decode_answer_bytes(std::get<BatchDecided>(events[repeated.n.value - 1].fact).answer);
      REQUIRE(answer);
      for (const auto& assessment : answer->assessments)
        if (assessment.signal_id == repeated.signal_id) prior.push_back({repeated.signal_id, assessment});
    }
    Candidate candidate = assess(state, batch, *view_, now, prior, scratch_);
    if (candidate.events.empty()) return;
    std::get<BatchDecided>(candidate.events.back().fact).answer = encode_answer_bytes(candidate.answer);
    commit(state, candidate.events);
  }
  void commit(TenantState& state, const std::vector<TenantEvent>& facts) {
    for (const auto& event : facts) {
      events.push_back(event);
      apply(state, event, SequenceNumber{events.size()});
    }
  }

  MarketViewPtr view_ = view_of(listed());
  AssessScratch scratch_;
};

inline const SampleFold& sample_fold() {
  static const SampleFold fold;
  return fold;
}

} // namespace riskcluster::test
