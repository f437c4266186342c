#include "live/market_intake.hpp"

#include "messages/codec_market.hpp"

namespace riskcluster {

namespace {

constexpr std::string_view ticks_prefix = "market.ticks.", bars_prefix = "market.bars.";

} // namespace

template <class Price>
Result<bool> MarketIntake::add(std::vector<Price> MarketNews::*list, Result<Price> price, std::string_view symbol) {
  if (!price || (!symbol.empty() && price->symbol.value != symbol)) {
    ++malformed_;
    if (!price) return price.error();
    return Error{Errc::denied, "it names " + price->symbol.value + " and was sent for " + std::string{symbol}};
  }
  {
    const std::lock_guard lock{mutex_};
    if (!room()) {
      ++dropped_;
      return true;
    }
    (waiting_.*list).push_back(std::move(*price));
    if (std::exchange(under_way_, true)) return true;
  }
  hand_over();
  return true;
}

Result<bool> MarketIntake::take(std::string_view subject, std::string_view bytes, bool json) {
  if (subject.starts_with(ticks_prefix))
    return add(&MarketNews::ticks, json ? decode_tick_json(bytes) : decode_tick_bytes(bytes),
               subject.substr(ticks_prefix.size()));
  if (subject.starts_with(bars_prefix))
    return add(&MarketNews::bars, json ? decode_bar_json(bytes) : decode_bar_bytes(bytes),
               subject.substr(bars_prefix.size()));
  ++malformed_;
  return malformed("subject: '" + std::string{subject} + "' is none of ours");
}

Result<bool> MarketIntake::take_tick(Result<Tick> tick) { return add(&MarketNews::ticks, std::move(tick), {}); }
Result<bool> MarketIntake::take_bar(Result<Bar> bar) { return add(&MarketNews::bars, std::move(bar), {}); }

void MarketIntake::hand_over() {
  MarketNews portion;
  {
    const std::lock_guard lock{mutex_};
    std::swap(portion, waiting_);
    if (portion.ticks.empty() && portion.bars.empty()) {
      under_way_ = false;
      return;
    }
  }
  feed_(std::move(portion), [this] { hand_over(); });
}

} // namespace riskcluster
