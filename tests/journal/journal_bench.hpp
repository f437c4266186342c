#pragma once
// A journal under test and the few words that its tests need.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "journal/journal.hpp"

namespace riskcluster::test {

/// An empty journal of the shards 0 … count - 1.
using MakeJournal = std::function<std::unique_ptr<Journal>(std::uint32_t shard_count)>;

inline JournalEntry entry(const std::string& payload, const std::string& entity = "acme/ann") {
  return {.entity = entity, .at_ms = 1'700'000'000'000, .payload = payload};
}

inline std::vector<JournalEntry> entries(std::initializer_list<const char*> payloads) {
  std::vector<JournalEntry> made;
  for (const auto* const payload : payloads) made.push_back(entry(payload));
  return made;
}

inline JournalEntries shared(std::vector<JournalEntry> made) {
  return std::make_shared<const std::vector<JournalEntry>>(std::move(made));
}

/// An append and the commit that answers it.
inline Result<Committed> commit_one(Journal& journal, std::uint32_t shard, std::uint64_t epoch,
                                    std::vector<JournalEntry> made) {
  int answers = 0;
  std::optional<Result<Committed>> answer;
  journal.append({shard}, {epoch}, shared(std::move(made)), [&](Result<Committed> result) {
    ++answers;
    answer = std::move(result);
  });
  journal.commit();
  REQUIRE(answers == 1);
  return *answer;
}

inline std::string payloads(const std::vector<JournalRecord>& records) {
  std::string text;
  for (const auto& record : records) text += record.payload + " ";
  return text;
}

inline std::vector<JournalRecord> read_all(const Journal& journal, std::uint32_t shard, std::uint64_t from = 1,
                                           std::size_t count_max = 100'000) {
  auto found = journal.read({shard}, {from}, count_max);
  if (!found) FAIL(found.error().message);
  return std::move(*found);
}

/// Several appends for one commit, and what became of each.
class Appends {
public:
  explicit Appends(Journal& journal) : journal_{journal} {}

  void add(std::uint32_t shard, std::uint64_t epoch, std::vector<JournalEntry> made) {
    answers_.emplace_back();
    journal_.append({shard}, {epoch}, shared(std::move(made)),
                    [this, i = answers_.size() - 1](Result<Committed> result) {
                      answers_.at(i).push_back(std::move(result));
                      order_.push_back(i);
                    });
  }
  /// The one answer to the i-th append.
  const Result<Committed>& answer(std::size_t i) const {
    REQUIRE(answers_.at(i).size() == 1);
    return answers_[i].front();
  }
  std::size_t answered() const { return order_.size(); }
  const std::vector<std::size_t>& order() const { return order_; }

private:
  Journal& journal_;
  std::vector<std::vector<Result<Committed>>> answers_;
  std::vector<std::size_t> order_;
};

} // namespace riskcluster::test
