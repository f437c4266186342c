#include "market/price_history.hpp"

#include <algorithm>

namespace riskcluster {

namespace {

using Closes = std::vector<DailyClose>;

struct Candidate {
  const Symbol* symbol;
  const Closes* closes;
  std::size_t count; ///< of closes dated before the view's day
};

std::size_t count_before(const Closes& closes, Date before) {
  const auto end = std::lower_bound(closes.begin(), closes.end(), before,
                                    [](const DailyClose& row, Date date) { return row.date < date; });
  return static_cast<std::size_t>(end - closes.begin());
}

/// Walks all histories backwards together and keeps the dates that every one of them has, newest first.
std::vector<Date> common_dates(const std::vector<Candidate>& candidates, std::size_t rows_max) {
  std::vector<Date> dates;
  std::vector<std::size_t> left;
  left.reserve(candidates.size());
  for (const auto& candidate : candidates) left.push_back(candidate.count);
  while (dates.size() < rows_max) {
    // The oldest of the current dates is the newest that can still be common.
    Date target{INT32_MAX};
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (left[i] == 0) return dates;
      target = std::min(target, (*candidates[i].closes)[left[i] - 1].date);
    }
    bool common = true;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      while (left[i] > 0 && (*candidates[i].closes)[left[i] - 1].date > target) --left[i];
      common = common && left[i] > 0 && (*candidates[i].closes)[left[i] - 1].date == target;
    }
    if (!common) continue;
    dates.push_back(target);
    for (auto& count : left) --count;
  }
  return dates;
}

} // namespace

AlignedPrices align(const PriceHistory& history, const InstrumentTable& instruments, Date before,
                    std::size_t rows_max) {
  AlignedPrices result;
  std::vector<Candidate> candidates;
  Date newest{INT32_MIN};
  for (const auto& [symbol, closes] : history.closes) {
    if (symbol.value == vix_symbol) continue;
    const std::size_t count = count_before(closes, before);
    if (!instruments.find(symbol)) {
      result.left_out.push_back({symbol, "not in the instrument table"});
    } else if (count < closes_min) {
      result.left_out.push_back({symbol, std::to_string(count) + " closes, " + std::to_string(closes_min) + " needed"});
    } else {
      candidates.push_back({&symbol, &closes, count});
      newest = std::max(newest, closes[count - 1].date);
    }
  }
  std::erase_if(candidates, [&](const Candidate& candidate) {
    const Date last = (*candidate.closes)[candidate.count - 1].date;
    if (newest.begin_ms() - last.begin_ms() <= last_close_age_max) return false;
    result.left_out.push_back({*candidate.symbol, "last close " + last.iso() + ", newest row " + newest.iso()});
    return true;
  });
  if (candidates.empty()) return result;

  result.dates = common_dates(candidates, rows_max);
  std::reverse(result.dates.begin(), result.dates.end());
  const auto rows = static_cast<Eigen::Index>(result.dates.size());
  result.closes.resize(rows, static_cast<Eigen::Index>(candidates.size()));
  for (std::size_t column = 0; column < candidates.size(); ++column) {
    result.symbols.push_back(*candidates[column].symbol);
    auto row = candidates[column].closes->begin();
    for (Eigen::Index i = 0; i < rows; ++i) {
      const Date date = result.dates[static_cast<std::size_t>(i)];
      row = std::lower_bound(row, candidates[column].closes->end(), date,
                             [](const DailyClose& close, Date wanted) { return close.date < wanted; });
      result.closes(i, static_cast<Eigen::Index>(column)) = row->close;
    }
  }
  return result;
}

} // namespace riskcluster
